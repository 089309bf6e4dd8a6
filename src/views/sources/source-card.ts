import { type SourceDetails, type SourceSummary, type SyncRun, writeEvery } from '../../domain/sources/source.ts';
import { button, card, row, selectMenu, text } from '../../kit/parts.ts';
import { count, escapeText, formatActor, formatRelativeTime, plain, plural, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import {
  sourceKeepId,
  sourceKeyId,
  sourceOpenId,
  sourcePlanId,
  sourceRemoveId,
  sourceRemoveSureId,
  sourceSyncId,
} from './ids.ts';

const LONGEST_PROBLEM = 200;
/** More sources than a team has providers; Discord shows 25 options. */
const MENU_SIZE = 25;

const problemText = (problem: string) => escapeText(truncate(problem, LONGEST_PROBLEM));

/** All sources. */
export function sourceList(sources: readonly SourceSummary[]): View {
  if (sources.length === 0) {
    const next = '`/source add` connects the API of a provider, or a URL.';
    return { components: [card('muted', text('### No sources', next))], audience: 'caller' };
  }
  const shown = sources.slice(0, MENU_SIZE);
  return {
    components: [
      card(
        sources.some(({ failures }) => failures > 0) ? 'warn' : 'neutral',
        text(`### Sources: ${count(sources.length)}`, ...shown.map(sourceLine)),
        sources.length > shown.length && text(`-# and ${count(sources.length - shown.length)} more: \`/source show\``),
        selectMenu(
          sourceOpenId.encode({}),
          'Open a source',
          shown.map(({ id, name, kind }) => ({ label: plain(name), value: String(id), description: kind })),
        ),
      ),
    ],
  };
}

/** `- **main** · webshare · 500 proxies · 2 missing · synced 3 minutes ago` */
function sourceLine(source: SourceSummary): string {
  const { name, kind, proxies, missing, syncedAt, failures, nextSyncAt } = source;
  const parts = [
    `- **${escapeText(name)}**`,
    kind,
    plural(proxies, 'proxy', 'proxies'),
    missing > 0 && `🟡 ${count(missing)} missing`,
    failures > 0 && `🔴 ${plural(failures, 'failed sync', 'failed syncs')}`,
    syncedAt ? `synced ${formatRelativeTime(syncedAt)}` : 'not synced yet',
    `next ${formatRelativeTime(nextSyncAt)}`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** One source with its last syncs; `done` is what has just been done. */
export function sourceCard(source: SourceDetails, done?: string, note?: string): View {
  const { id, name, kind, provider, everyHours, mode, proxies, missing, problem, failures, planId } = source;
  return {
    components: [
      card(
        failures > 0 ? 'warn' : done ? 'success' : 'neutral',
        text(
          `### Source ${escapeText(name)}`,
          done && `✅ ${done}`,
          note,
          `**${plural(proxies, 'proxy', 'proxies')}**${missing > 0 ? ` · 🟡 ${count(missing)} missing` : ''}`,
          failures > 0 && problem !== null && `🔴 ${problemText(problem)}`,
        ),
        text(
          `**Kind** ${kind}`,
          provider !== null && `**Provider** ${escapeText(provider)}`,
          `**Every** ${writeEvery(everyHours)}`,
          `**Mode** ${mode}`,
          `**Last sync** ${source.syncedAt ? formatRelativeTime(source.syncedAt) : 'none yet'}`,
          source.completeAt && `**Last complete list** ${formatRelativeTime(source.completeAt)}`,
          `**Next sync** ${source.isRunning ? 'running now' : formatRelativeTime(source.nextSyncAt)}`,
          `-# Added by ${formatActor(source.createdBy)} ${formatRelativeTime(source.createdAt)}`,
        ),
        source.syncs.length > 0 && text('**Last syncs**', ...source.syncs.map(runLine)),
        row(
          button('Sync now', sourceSyncId.encode({ source: id }), 'primary'),
          planId !== null && button('Preview', sourcePlanId.encode({ plan: planId })),
          button('Set key', sourceKeyId.encode({ source: id })),
          button('Remove', sourceRemoveId.encode({ source: id }), 'danger'),
        ),
      ),
    ],
  };
}

const OUTCOME_GLYPH = { complete: '🟢', incomplete: '🟡', failed: '🔴' } as const;

/** `🟢 complete · 500 listed · 3 minutes ago` */
function runLine({ outcome, listed, message, startedAt, endedAt }: SyncRun): string {
  const state = outcome ? `${OUTCOME_GLYPH[outcome]} ${outcome}` : endedAt ? '⚪ ended' : '⚪ not ended';
  const parts = [
    state,
    listed !== null && `${count(listed)} listed`,
    formatRelativeTime(startedAt),
    message && problemText(message),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** Confirmation of the removal of a source. */
export function removeSourceQuestion({ id, name, proxies }: SourceDetails): View {
  return {
    components: [
      card(
        'warn',
        text(
          `### Remove the source ${escapeText(name)}?`,
          `**${plural(proxies, 'proxy stays', 'proxies stay')}** in the pool with their accounts, and belong to no source.`,
          'Its key is deleted.',
        ),
        row(
          button('Remove', sourceRemoveSureId.encode({ source: id }), 'danger'),
          button('Cancel', sourceKeepId.encode({ source: id })),
        ),
      ),
    ],
  };
}

/** The result of a confirmation. */
export function sourceNote(line: string): View {
  return { components: [card('muted', text(line))] };
}
