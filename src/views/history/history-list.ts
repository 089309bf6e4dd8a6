import type { HistoryEntry, HistoryPage } from '../../domain/history-view.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
import { toCsv } from '../../kit/csv.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import type { Level } from '../../kit/level.ts';
import { pageButtons, pageLine, pageParams, pageRange } from '../../kit/paging.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { code, escapeText, formatActor, formatDate, nameFor, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

export const historyPageId = defineId('history.page', pageParams);
export const historyDayId = defineId('history.day', { list: idNumber });
export const historyExportId = defineId('history.export', { list: idNumber });

/** The assignments of accounts to proxies, newest first. */
export function historyList(page: HistoryPage, level: Level): View {
  const { rows, total, queryId: list, filter } = page;
  const range = total > 0 ? ` ${pageRange(page)}` : '';
  return {
    components: [
      card(
        total > 0 ? 'neutral' : 'muted',
        text(`### History${range}`, subjectLine(page, level)),
        text(...(rows.length > 0 ? rows.flatMap((entry) => lines(entry, page, level)) : ['No assignments.'])),
        row(...pageButtons(historyPageId, page)),
        row(
          button(filter.day ? 'Another day' : 'Pick a day', historyDayId.encode({ list })),
          rows.length > 0 && button('Export', historyExportId.encode({ list })),
        ),
      ),
    ],
    ...(rows.length === 0 && { audience: 'caller' as const }),
  };
}

function subjectLine(page: HistoryPage, level: Level): string {
  const { subject, filter } = page;
  const named =
    subject === null
      ? 'all proxies and accounts'
      : subject.kind === 'proxy'
        ? `proxy #${subject.id} ${code(formatAddress(subject.host, subject.port))}`
        : `account ${code(nameFor(level, subject.name))}`;
  return pageLine(page, [named, filter.day !== undefined && `on ${filter.day} (UTC)`], named);
}

function lines(entry: HistoryEntry, { filter }: HistoryPage, level: Level): string[] {
  const account = `${code(nameFor(level, entry.username))} (${escapeText(truncate(entry.model, 40))})`;
  const proxy = `#${entry.proxyId} ${code(formatAddress(entry.host, entry.port))}`;
  const names =
    filter.accountId !== undefined ? proxy : filter.proxyId !== undefined ? account : `${account} on ${proxy}`;
  const end = entry.endedAt ? formatDate(entry.endedAt) : '**now**';
  const why = entry.endedAt
    ? `ended by ${formatActor(entry.endedBy ?? '')}: ${escapeText(truncate(entry.endReason ?? '', 80))}`
    : `assigned by ${formatActor(entry.startedBy)}: ${escapeText(truncate(entry.startReason, 80))}`;
  return [`${entry.endedAt ? '⏹️' : '▶️'} ${names}`, `-# ${formatDate(entry.startedAt)} – ${end} · ${why}`];
}

const COLUMNS = [
  'username',
  'model',
  'proxy',
  'address',
  'provider',
  'started_at',
  'started_by',
  'start_reason',
  'ended_at',
  'ended_by',
  'end_reason',
];

/** A batch of entries as CSV. */
export function historyCsv(entries: readonly HistoryEntry[], withHeader: boolean): string {
  const rows = entries.map((entry) => [
    entry.username,
    entry.model,
    `#${entry.proxyId}`,
    formatAddress(entry.host, entry.port),
    entry.provider,
    entry.startedAt.toISOString(),
    entry.startedBy,
    entry.startReason,
    entry.endedAt?.toISOString() ?? null,
    entry.endedBy,
    entry.endReason,
  ]);
  return toCsv(COLUMNS, rows, withHeader);
}
