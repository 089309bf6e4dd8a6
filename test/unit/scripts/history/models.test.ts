import { describe, expect, test } from 'vitest';
import { accountModel } from '../../../../scripts/history/check/account-model.ts';
import { type Change, callsOfAccounts, callsOfProxies, type Effect } from '../../../../scripts/history/check/calls.ts';
import { findViolation } from '../../../../scripts/history/check/linearize.ts';
import { proxyModel } from '../../../../scripts/history/check/proxy-model.ts';
import { isTold } from '../../../../scripts/history/check/told.ts';
import type { Answer, Operation } from '../../../../scripts/history/operations.ts';

const done = (about: Partial<Extract<Answer, { kind: 'done' }>> = {}): Answer => ({ kind: 'done', ...about });
const refused = (code: string, text = ''): Answer => ({ kind: 'refused', code, text });
const unknown: Answer = { kind: 'unknown' };
const from = (account: number, left: number | null, took: number | null): Effect => ({ account, left, took });

let moment = 0;
/** An operation after all others. */
function change(operation: Operation, answer: Answer, ...effects: Effect[]): Change {
  const start = ++moment;
  return { id: start, operation, answer, start, end: ++moment, effects };
}

const add = (account: number, ...effects: Effect[]) =>
  change({ kind: 'add account', username: `a${account}`, model: 'Amber' }, done(), ...effects);
const bring = (proxy: number, ...effects: Effect[]) =>
  change({ kind: 'import', hosts: [`p${proxy}`] }, done(), ...effects);
const assign = (account: number, answer: Answer, ...effects: Effect[]) =>
  change({ kind: 'assign', account, isMove: false }, answer, ...effects);
const move = (account: number, answer: Answer, ...effects: Effect[]) =>
  change({ kind: 'assign', account, isMove: true }, answer, ...effects);
const unassign = (account: number, answer: Answer, ...effects: Effect[]) =>
  change({ kind: 'unassign', account }, answer, ...effects);
const look = (account: number, answer: Answer) => change({ kind: 'look up account', account }, answer);
const lookAt = (proxy: number, ...accounts: number[]) =>
  change({ kind: 'look at proxy', proxy }, done({ seen: { isRemoved: false, accounts } }));
const fail = (proxy: number, answer = done()) => change({ kind: 'fail proxy', proxy }, answer);
const remove = (proxy: number, answer: Answer, ...effects: Effect[]) =>
  change({ kind: 'remove proxy', proxy }, answer, ...effects);

/** Accounts from 10 on are of another model. */
const modelOf = (account: number) => (account < 10 ? 'Amber' : 'Bella');
const numberOf = (name: string) => Number(name.slice(1));

/** The accounts and proxies whose calls no order explains. */
function broken(changes: readonly Change[]): string[] {
  const ofProxy = proxyModel(modelOf);
  const accounts = [...callsOfAccounts(changes, numberOf)].filter(([, calls]) => findViolation(calls, accountModel));
  const proxies = [...callsOfProxies(changes, numberOf)].filter(([, calls]) => findViolation(calls, ofProxy));
  return [...accounts.map(([key]) => `account ${key}`), ...proxies.map(([key]) => `proxy ${key}`)];
}

const PLACED = () => [bring(1), bring(2), add(5, from(5, null, 1))];

describe('what the models explain', () => {
  test.each<[string, () => Change[]]>([
    ['an assignment and its read', () => [...PLACED(), look(5, done({ proxy: 1 })), lookAt(1, 5), lookAt(2)]],
    ['a move', () => [...PLACED(), move(5, done({ proxy: 2 }), from(5, 1, 2)), lookAt(1), lookAt(2, 5)]],
    ['a refusal that is true', () => [...PLACED(), assign(5, refused('has_proxy', 'a5 already has proxy #1.'))]],
    [
      'an account on hold that a fill takes up',
      () => [
        ...[...PLACED(), unassign(5, done(), from(5, 1, null)), look(5, refused('account_held'))],
        change({ kind: 'fill' }, done({ counts: { served: 1 } }), from(5, null, 2)),
      ],
    ],
    [
      'an unknown assignment that was done',
      () => [...[bring(1), add(5), assign(5, unknown, from(5, null, 1)), look(5, done({ proxy: 1 }))]],
    ],
    [
      'an unknown assignment that was not done',
      () => [...[bring(1), add(5), assign(5, unknown), look(5, refused('account_waiting'))]],
    ],
    [
      'an unknown unassign of a waiting account, done',
      () => [add(5), unassign(5, unknown), look(5, refused('account_held'))],
    ],
    ['the same, not done', () => [add(5), unassign(5, unknown), look(5, refused('account_waiting'))]],
    [
      'a removal that moves, and a failover',
      () => [
        ...[...PLACED(), remove(1, done(), from(5, 1, 2)), bring(3), fail(2)],
        change({ kind: 'failover' }, unknown, from(5, 2, 3)),
        lookAt(3, 5),
      ],
    ],
    ['an import that serves', () => [add(5), bring(1, from(5, null, 1)), lookAt(1, 5)]],
  ])('%s', (_, changes) => expect(broken(changes())).toEqual([]));
});

