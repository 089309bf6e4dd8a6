import fc from 'fast-check';
import { expect, test } from 'vitest';
import { read } from '../read.ts';

const HOSTS =
  '203.0.113.7 198.51.100.9 010.0.113.7 10.0.0.1 gate.example.com [2001:db8::7] 203.0.113.7:80 http://203.0.113.7 host'.split(
    ' ',
  );
const TEXTS =
  'ann s3cret 7 1.78414E+16 #REF! ### - pw:x DE Germany ZZ 2026-12-31 12,50 a;b ünï _x_ user password https://x.example.com/r =1+1'.split(
    ' ',
  );
const host = fc.constantFrom(...HOSTS);
const port = fc.constantFrom('8080', '1', '65535', '65536', '0', '080', ' 80', '80x', '');
const text = fc.oneof(
  fc.constantFrom(...TEXTS, '', ' ', ' ann ', '\u200bann', 'x'.repeat(256)),
  fc.stringMatching(/^[a-z0-9 ]{0,8}$/),
);
const DETAILS = ['label', 'country', 'tags', 'notes', 'provider', 'cost', 'expires', 'location', 'unknown', 'login'];
const table = fc.subarray(DETAILS).chain((details) =>
  fc.record({
    header: fc.shuffledSubarray(['host', 'port', 'username', 'password', ...details], {
      minLength: details.length + 4,
    }),
    rows: fc.array(
      fc.tuple(host, port, text, text, fc.array(text, { minLength: details.length, maxLength: details.length })),
      { minLength: 1, maxLength: 4 },
    ),
    details: fc.constant(details),
  }),
);

const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** An empty cell in a column of types says nothing, but with such a column all rows are read as records. */
test('a plain row of a table is read as its record is, whatever its cells are', () => {
  const options = fc.record({
    isPrivateAllowed: fc.boolean(),
    defaults: fc.constantFrom({}, { type: 'socks5' as const, country: 'FR', label: 'desk' }),
  });
  fc.assert(
    fc.property(table, options, ({ header, rows, details }, said) => {
      const cellsOf = ([address, number, user, password, others]: (typeof rows)[number]) =>
        header.map((name) => {
          const known: Record<string, string> = { host: address, port: number, username: user, password };
          return quote(known[name] ?? others[details.indexOf(name)] ?? '');
        });
      const first = header.map((name) => (name === 'host' ? '203.0.113.1' : name === 'port' ? '1' : ''));
      const all = [header, first, ...rows.map(cellsOf)].map((cells) => cells.join());
      const file = read(all.join('\n'), said);
      const typed = all.map((line, index) => `${line},${index === 0 ? 'type' : ''}`);
      expect(file).toEqual(read(typed.join('\n'), said));
    }),
    { numRuns: 1500 },
  );
});
