import type { PlanState, Stamp } from '../../domain/plan-state.ts';
import type { RejectedLine } from '../../domain/proxies/proxy-import.ts';
import { toCsv } from '../../kit/csv.ts';
import { text } from '../../kit/parts.ts';
import { code, count, escapeText, formatActor, formatRelativeTime, truncate } from '../../kit/text.ts';
import type { ViewFile } from '../../kit/view.ts';

/** Lengths with which a message with all parts stays within Discord's limit. */
const LONGEST = { file: 80, column: 20, refusal: 120 } as const;
const COLUMNS_NAMED = 8;

/** The heading of an import: `Import preview · proxies.csv`. */
export function importTitle(
  kind: 'Import' | 'Account import',
  { fileName, state }: { fileName: string | null; state: PlanState },
  isDone: boolean,
): string {
  const name = fileName === null ? 'pasted list' : code(truncate(fileName, LONGEST.file));
  if (state === 'cancelled' || state === 'expired') return `### ${kind} ${state} · ${name}`;
  return `### ${kind}${isDone ? '' : ' preview'} · ${name}`;
}

/** `✅ **Imported 120** · @ann · 2 minutes ago` */
export function doneLine(what: string, { by, at }: Stamp): string {
  return `✅ **${what}** · ${formatActor(by)} · ${formatRelativeTime(new Date(at))}`;
}

/** The result of `Delete message`. */
export function sourceDeletedLine(by: string): string {
  return `🗑️ The message with the list was deleted · ${formatActor(by)}`;
}

/** The columns of a file that are not imported. */
export function unknownColumnsLine(columns: readonly string[]): string | false {
  const names = columns.slice(0, COLUMNS_NAMED).map((name) => code(truncate(name, LONGEST.column)));
  return columns.length > 0 && `Ignored columns: ${names.join(', ')}${columns.length > COLUMNS_NAMED ? ' …' : ''}`;
}

export function rejectedLines(rejected: readonly RejectedLine[]): string[] {
  return rejected.map(({ line, reason }) => `❌ Line ${count(line)}: ${escapeText(truncate(reason, LONGEST.refusal))}`);
}

/** The rejected lines as a CSV file; `about` is the header of their text. */
export function rejectionsFile(name: string, about: string, rejected: readonly RejectedLine[]): ViewFile {
  const rows = rejected.map((each) => [each.line, each.reason, each.text]);
  return { name, data: toCsv(['line', 'reason', about], rows) };
}

export function importFooter(preview: { planId: number; encoding: string; state: PlanState; expiresAt: Date }) {
  const { planId, encoding, state, expiresAt } = preview;
  const end = state === 'open' ? ` · expires ${formatRelativeTime(expiresAt)}` : '';
  return text(`-# Import #${planId} · ${encodingName(encoding)}${end}`);
}

/** Figures in an aligned block. Zeros are omitted, except for the first figure before anything is applied. */
export function figureBlock(figures: readonly (readonly [number, string])[], isDone: boolean) {
  const shown = figures
    .filter(([n], index) => n > 0 || (index === 0 && !isDone))
    .map(([n, meaning]) => [count(n), meaning] as const);
  if (shown.length === 0) return null;
  const width = Math.max(...shown.map(([n]) => n.length));
  return text(`\`\`\`\n${shown.map(([n, meaning]) => `${n.padStart(width)}  ${meaning}`).join('\n')}\n\`\`\``);
}

const ENCODING_NAMES: Record<string, string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16 (big endian)',
  'windows-1252': 'Windows-1252',
};

function encodingName(encoding: string): string {
  return ENCODING_NAMES[encoding] ?? encoding;
}
