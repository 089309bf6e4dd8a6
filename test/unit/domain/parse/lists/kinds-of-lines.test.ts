import { describe, expect, test } from 'vitest';
import { ExampleLines } from '../../../../../src/domain/parse/example-lines.ts';
import { DETAIL_KEYS, type DetailKey } from '../../../../../src/domain/proxies/fields.ts';
import { PROXY_TYPES, type ProxyFields } from '../../../../../src/domain/proxies/proxy.ts';
import { proxy } from '../read.ts';

/** The lines that show what is in these rows, which begin in line 1. */
function examplesOf(rows: Partial<ProxyFields>[], firstOfForms: number[] = []): number[] {
  const examples = new ExampleLines();
  for (const [at, fields] of rows.entries()) examples.note({ line: at + 1, reading: 'both', fields: proxy(fields) });
  return examples.result(firstOfForms);
}

const VALUES: Record<DetailKey, unknown> = {
  provider: 'Acme',
  country: 'DE',
  city: 'Rome',
  label: 'Desk',
  tags: ['a'],
  notes: 'x',
  expiresAt: new Date(0),
  monthlyCost: 0,
  changeIpUrl: 'https://a.example',
  externalId: 'e',
};
const SAID: Partial<ProxyFields>[] = [
  {},
  ...PROXY_TYPES.filter((type) => type !== 'http').map((type) => ({ type })),
  { username: 'ann' },
  { password: 'pw' },
  { host: 'gate.example' },
  ...DETAIL_KEYS.map((key) => ({ [key]: VALUES[key] })),
];

test('each two proxies with another type, host or field are two kinds', () => {
  for (const [at, one] of SAID.entries()) {
    for (const other of SAID.slice(at + 1)) {
      // The credentials are the longest ones of the file, which shows them anyway.
      expect([one, other, examplesOf([one, other, one, other])]).toEqual([one, other, [1, 2]]);
    }
  }
});

test('a proxy that differs in two ways is of a kind of its own too', () => {
  const longest = { username: 'ann', password: 'pw' };
  expect(examplesOf([{}, { type: 'socks4', username: 'a' }, longest])).toEqual([1, 2, 3]);
});

test('hosts that end with a digit and IPv6 addresses are one kind, and names are another one', () => {
  const hosts = ['203.0.113.7', '2001:db8::a', '203.0.113.0', '203.0.113.9', 'gate.example', 'a.b:c'];
  expect(examplesOf(hosts.map((host) => ({ host })))).toEqual([5, 1]);
});

describe('of several lines of a kind', () => {
  const note = (...lines: number[]) => {
    const examples = new ExampleLines();
    for (const line of lines) examples.note({ line, reading: 'both', fields: proxy({}) });
    return examples.result([]);
  };

  test('the first one is named, in whatever order they come', () => {
    expect([note(3, 2, 5), note(2, 3), note(4)]).toEqual([[2], [2], [4]]);
  });
});

test('of as many rows of two kinds the one that begins first comes first', () => {
  const socks = { type: 'socks5' as const };
  expect(examplesOf([{}, socks, {}, socks])).toEqual([1, 2]);
  expect(examplesOf([socks, {}, {}, socks])).toEqual([1, 2]);
  expect(examplesOf([{}, {}, socks])).toEqual([3, 1]);
});

describe('the longest credentials', () => {
  const login = (username: string, password: string | null = null) => ({ username, password });

  test('are those of the first line that has them, in whatever order they come', () => {
    expect(examplesOf([login('a', 'b'), login('a', 'bcd'), login('abc', 'b'), login('a', 'bc')])).toEqual([1, 2]);
    const examples = new ExampleLines();
    for (const line of [3, 2, 1, 4])
      examples.note({ line, reading: 'both', fields: proxy(login(line === 1 ? 'a' : 'abc', 'b')) });
    expect(examples.result([])).toEqual([1, 2]);
  });

  test('may be a username alone or a password alone', () => {
    expect(examplesOf([login('a'), login('ab'), login('abc')])).toEqual([1, 3]);
    expect(examplesOf([{ password: 'a' }, { password: 'abc' }, { password: 'ab' }])).toEqual([1, 2]);
  });

  test('are none if the lines have none', () => {
    expect(examplesOf([{}, {}])).toEqual([1]);
    expect(examplesOf([])).toEqual([]);
  });
});

test('the first lines of forms come first, those of the fewest lines before the others, and each line once', () => {
  expect(examplesOf([{}, { type: 'socks5' }], [2, 5, 1])).toEqual([1, 5, 2]);
  expect(examplesOf([{}], [0, 4])).toEqual([4, 1]);
  expect(examplesOf([{}], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});
