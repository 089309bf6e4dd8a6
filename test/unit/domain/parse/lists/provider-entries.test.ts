import { expect, test } from 'vitest';
import { Refusal } from '../../../../../src/domain/parse/fields/refusal.ts';
import { readProviderEntries, TWO_READINGS } from '../../../../../src/domain/parse/provider-entries.ts';

const OPTIONS = { isPrivateAllowed: false, maxRows: 100 };
const entry = (host: string, port = 8080) => ({ ip: host, port, username: 'ann', password: 'pw' });
const hostsOf = (entries: Parameters<typeof readProviderEntries>[0], options = OPTIONS) =>
  readProviderEntries(entries, options).map((found) =>
    found.map((each) => (each instanceof Refusal ? 'refused' : each.host)),
  );

test('each entry has its proxies: one, or several of an order', () => {
  const order = { id: 7, proxies: [entry('203.0.113.2'), entry('203.0.113.3')] };
  expect(hostsOf([entry('203.0.113.1'), order, entry('203.0.113.4')])).toEqual([
    ['203.0.113.1'],
    ['203.0.113.2', '203.0.113.3'],
    ['203.0.113.4'],
  ]);
});

test('an entry that cannot be read is refused in its place, with the reason', () => {
  const [first, second, third] = readProviderEntries(
    [entry('203.0.113.1'), entry('10.0.0.1'), entry('203.0.113.2', 99_999)],
    OPTIONS,
  );
  expect(first).toMatchObject([{ host: '203.0.113.1', username: 'ann', password: 'pw' }]);
  expect(second).toEqual([expect.any(Refusal)]);
  expect(third).toEqual([expect.any(Refusal)]);
  expect(hostsOf([entry('10.0.0.1')], { ...OPTIONS, isPrivateAllowed: true })).toEqual([['10.0.0.1']]);
});

test('an order without proxies is refused', () => {
  expect(hostsOf([{ id: 8, proxies: [] }])).toEqual([['refused']]);
});

test('a line with two readings is refused once, since a sync cannot ask', () => {
  const line = { proxies: ['pa.example:8080:gate.example:9090'] };
  expect(readProviderEntries([line], OPTIONS)).toEqual([[TWO_READINGS]]);
  const sentence = { proxies: ['gate.example.com 1080'] };
  expect(readProviderEntries([sentence], OPTIONS)).toEqual([[TWO_READINGS]]);
});

test('more proxies than allowed are an error of the whole answer', () => {
  expect(() => readProviderEntries([entry('203.0.113.1'), entry('203.0.113.2')], { ...OPTIONS, maxRows: 1 })).toThrow();
});
