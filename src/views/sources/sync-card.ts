import {
  changedOf,
  SYNC_CLASSES,
  type SyncClass,
  type SyncCounts,
  type SyncPreview,
  type SyncReport,
  type SyncSample,
  totalOf,
} from '../../domain/sources/source.ts';
import { button, card, file, row, type Tone, text } from '../../kit/parts.ts';
import { limitNote } from '../../kit/plan-lines.ts';
import {
  code,
  count,
  escapeText,
  formatActor,
  formatRelativeTime,
  noticeLine,
  plural,
  truncate,
} from '../../kit/text.ts';
import type { View, ViewFile } from '../../kit/view.ts';
import { syncApplyId, syncDetailsId, syncMissingId, syncSkipId } from './ids.ts';

const LONGEST_ADDRESS = 60;
const LONGEST_PROBLEM = 300;

/** The effect of each class on its proxies. */
const MEANING: Record<SyncClass, string> = {
  new: 'join the pool',
  adopted: 'are in the pool already and join the source',
  changed: 'get other credentials or another type',
  replaced: 'are replaced by their successors',
  renewed: 'get another expiry, cost, country or city',
  returned: 'are listed again and become active',
};

/** `3 new, 2 replaced` */
export function countsText(counts: SyncCounts): string {
  return SYNC_CLASSES.filter((each) => counts[each] > 0)
    .map((each) => `${count(counts[each])} ${each}`)
    .join(', ');
}

const lost = ({ missing: { missing, expired } }: SyncPreview): number => missing + expired;

/** The findings of a sync: the counts, what happens to accounts, a few examples, and the buttons. */
export function syncCard(preview: SyncPreview, notice?: string): View {
  const { planId: plan, state, counts, result } = preview;
  if (result?.by === 'system') return appliedAtOnce(preview);
  const isOpen = state === 'open';
  const total = totalOf(counts);
  const isMissing = lost(preview) > 0 && !preview.source.isRemoved && (isOpen || result !== null);
  return {
    components: [
      card(
        toneOf(preview),
        text(headline(preview), noticeLine(notice), outcomeLine(preview), ...(isOpen ? countLines(preview) : [])),
        (isMissing || isOpen) && text(...doubtLines(preview, isMissing), ...sampleLines(preview)),
        isOpen && total > 0 && limited(counts),
        row(
          isOpen && total > 0 && button(`Apply ${count(total)}`, syncApplyId.encode({ plan }), 'success'),
          isMissing && button(`Deactivate ${count(lost(preview))} missing`, syncMissingId.encode({ plan }), 'danger'),
          total > 0 && isOpen && button('Details', syncDetailsId.encode({ plan })),
          isOpen && button('Skip', syncSkipId.encode({ plan })),
        ),
      ),
    ],
  };
}

function limited(counts: SyncCounts) {
  const note = limitNote(changedOf(counts));
  return note !== undefined && text(note);
}

function toneOf({ state, result, missing, problem }: SyncPreview): Tone {
  if (result) return 'success';
  if (state !== 'open') return 'muted';
  return missing.isSuspicious || problem !== null ? 'warn' : 'neutral';
}

function headline(preview: SyncPreview): string {
  const { source, counts } = preview;
  const parts = [countsText(counts), lost(preview) > 0 && `${count(lost(preview))} missing`].filter(Boolean);
  return `### 🔄 ${escapeText(source.name)}: ${parts.join(', ') || 'nothing to do'}`;
}

function outcomeLine({ state, cancelledBy, result, source }: SyncPreview): string | false {
  if (source.isRemoved) return '**The source was removed.** Its proxies stay.';
  if (result) {
    const { by, at, counts, moved } = result;
    const also = moved > 0 ? ` · ${plural(moved, 'account')} moved` : '';
    return `✅ **Applied: ${countsText(counts)}**${also} · ${formatActor(by)} · ${formatRelativeTime(new Date(at))}`;
  }
  if (state === 'cancelled') {
    return `**Skipped**${cancelledBy === null ? '' : ` by ${formatActor(cancelledBy)}`}. The same is not announced again.`;
  }
  return (
    state === 'expired' && '**Closed.** A newer sync replaces it, or its 24 hours are over. Run `/source sync` again.'
  );
}

