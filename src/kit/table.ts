import { sumOf } from '../domain/sum.ts';
import { graphemes, isolate, isSimple, plain } from './text.ts';

/** Discord's app on a phone shows 34 to 40 columns of a code block and wraps the rest, which ends every alignment. */
export const PHONE_COLUMNS = 40;
const GAP = '  ';

export interface Column {
  header: string;
  /** Maximum width, in columns of a monospace font. */
  max: number;
  align?: 'left' | 'right';
}

/** Draws rows of cells. */
export type Table = (rows: readonly (readonly string[])[]) => string;

/** An emoji of one or more joined code points. */
const EMOJI = /^\p{RGI_Emoji}/v;
/** Two columns wide in a monospace block (Unicode, East Asian Width W and F). */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]/u;
/** Without a width of its own: marks, and the vowels and finals that join a Hangul syllable. */
const NARROW = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11FF]/u;

/** The expression for emoji is slow, and a table repeats its few signs in every row. */
const MOST_REMEMBERED = 500;
const emojis = new Map<string, string | undefined>();

/** The emoji that a character begins with, if it does. */
function emojiIn(grapheme: string): string | undefined {
  if (isSimple(grapheme)) return undefined;
  if (emojis.has(grapheme)) return emojis.get(grapheme);
  if (emojis.size >= MOST_REMEMBERED) emojis.clear();
  const found = EMOJI.exec(grapheme)?.[0];
  emojis.set(grapheme, found);
  return found;
}

/** Width of a text, in columns of a monospace font. */
export function widthOf(text: string): number {
  if (isSimple(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) {
    if (emojiIn(grapheme) !== undefined) width += 2;
    else for (const char of grapheme) width += NARROW.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  }
  return width;
}

/** User input on one line, without invisible characters (except joiners of emoji) and without backticks, which could end the code block. */
function tidy(text: string): string {
  if (isSimple(text)) return text.replace(/ {2,}/g, ' ').replaceAll('`', 'ˋ');
  const parts = graphemes(text.normalize('NFC').replace(/\s+/g, ' '));
  return Array.from(parts, shownOf).join('');
}

/** One character as it is shown in a table. */
function shownOf(part: string): string {
  return emojiIn(part) ?? plain(part).replaceAll('`', 'ˋ');
}

function cell(text: string, max: number): string {
  const whole = tidy(text);
  if (isSimple(whole)) return whole.length <= max ? whole : `${whole.slice(0, max - 1)}…`;
  let shown = '';
  let width = 0;
  let end = 0;
  for (const grapheme of graphemes(whole)) {
    width += widthOf(grapheme);
    if (width > max) return isolate(`${shown.slice(0, end)}…`);
    shown += grapheme;
    // The end up to which an ellipsis still fits.
    if (width < max) end = shown.length;
  }
  return isolate(shown);
}

/**
 * Defines a table of aligned rows in a code block, as narrow as their contents allow. Rows that need more columns than a phone shows
 * are lines of text instead.
 *
 * @throws Error if the longest cells would not fit on a phone
 */
export function defineTable(...columns: readonly Column[]): Table {
  const widest = sumOf(columns, ({ max, header }) => Math.max(max, widthOf(header)) + GAP.length) - GAP.length;
  if (widest > PHONE_COLUMNS) throw new Error(`a table of ${widest} columns does not fit on a phone`);
  return (rows) => draw(columns, rows);
}

function draw(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => columns.map((column, index) => cell(row[index] ?? '', column.max)));
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.header), ...cells.map((row) => widthOf(row[index] ?? ''))),
  );
  const line = (values: readonly string[]) =>
    columns
      .map((column, index) => {
        const value = values[index] ?? '';
        const space = ' '.repeat((widths[index] ?? 0) - widthOf(value));
        return column.align === 'right' ? space + value : value + space;
      })
      .join(GAP)
      .trimEnd();
  return `\`\`\`\n${[line(columns.map((column) => column.header)), ...cells.map(line)].join('\n')}\n\`\`\``;
}
