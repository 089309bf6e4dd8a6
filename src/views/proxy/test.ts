import { findingOf } from '../../domain/health/health-state.ts';
import type { TestedProxy, TestProgress, TestSummary } from '../../domain/health/proxy-test.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { FINDING_GLYPH } from '../../kit/glyphs.ts';
import { button, card, file, row, text } from '../../kit/parts.ts';
import { code, count, escapeText, formatActor, milliseconds, plural, truncate } from '../../kit/text.ts';
import type { View, ViewFile } from '../../kit/view.ts';
import { duration } from '../alerts/duration.ts';
import { retestId } from './card.ts';

export const testCancelId = defineId('test.cancel', { test: idNumber });

const BAR_LENGTH = 20;
const SLOWEST_LISTED = 100;
const SHOWN = 8;
const PROVIDERS_SHOWN = 10;
const PROVIDER_CHARS = 40;
/** An earlier estimate would be meaningless. */
const ESTIMATED_FROM_SHARE = 0.02;

/** Progress of a test, with the estimated time left. */
export function testProgress(progress: TestProgress, now: Date): View {
  const { testId, total, startedAt, counts } = progress;
  const done = counts.success + counts.failure + counts.inconclusive;
  const share = done / total;
  const filled = Math.round(share * BAR_LENGTH);
  const leftMs = share >= ESTIMATED_FROM_SHARE ? ((now.getTime() - startedAt.getTime()) * (1 - share)) / share : null;
  return {
    components: [
      card(
        'neutral',
        text(
          `### Testing ${plural(total, 'proxy', 'proxies')}`,
          `\`${'█'.repeat(filled)}${'░'.repeat(BAR_LENGTH - filled)}\` ${Math.floor(share * 100)}% · ${count(done)} of ${count(total)}`,
          `${tallies(progress)}${leftMs === null ? '' : ` · about ${duration(leftMs)} left`}`,
        ),
        row(button('Cancel', testCancelId.encode({ test: testId }))),
      ),
    ],
  };
}

/** Result of a test: figures by outcome and provider, and failed proxies; the attached list has all of them and the slowest. */
export function testSummary(summary: TestSummary, list?: ViewFile): View {
  const { total, counts, startedAt, endedAt, cancelledBy, fault, tested } = summary;
  const took = duration(Math.max(1_000, endedAt.getTime() - startedAt.getTime()));
  const done =
    tested.length < total
      ? `${count(tested.length)} of ${plural(total, 'proxy', 'proxies')}`
      : plural(total, 'proxy', 'proxies');
  return {
    components: [
      card(
        fault || cancelledBy ? 'warn' : counts.failure > 0 ? 'danger' : 'success',
        text(
          `### Tested ${done} in ${took}`,
          tested.length !== 1 && tallies(summary),
          cancelledBy && `-# Cancelled by ${formatActor(cancelledBy)}; results so far are kept.`,
          fault && `🛠️ **Monitoring problem**: proxy health was left unchanged. ${escapeText(fault)}`,
        ),
        tested.length === 1 && text(...tested.map(oneLine)),
        tested.length > 1 && text(outcomeLine(tested), ...providerLines(tested)),
        tested.length > 1 && counts.failure > 0 && text(...failureLines(tested)),
        list && file(list.name),
        total === 1 && row(...tested.map(({ id }) => button('Retest', retestId.encode({ proxy: id })))),
      ),
    ],
    ...(list && { files: [list] }),
  };
}

/** All failed proxies, and the slowest of the others. */
export function testRows(tested: readonly TestedProxy[]): { fields: string[]; rows: (string | number | null)[][] } {
  const failed = tested.filter((each) => !hasSucceeded(each));
  const slow = tested.filter(hasSucceeded).toSorted((a, b) => (b.totalMs ?? 0) - (a.totalMs ?? 0));
  return {
    fields: ['number', 'host', 'port', 'provider', 'outcome', 'detail', 'ms', 'exit_ip'],
    rows: [...failed, ...slow.slice(0, SLOWEST_LISTED)].map((each) => [
      ...[each.id, each.host, each.port, each.provider, each.outcome, each.detail],
      each.totalMs === null ? null : Math.round(each.totalMs),
      each.exitIp,
    ]),
  };
}

const hasSucceeded = ({ outcome }: TestedProxy) => findingOf(outcome) === 'success';
const hasFailed = ({ outcome }: TestedProxy) => findingOf(outcome) === 'failure';

function tallies({ counts }: TestProgress): string {
  const parts = [
    `🟢 **${count(counts.success)}** ok`,
    `🔴 **${count(counts.failure)}** failing`,
    counts.inconclusive > 0 && `⚪ **${count(counts.inconclusive)}** inconclusive`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** `ok 291, median 819 ms · refused 3 · auth 2` */
function outcomeLine(tested: readonly TestedProxy[]): string {
  return [...Map.groupBy(tested, (each) => each.outcome)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([outcome, all]) => `${escapeText(outcome)} **${count(all.length)}**${median(all)}`)
    .join(' · ');
}

/** `**Northwind** 106 ok, median 853 ms · 🔴 4 failing` for each provider, the worst first. */
function providerLines(tested: readonly TestedProxy[]): string[] {
  const providers = [...Map.groupBy(tested, (each) => each.provider)];
  if (providers.length < 2) return [];
  return providers
    .map(([provider, all]) => ({ provider, all, failed: all.filter(hasFailed).length }))
    .toSorted((a, b) => b.failed - a.failed || b.all.length - a.all.length)
    .slice(0, PROVIDERS_SHOWN)
    .map(({ provider, all, failed }) => {
      const ok = all.filter(hasSucceeded);
      const name = provider === null ? 'no provider' : escapeText(truncate(provider, PROVIDER_CHARS));
      return `**${name}** ${count(ok.length)} ok${median(ok)}${failed > 0 ? ` · 🔴 ${count(failed)} failing` : ''}`;
    });
}

/** `, median 819 ms`; empty without times. */
function median(tested: readonly TestedProxy[]): string {
  const times = tested.flatMap(({ totalMs }) => (totalMs === null ? [] : [totalMs])).toSorted((a, b) => a - b);
  const middle = times[Math.floor(times.length / 2)];
  return middle === undefined ? '' : `, median ${milliseconds(Math.round(middle))}`;
}

const oneLine = (one: TestedProxy) => `#${one.id} ${code(formatAddress(one.host, one.port))} · ${testedLine(one)}`;

/** `🟢 ok · 105 ms · exit IP 203.0.113.12`, or the failure. */
export function testedLine({ outcome, detail, totalMs, exitIp }: TestedProxy): string {
  const finding = findingOf(outcome);
  const parts = [
    `${FINDING_GLYPH[finding]} **${outcome}**`,
    finding === 'success' && totalMs !== null && milliseconds(Math.round(totalMs)),
    exitIp !== null && `exit IP ${code(exitIp)}`,
    outcome !== 'ok' && escapeText(detail),
  ];
  return parts.filter(Boolean).join(' · ');
}

function failureLines(tested: readonly TestedProxy[]): string[] {
  const failed = tested.filter(hasFailed).toSorted((a, b) => a.id - b.id);
  const lines = failed
    .slice(0, SHOWN)
    .map(
      (each) =>
        `🔴 #${each.id} \`${formatAddress(each.host, each.port)}\` **${each.outcome}** ${escapeText(each.detail)}`,
    );
  return failed.length > SHOWN ? [...lines, `-# and ${count(failed.length - SHOWN)} more in the attached list`] : lines;
}