function countLines({ counts, moving, listed, refused }: SyncPreview): (string | false)[] {
  const left = refused > 0 ? `, ${plural(refused, 'entry', 'entries')} left out` : '';
  return [
    `-# ${plural(listed, 'proxy', 'proxies')} listed${left}`,
    ...SYNC_CLASSES.filter((each) => counts[each] > 0).map(
      (each) => `**${count(counts[each])} ${each}**: ${MEANING[each]}`,
    ),
    moving > 0 && `**${plural(moving, 'account')}** ${moving === 1 ? 'moves' : 'move'} to the successors`,
  ];
}

function doubtLines({ missing, problem }: SyncPreview, isMissing: boolean): (string | false)[] {
  const { expired, accounts, isSuspicious } = missing;
  const of = expired > 0 ? ` (${count(expired)} expired)` : '';
  const total = missing.missing + expired;
  return [
    problem !== null &&
      `⚠️ **The list is incomplete:** ${escapeText(truncate(problem, LONGEST_PROBLEM))} Nothing new is reported as missing.`,
    isMissing &&
      `🟡 **${plural(total, 'proxy is', 'proxies are')} missing**${of}. ${accounts > 0 ? `${plural(accounts, 'account')} ${accounts === 1 ? 'stays on it' : 'stay on them'} until you decide.` : 'No account is on them.'}`,
    isMissing &&
      isSuspicious &&
      '⚠️ **So many at once are unusual.** Check the list with the provider. Only an admin can deactivate them.',
  ];
}

const sampleLines = ({ sample }: SyncPreview): string[] => sample.map(sampleLine);

/** `- replaced #12 203.0.113.7:8080 → 203.0.113.9:8080 · 3 accounts` */
function sampleLine({ class: cls, proxyId, before, after, accounts }: SyncSample): string {
  const number = proxyId === null ? '' : ` #${proxyId}`;
  const from = before !== null && before !== after ? ` ${code(truncate(before, LONGEST_ADDRESS))} →` : '';
  const also = accounts > 0 ? ` · ${plural(accounts, 'account')}` : '';
  return `- ${cls}${number}${from} ${code(truncate(after, LONGEST_ADDRESS))}${also}`;
}

/** The changes that the mode of a source has applied at once, in one line. */
function appliedAtOnce({ source, result }: SyncPreview): View {
  const { counts, moved } = result ?? { counts: undefined, moved: 0 };
  const also = moved > 0 ? ` · ${plural(moved, 'account')} moved` : '';
  return {
    components: [
      card(
        'success',
        text(`🔄 **${escapeText(source.name)}** applied ${counts ? countsText(counts) : 'nothing'}${also}`),
      ),
    ],
  };
}

/** The answer to a person who has started a sync. */
export function syncReport(report: SyncReport): View {
  const { preview, applied } = report;
  const done = applied && `✅ Applied at once: ${countsText(applied.counts)}`;
  if (preview) return syncCard(preview, undefined);
  return {
    components: [
      card(
        report.problem === null ? 'success' : 'warn',
        text(
          `### 🔄 ${escapeText(report.source.name)}`,
          done,
          report.problem === null
            ? `The pool is in step with the list: ${plural(report.listed, 'proxy', 'proxies')}.`
            : `⚠️ **The list is incomplete:** ${escapeText(truncate(report.problem, LONGEST_PROBLEM))} Nothing is reported as missing.`,
        ),
      ),
    ],
  };
}

/** All entries of a plan, as a file. */
export function syncDetails({ source, counts }: SyncPreview, attached: ViewFile): View {
  return {
    components: [
      card(
        'neutral',
        text(`### 🔄 ${escapeText(source.name)}`, countsText(counts) || 'No entries.'),
        file(attached.name),
      ),
    ],
    files: [attached],
  };
}
