import { cut } from './text.ts';

export interface Column {
  header: string;
  /** Widest it gets, in characters. */
  max: number;
  align?: 'left' | 'right';
}

/** Characters of the full width take two places in a monospace block (Unicode, East Asian Width). */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{M}]/gu;

function widthOf(text: string): number {
  let width = 0;
  for (const char of text) width += WIDE.test(char) ? 2 : 1;
  return width;
}

function cell(text: string, max: number): string {
  const clean = text.replace(UNSEEN, '').replaceAll('`', 'ˋ');
  let shown = cut(clean, max);
  while (widthOf(shown) > max) shown = cut(shown, [...shown].length - 1);
  return shown;
}

/** Aligned rows in a code block, as narrow as their contents let them be. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
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
      .join('  ')
      .trimEnd();
  return `\`\`\`\n${[line(columns.map((column) => column.header)), ...cells.map(line)].join('\n')}\n\`\`\``;
}
