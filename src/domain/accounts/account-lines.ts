import { HIDDEN } from '../parse/fields/mask.ts';
import { Refusal } from '../parse/fields/refusal.ts';
import { refuseLine } from '../parse/lines/line-limits.ts';
import { marksOf } from '../parse/lines/line-marks.ts';
import { stripNoise } from '../parse/lines/line-noise.ts';
import { CELL_SEPARATOR } from '../parse/lines/separators.ts';
import { CSV_DELIMITERS, LINE_END } from '../parse/records/csv-rows.ts';
import type { AccountColumn } from './account-columns.ts';
import { recordOf } from './account-csv.ts';
import type { AccountSink } from './account-sink.ts';

/** What stands in a line without a header. */
const ORDER: readonly AccountColumn[] = ['username', 'model', 'vps', 'label', 'notes'];

const LINES_LOOKED_AT = 200;
/** What no username has in it, but a line that is something else: `user:password`, a sentence, a table with blanks. */
const NO_USERNAME = /[\s:]/;

const TWO_THINGS = new Refusal(
  'The username contains a space or a colon. Separate values with commas, without passwords, or add a header row.',
);
const TOO_MANY = new Refusal(`A line can have at most ${ORDER.length} values: ${ORDER.join(', ')}.`);

/** Reads a list without a header: one username a line, with what else there is in the order of the columns. */
export function readAccountLines(text: string, sink: AccountSink): void {
  const delimiter = mostFrequent(text);
  for (const [index, raw] of linesOf(text)) readLine(index + 1, raw, delimiter, sink);
}

function readLine(line: number, raw: string, delimiter: string | null, sink: AccountSink): void {
  const long = refuseLine(raw);
  if (long) {
    sink.reject(line, long, HIDDEN);
    return;
  }
  const item = stripNoise(raw, marksOf(raw));
  if (item === null) return;
  const isQuoted = item.includes(CELL_SEPARATOR);
  const cells = isQuoted ? item.split(CELL_SEPARATOR) : delimiter === null ? [item] : item.split(delimiter);
  const name = cells[0]?.trim() ?? '';
  const shown = name.split(NO_USERNAME, 1)[0] ?? '';
  if (NO_USERNAME.test(name)) sink.reject(line, TWO_THINGS, `${shown} ${HIDDEN}`);
  else if (cells.length > ORDER.length) sink.reject(line, TOO_MANY, `${shown} ${HIDDEN}`);
  else sink.add(line, recordOf(cells, ORDER));
}

/** The delimiter that most of the first lines have; null where none has any. */
function mostFrequent(text: string): string | null {
  const found = new Map<string, number>();
  for (const [index, line] of linesOf(text)) {
    if (index >= LINES_LOOKED_AT) break;
    for (const each of CSV_DELIMITERS) if (line.includes(each)) found.set(each, (found.get(each) ?? 0) + 1);
  }
  const [best] = [...found].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? null;
}

/** Each line with its place, from 0. */
function* linesOf(text: string): Generator<[number, string]> {
  const end = new RegExp(LINE_END, 'g');
  let from = 0;
  for (let index = 0; from < text.length; index++) {
    const match = end.exec(text);
    yield [index, text.slice(from, match?.index ?? text.length)];
    from = match ? end.lastIndex : text.length;
  }
}
