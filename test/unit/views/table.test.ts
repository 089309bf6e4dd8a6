import fc from 'fast-check';
import { expect, test } from 'vitest';
import { table } from '../../../src/views/kit/table.ts';

const columns = [
  { header: '#', max: 5, align: 'right' as const },
  { header: 'name', max: 8 },
  { header: 'end', max: 3 },
];
const widthOf = (text: string) =>
  [...text].reduce((sum, char) => sum + (/[\u3000-\u9fff\u{1f300}-\u{1faff}]/u.test(char) ? 2 : 1), 0);

test('columns begin at the same place in every row', () => {
  expect(
    table(columns, [
      ['1', 'ann', 'x'],
      ['12345', 'berlin desk 7', 'y'],
    ]),
  ).toBe('```\n    #  name      end\n    1  ann       x\n12345  berlin …  y\n```');
});

test('wide characters take their two places, and nobody ends the block', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', '日', '`', '🟢', '\u202e', '\n', '\u0301') }), {
        minLength: 1,
        maxLength: 5,
      }),
      (names) => {
        const lines = table(
          columns,
          names.map((name) => ['1', name, 'END']),
        )
          .split('\n')
          .slice(1, -1);
        const ends = lines.map((line) => widthOf(line.slice(0, line.search(/END$|end$/))));
        expect(new Set(ends).size).toBe(1);
        expect(lines.join('')).not.toContain('`');
        expect(lines).toHaveLength(names.length + 1);
      },
    ),
  );
});