describe('what they do not', () => {
  test.each<[string, () => Change[], string[]]>([
    ['an assignment that is not there', () => [...PLACED(), look(5, refused('account_waiting'))], ['account 5']],
    [
      'another proxy than the answer named',
      () => [bring(1), bring(2), add(5), assign(5, done({ proxy: 2 }), from(5, null, 1))],
      ['account 5'],
    ],
    [
      'a second proxy for an account',
      () => [...PLACED(), assign(5, done({ proxy: 2 }), from(5, null, 2))],
      ['account 5'],
    ],
    ['a move that was not asked for', () => [...PLACED(), assign(5, done({ proxy: 2 }), from(5, 1, 2))], ['account 5']],
    ['half a move', () => [...PLACED(), move(5, unknown, from(5, 1, null))], ['account 5']],
    [
      'an unassign that a read does not see',
      () => [...PLACED(), unassign(5, done(), from(5, 1, null)), look(5, done({ proxy: 1 }))],
      ['account 5'],
    ],
    ['a refusal with an effect', () => [...PLACED(), unassign(5, refused('held'), from(5, 1, null))], ['account 5']],
    [
      'an account on hold that an unassign of another one serves',
      () => [
        ...[...PLACED(), add(6, from(6, null, 2)), unassign(5, done(), from(5, 1, null))],
        unassign(6, done(), from(6, 2, null), from(5, null, 2)),
      ],
      ['account 5'],
    ],
    ['a fourth account', () => [bring(1), ...[5, 6, 7, 8].map((n) => add(n, from(n, null, 1)))], ['proxy 1']],
    ['two models', () => [bring(1), add(5, from(5, null, 1)), add(10, from(10, null, 1))], ['proxy 1']],
    ['an account on a failing proxy', () => [bring(1), fail(1), add(5, from(5, null, 1))], ['proxy 1']],
    ['an account on a removed proxy', () => [bring(1), remove(1, done()), add(5, from(5, null, 1))], ['proxy 1']],
    ['a removal that leaves an account behind', () => [...PLACED(), remove(1, done())], ['proxy 1']],
    ['half a removal', () => [...PLACED(), add(6, from(6, null, 1)), remove(1, unknown, from(5, 1, 2))], ['proxy 1']],
    ['an account that no record of the proxy knows', () => [...PLACED(), lookAt(2, 5)], ['proxy 2']],
    [
      'a proxy that is said to be full',
      () => [
        ...PLACED(),
        add(6),
        change({ kind: 'assign', account: 6, isMove: false, proxy: 1 }, refused('rule', '#1 is full: it has 3')),
      ],
      ['proxy 1'],
    ],
  ])('%s', (_, changes, expected) => expect(broken(changes())).toEqual(expected));
});

describe('counts of an answer', () => {
  const fill = (served: number, ...effects: Effect[]) =>
    change({ kind: 'fill' }, done({ counts: { served } }), ...effects);

  test('are those of the effects', () => {
    expect(isTold(fill(1, from(5, null, 1)))).toBe(true);
    expect(
      isTold(
        remove(
          1,
          done({ counts: { moved: 1, stranded: 1, served: 1 } }),
          from(5, 1, 2),
          from(6, 1, null),
          from(7, null, 2),
        ),
      ),
    ).toBe(true);
    expect(isTold(fill(2, from(5, null, 1)))).toBe(false);
    expect(isTold(unassign(5, done({ counts: { served: 0 } }), from(5, 1, null), from(6, null, 1)))).toBe(false);
  });

  test('are none after a refusal, and unknown without an answer', () => {
    expect(isTold(change({ kind: 'fill' }, refused('stale'), from(5, null, 1)))).toBe(false);
    expect(isTold(change({ kind: 'fill' }, unknown, from(5, null, 1)))).toBe(true);
  });
});
