import type { AuditFilter, AuditPage, AuditRow } from '../../domain/audit-view.ts';
import { toCsv } from '../../kit/csv.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { pageButtons, pageLine, pageParams, pageRange } from '../../kit/paging.ts';
import { button, card, row, text } from '../../kit/parts.ts';
import { code, count, escapeText, formatActor, formatRelativeTime, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';

export const auditPageId = defineId('audit.page', pageParams);
export const auditExportId = defineId('audit.export', { list: idNumber });

/** The audit log, newest first. */
export function auditList(page: AuditPage): View {
  if (page.rows.length === 0) {
    return {
      components: [
        card('muted', text('### Audit log', `-# ${filterWords(page.filter).join(' · ') || ALL}`, 'No entries.')),
      ],
      audience: 'caller',
    };
  }
  return {
    components: [
      card(
        'neutral',
        text(`### Audit log ${pageRange(page)}`, pageLine(page, filterWords(page.filter), ALL)),
        text(...page.rows.flatMap(lines)),
        row(...pageButtons(auditPageId, page), button('Export', auditExportId.encode({ list: page.queryId }))),
      ),
    ],
  };
}

const ALL = 'all entries';

function filterWords({ actor, entity, entityId, days }: AuditFilter): string[] {
  return [
    actor !== undefined && `by ${code(truncate(actor, 60))}`,
    entity !== undefined && `${entity}${entityId === undefined ? '' : ` ${code(truncate(entityId, 60))}`}`,
    days !== undefined && `last ${days === 1 ? 'day' : `${count(days)} days`}`,
  ].filter((part) => part !== false);
}

const VALUES_CHARS = 200;

function lines({ action, actorId, at, entity, entityId, before, after, reason }: AuditRow): string[] {
  const thing = entity === 'proxy' ? `#${entityId}` : `${entity} ${escapeText(truncate(entityId, 40))}`;
  const values = truncate(changes(before, after), VALUES_CHARS);
  const details = [values && code(values), reason && escapeText(truncate(reason, 120))].filter(Boolean).join(' · ');
  return [
    `**${escapeText(action)}** ${thing} · ${formatActor(actorId)} · ${formatRelativeTime(at)}`,
    ...(details === '' ? [] : [`-# ${details}`]),
  ];
}

/** `status: active → inactive, label: – → fast`; unchanged values are omitted. */
function changes(before: AuditRow['before'], after: AuditRow['after']): string {
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return keys
    .flatMap((key) => {
      const [was, is] = [before?.[key], after?.[key]].map(shown);
      if (before === null || !(key in before)) return [`${key}: ${is}`];
      if (after === null || !(key in after)) return [`${key}: ${was}`];
      return was === is ? [] : [`${key}: ${was} → ${is}`];
    })
    .join(', ');
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const COLUMNS = ['at', 'actor', 'actor_name', 'action', 'entity', 'entity_id', 'before', 'after', 'reason'];

/** A batch of entries as CSV. */
export function auditCsv(entries: readonly AuditRow[], withHeader: boolean): string {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  const rows = entries.map((entry) => [
    entry.at.toISOString(),
    entry.actorId,
    entry.actorName,
    entry.action,
    entry.entity,
    entry.entityId,
    json(entry.before),
    json(entry.after),
    entry.reason,
  ]);
  return toCsv(COLUMNS, rows, withHeader);
}
