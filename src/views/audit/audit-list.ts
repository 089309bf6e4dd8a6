import type { AuditFilter, AuditPage, AuditRow } from '../../domain/audit-view.ts';
import { toCsv } from '../../kit/csv.ts';
import { defineId, idNumber } from '../../kit/custom-id.ts';
import { LIMITS } from '../../kit/limits/limits.ts';
import { pageButtons, pageLine, pageParams, pageRange } from '../../kit/paging.ts';
import { button, card, row, selectMenu, text } from '../../kit/parts.ts';
import { code, count, escapeText, formatActor, formatRelativeTime, plain, truncate } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import { auditSentence } from './audit-sentences.ts';

export const auditPageId = defineId('audit.page', pageParams);
export const auditDetailsId = defineId('audit.details', {});
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
        detailsMenu(page),
      ),
    ],
  };
}

const ALL = 'all entries';

function filterWords({ actor, entity, entityId, planId, days }: AuditFilter): string[] {
  return [
    actor !== undefined && `by ${code(truncate(actor, 60))}`,
    entity !== undefined && `${entity}${entityId === undefined ? '' : ` ${code(truncate(entityId, 60))}`}`,
    planId !== undefined && `change #${planId}`,
    days !== undefined && `last ${days === 1 ? 'day' : `${count(days)} days`}`,
  ].filter((part) => part !== false);
}

const VALUES_CHARS = 200;

/** A sentence, and below it the changed values and the reason. */
function lines(entry: AuditRow): string[] {
  const { actorId, at, reason } = entry;
  const values = truncate(valuesOf(entry), VALUES_CHARS);
  const details = [values && code(values), reason && escapeText(truncate(reason, 120))].filter(Boolean).join(' · ');
  return [
    `${formatActor(actorId)} ${auditSentence(entry) ?? unknown(entry)} · ${formatRelativeTime(at)}`,
    ...(details === '' ? [] : [`-# ${details}`]),
  ];
}

/** An action of another release, in the words of the log. */
function unknown({ action, entity, entityId }: AuditRow): string {
  return `${escapeText(truncate(action, 40))} ${entity} ${escapeText(truncate(entityId, 40))}`;
}

/** The values that a sentence does not contain: those of an edit, and of an action without a sentence. */
function valuesOf(entry: AuditRow): string {
  const { before, after } = entry;
  if (auditSentence(entry) === undefined || (before !== null && after !== null)) return changes(before, after);
  const edit = after?.edit;
  return typeof edit === 'object' && edit !== null ? changes(null, edit as Record<string, unknown>) : '';
}

/** Of changes of many that write an entry for each row: what their rows are. */
function rowsOf({ action }: AuditRow): 'proxies' | 'accounts' | undefined {
  if (action.startsWith('pool.') || action === 'proxy.import_update') return 'proxies';
  return action.startsWith('accounts.') || action === 'account.import_undo' ? 'accounts' : undefined;
}

const isOfMany = (entry: AuditRow) =>
  rowsOf(entry) !== undefined && typeof entry.after?.count === 'number' && entry.after.count > 1;

/** Leads to the single rows of a change of many. */
function detailsMenu({ rows }: AuditPage) {
  // A change and its undo have one number, and so one list of rows.
  const ofMany = new Map(rows.filter(isOfMany).map((entry) => [entry.entityId, entry]));
  const options = [...ofMany.values()].map((entry) => ({
    label: truncate(`Change #${entry.entityId}: ${plain(entry.action)}`, LIMITS.option),
    value: entry.entityId,
    description: truncate(
      `${count(Number(entry.after?.count))} ${rowsOf(entry)} · ${plain(entry.actorName)}`,
      LIMITS.option,
    ),
  }));
  return options.length > 0 && selectMenu(auditDetailsId.encode({}), 'Details', options);
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
  if (Array.isArray(value)) return value.map(shown).join(', ') || '–';
  if (typeof value !== 'object') return String(value);
  const { add, drop, set, ...others } = value as ListChange;
  const list = set ?? [...(add ?? []).map((item) => `+${item}`), ...(drop ?? []).map((item) => `-${item}`)];
  const rest = Object.entries(others).map(([name, each]) => `${name} ${shown(each)}`);
  return [...list, ...rest].join(', ') || '–';
}

/** The change of a list, such as tags, as it is stored: its new items, or the added and the dropped ones. */
interface ListChange {
  add?: readonly string[];
  drop?: readonly string[];
  set?: readonly string[];
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
