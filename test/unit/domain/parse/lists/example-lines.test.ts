import { expect, test } from 'vitest';
import { ExampleLines } from '../../../../../src/domain/parse/example-lines.ts';
import type { ParsedFile } from '../../../../../src/domain/parse/parsed-file.ts';
import { proxy, read } from '../read.ts';

function exampleLines({ rows, firstOfForms }: Pick<ParsedFile, 'rows' | 'firstOfForms'>): number[] {
  const examples = new ExampleLines();
  for (const row of rows) examples.note(row);
  return examples.result(firstOfForms);
}

const examplesOf = (text: string) => exampleLines(read(text));

test('the rarest kinds of proxies come first', () => {
  const plain = Array.from({ length: 5 }, (_, at) => `203.0.113.${at + 1}:80:ann:pw`);
  const text = [...plain, 'gate.example:80:ann:pw', 'gate.example:81:ann:pw', '203.0.113.9:80'].join('\n');
  expect(examplesOf(text)).toEqual([8, 1, 6]);
});

test('the longest credentials are among them', () => {
  const lines = ['203.0.113.1:80:a:b', '203.0.113.2:80:a:b', '203.0.113.3:80:anna:secret', '203.0.113.4:80:a:b'];
  expect(examplesOf(lines.join('\n'))).toEqual([1, 3]);
});

const rows = (...list: Parameters<typeof proxy>[0][]) =>
  list.map((fields, at) => ({ line: at + 1, reading: 'both' as const, fields: proxy(fields) }));

test.each([
  ['type', { type: 'socks5' as const }],
  ['username', { username: 'ann' }],
  ['password', { password: 'pw' }],
  ['host that is a name', { host: 'gate.example' }],
  ['label', { label: 'Desk 7' }],
  ['country', { country: 'DE' }],
  ['tags', { tags: ['fast'] }],
])('a proxy with another %s is a kind of its own', (_, fields) => {
  expect(exampleLines({ rows: rows({}, {}, fields), firstOfForms: [] })).toEqual([3, 1]);
});

test('addresses of both families are one kind, and so are lists without entries and no list', () => {
  expect(exampleLines({ rows: rows({}, { host: '2001:db8::a' }, { tags: [] }), firstOfForms: [] })).toEqual([1]);
});

test('the first lines of forms come before the others, those of the fewest lines first, and ten in all', () => {
  expect(exampleLines({ rows: rows({}), firstOfForms: [7, 9] })).toEqual([9, 7, 1]);
  expect(exampleLines({ rows: [], firstOfForms: [0, ...Array.from({ length: 12 }, (_, at) => at + 1)] })).toEqual([
    12, 11, 10, 9, 8, 7, 6, 5, 4, 3,
  ]);
});

test('kinds with as many rows come in the order of their lines, in whatever order they are noted', () => {
  const noted = rows({ country: 'DE' }, { label: 'Desk 7' }).toReversed();
  expect(exampleLines({ rows: noted, firstOfForms: [] })).toEqual([1, 2]);
});
