import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineTable, PHONE_COLUMNS, widthOf } from '../../../src/kit/table.ts';

const table = defineTable(
  { header: '#', max: 5, align: 'right' },
  { header: 'name', max: 8 },
  { header: 'end', max: 3 },
);

test('a table that could be wider than a phone cannot be defined', () => {
  const columns = (max: number) => [
    { header: 'first', max: 10 },
    { header: 'second', max },
  ];
  expect(() => defineTable(...columns(PHONE_COLUMNS - 12))).not.toThrow();
  expect(() => defineTable(...columns(PHONE_COLUMNS - 11))).toThrow('a table of 41 columns does not fit on a phone');
});

test('columns begin at the same place in every row', () => {
  expect(
    table([
      ['1', 'ann', 'x'],
      ['12345', 'berlin desk 7', 'y'],
    ]),
  ).toBe('```\n    #  name      end\n    1  ann       x\n12345  berlin …  y\n```');
});

test('a monospace font gives each character the columns that we count', () => {
  const widths: [string, number][] = [
    ['abc', 3],
    ['日本', 4],
    ['ﾊﾝ', 2],
    ['한', 2],
    ['한'.normalize('NFD'), 2],
    ['é'.normalize('NFD'), 1],
    ['🟢', 2],
    ['⚪', 2],
    ['⏸️', 2],
    ['👩‍👩‍👧', 2],
    ['…', 1],
  ];
  expect(widths.map(([text]) => [text, widthOf(text)])).toEqual(widths);
});

test('whatever a cell contains, the next column is aligned and the block is not ended', () => {
  const odd = fc.constantFrom(
    'a',
    ' ',
    '日',
    '`',
    '🟢',
    '⏸️',
    '\u202e',
    '\n',
    '\u0301',
    '\u200b',
    'ש',
    '👩‍👩‍👧',
    '\uD83D',
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit: odd }), { minLength: 1, maxLength: 5 }), (names) => {
      const rows = names.map((name) => ['1', name, 'END']);
      const lines = table(rows).split('\n').slice(1, -1);
      const ends = lines.map((line) => widthOf(line.slice(0, line.search(/END$|end$/))));
      expect(new Set(ends).size).toBe(1);
      expect(ends[0]).toBeLessThanOrEqual(1 + 2 + 8 + 2);
      expect(lines.join('')).not.toMatch(/[`\u202e\u200b]/);
      expect(lines).toHaveLength(names.length + 1);
    }),
  );
});
