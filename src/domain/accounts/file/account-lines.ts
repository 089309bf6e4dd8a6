import { plural } from '../../counted.ts';
import { HOST_STRONG, hostStrength } from '../../parse/fields/host.ts';
import { parseQuad } from '../../parse/fields/ip-address.ts';
import { HIDDEN } from '../../parse/fields/mask.ts';
import { Refusal } from '../../parse/fields/refusal.ts';
import { refuseLine } from '../../parse/lines/line-limits.ts';
import { marksOf } from '../../parse/lines/line-marks.ts';
import { stripNoise } from '../../parse/lines/line-noise.ts';
import { CELL_SEPARATOR } from '../../parse/lines/separators.ts';
import { CSV_DELIMITERS, LINE_END } from '../../parse/records/csv-rows.ts';
import { maskUsername } from '../username.ts';
import type { AccountColumn } from './account-columns.ts';
import { BELOW_REFUSED, columnsNamedBy, isHeaderAgain, NO_COLUMNS, recordOf, takeCells } from './account-csv.ts';
import type { AccountSink } from './account-sink.ts';
import { isPassword, refuseColumns } from './doubtful-columns.ts';

/** Order of the fields in a line without a header. */
const ORDER: readonly AccountColumn[] = ['username', 'model', 'vps', 'label', 'notes'];

const LINES_LOOKED_AT = 200;
const IS_PASSWORD = new Refusal('The second value may be a password: remove it, or use a CSV file with a header row.');
const IS_PROXY = new Refusal('This is a proxy: a host and a port.');
const tooMany = (most: number) => new Refusal(`A line can have at most ${plural(most, 'value')}.`);

/**
 * Reads a list without a header: one username per line, optionally followed by the other fields in order.
 *
 * @throws FileError if the second values of all lines are certainly not, or probably not, models
 */
export function readAccountLines(text: string, sink: AccountSink): void {
  const delimiter = mostFrequent(text);
  refuseColumns(cellsOf(text, delimiter), sink.defaultModel);
  let columns: readonly (AccountColumn | undefined)[] = ORDER;
  for (const [index, raw] of linesOf(text)) {
    columns = readLine({ line: index + 1, raw, delimiter, columns }, sink);
  }
}

/** The cells of each line before the first header. */
function* cellsOf(text: string, delimiter: string | null): Generator<string[]> {
  for (const [, raw] of linesOf(text)) {
    const item = refuseLine(raw) ? null : stripNoise(raw, marksOf(raw));
    if (item === null) continue;
    const cells = splitCells(item, delimiter);
    if (isHeaderAgain(cells)) return;
    if (!isProxy(cells)) yield cells.map((cell) => cell.trim());
  }
}

function splitCells(item: string, delimiter: string | null): string[] {
  if (item.includes(CELL_SEPARATOR)) return item.split(CELL_SEPARATOR);
  return delimiter === null ? [item] : item.split(delimiter);
}

interface Line {
  line: number;
  raw: string;
  delimiter: string | null;
  columns: readonly (AccountColumn | undefined)[];
}

/** @returns the columns for the following lines: a header between lines applies from there on */
function readLine({ line, raw, delimiter, columns }: Line, sink: AccountSink): Line['columns'] {
  const long = refuseLine(raw);
  if (long) {
    sink.reject(line, long, HIDDEN);
    return columns;
  }
  const item = stripNoise(raw, marksOf(raw));
  if (item === null) return columns;
  const cells = splitCells(item, delimiter);
  const named = columnsNamedBy(cells, sink);
  if (named) return named;
  const refusal = refuseCells(cells, columns);
  if (!refusal) return takeCells(line, recordOf(cells, columns), columns, sink);
  const [name = ''] = recordNames(cells, columns);
  sink.reject(line, refusal, refusal === IS_PROXY ? HIDDEN : maskUsername(`${name} ${HIDDEN}`));
  return columns;
}

function refuseCells(cells: readonly string[], columns: Line['columns']): Refusal | null {
  if (columns === NO_COLUMNS) return BELOW_REFUSED;
  if (columns === ORDER && isProxy(cells)) return IS_PROXY;
  if (cells.length > columns.length) return tooMany(columns.length);
  const [, second] = cells;
  return columns === ORDER && second !== undefined && isPassword(second.trim()) ? IS_PASSWORD : null;
}

/**
 * Whether the values are those of a proxy, whose host would be an account and whose port a model: an address with a port, or a host
 * name with a port, a username and a password.
 */
function isProxy([first = '', port = '', ...login]: readonly string[]): boolean {
  const host = first.trim();
  if (!/^\d{1,5}$/.test(port.trim()) || hostStrength(host, 0, host.length) !== HOST_STRONG) return false;
  return login.length === 2 || parseQuad(host) >= 0 || host.startsWith('[');
}

/** The cell that names the account. */
function recordNames(cells: readonly string[], columns: Line['columns']): string[] {
  return cells.filter((_cell, at) => columns[at] === 'username');
}

/** The delimiter that most of the first lines contain; null if none contains any. */
function mostFrequent(text: string): string | null {
  const found = new Map<string, number>();
  for (const [index, line] of linesOf(text)) {
    if (index >= LINES_LOOKED_AT) break;
    for (const each of CSV_DELIMITERS) if (line.includes(each)) found.set(each, (found.get(each) ?? 0) + 1);
  }
  const [best] = [...found].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? null;
}

/** Each line with its index, from 0. */
function* linesOf(text: string): Generator<[number, string]> {
  const end = new RegExp(LINE_END, 'g');
  let from = 0;
  for (let index = 0; from < text.length; index++) {
    const match = end.exec(text);
    yield [index, text.slice(from, match?.index ?? text.length)];
    from = match ? end.lastIndex : text.length;
  }
}
