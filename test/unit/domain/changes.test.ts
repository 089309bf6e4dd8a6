import { expect, test } from 'vitest';
import { unchangedAccounts } from '../../../src/domain/accounts/account-change.ts';
import { accountFilter, isEmptyAccountFilter } from '../../../src/domain/accounts/account-filter.ts';
import { type PoolChange, staysPut, unchangedReason } from '../../../src/domain/proxies/pool-change.ts';
import { stayingProxies } from '../../../src/domain/proxies/proxy-import.ts';

const change = (kind: string, more: object = {}) => ({ kind, target: {}, ...more }) as unknown as PoolChange;

test.each([
  ['edit', 'already has these values', 'already have these values'],
  ['deactivate', 'is already inactive', 'are already inactive'],
  ['activate', 'is already active', 'are already active'],
  ['remove', 'is already removed', 'are already removed'],
  ['release', 'has no cooldown', 'have no cooldown'],
  ['move', 'has no accounts', 'have no accounts'],
  ['separate', 'is used by one VPS at most', 'are used by one VPS at most'],
])('what %s leaves as it is, is said of one proxy and of many', (kind, one, many) => {
  expect(unchangedReason(change(kind), 1)).toBe(`1 proxy ${one}`);
  expect(unchangedReason(change(kind), 1234)).toBe(`1,234 proxies ${many}`);
});

test('a block says blocked, and a rebalance leaves nothing to say', () => {
  const block = change('deactivate', { isBlocked: true });
  expect([unchangedReason(block, 1), unchangedReason(block, 2)]).toEqual([
    '1 proxy is already blocked',
    '2 proxies are already blocked',
  ]);
  expect(unchangedReason(change('rebalance'), 5)).toBe('');
});

test('accounts keep their proxies only in a move and in a separation', () => {
  const kinds = ['edit', 'deactivate', 'activate', 'remove', 'release', 'move', 'separate', 'rebalance'];
  expect(kinds.filter((kind) => staysPut(change(kind)))).toEqual(['move', 'separate']);
});

test.each([
  ['edit', 'already has these values', 'already have these values'],
  ['hold', 'is already on hold', 'are already on hold'],
  ['release', 'is not on hold', 'are not on hold'],
  ['remove', 'is already removed', 'are already removed'],
] as const)('what %s leaves as it is, is said of one account and of many', (kind, one, many) => {
  const about = { kind, filter: {}, edit: {} } as Parameters<typeof unchangedAccounts>[0];
  expect([unchangedAccounts(about, 1), unchangedAccounts(about, 20)]).toEqual([
    `1 account ${one}`,
    `20 accounts ${many}`,
  ]);
});

test('proxies that stay are named, the first of them by their numbers', () => {
  expect(stayingProxies({ carrying: 1, firstCarrying: [7] })).toBe('1 proxy has accounts and stays: #7');
  expect(stayingProxies({ carrying: 2, firstCarrying: [7, 8] })).toBe('2 proxies have accounts and stay: #7, #8');
  expect(stayingProxies({ carrying: 1007, firstCarrying: [1, 2] })).toBe(
    '1,007 proxies have accounts and stay: #1, #2 and 1,005 more',
  );
});

test('a filter of accounts is empty without any condition, and refuses unknown ones', () => {
  expect([{}, { model: undefined }, { state: 'held' as const }].map(isEmptyAccountFilter)).toEqual([true, true, false]);
  expect(isEmptyAccountFilter({ model: 'Amber', vps: undefined })).toBe(false);
  expect(accountFilter.parse({ model: ' Amber , (NONE)', vps: 'east-1', state: 'waiting', search: 'ann' })).toEqual({
    model: 'Amber, (none)',
    vps: 'east-1',
    state: 'waiting',
    search: 'ann',
  });
  expect(accountFilter.safeParse({ color: 'red' }).success).toBe(false);
});
