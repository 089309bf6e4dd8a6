import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endAssignments, insertAssignments, markHandedOut } from '../../../src/db/queries/assignments/assignments.ts';
import { transact } from '../../../src/db/transaction.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

const DAYS = 7;
const ACTOR = { id: 'test', name: 'test' };

let database: TestDatabase;
let proxyId = 0;
let accountIds: number[] = [];
const run = async (statement: string) => (await database.pool.query(statement)).rows;
beforeAll(async () => {
  database = await createTestDatabase();
  [proxyId = 0] = await insertProxies(database, { provider: 'acme', count: 1, network: 1 });
  await run(`insert into models (name, key) values ('Amber', 'amber')`);
  const accounts = await run(
    `insert into accounts (username, key, model_id) select n, n, 1 from generate_series(1, 3) n returning id`,
  );
  accountIds = accounts.map(({ id }) => id);
});
afterAll(() => database.drop());

const join = (accountId: number) =>
  transact(database.db, (tx) => insertAssignments(tx, ACTOR, [{ accountId, proxyId, modelId: 1, reason: 'test' }]));
const leave = (ids: readonly number[]) =>
  transact(database.db, (tx) => endAssignments(tx, ACTOR, { accountIds: ids, reason: 'test', cooldownDays: DAYS }));
const elapse = (days: number) =>
  run(`update proxy_model_claims set cooling_until = cooling_until - make_interval(days => ${days}),
    reserved_until = reserved_until - make_interval(days => ${days})`);
/** The days for which the proxy stays reserved though it has no account; 0 if it is free, null if it has accounts. */
async function cooling(): Promise<number | null> {
  const [claim] = await run(`select round(extract(epoch from cooling_until - now()) / 86400)::int as days,
    exists (select from account_proxy_assignments) as "isUsed" from proxy_model_claims`);
  if (!claim) return 0;
  return claim.isUsed ? null : Math.max(0, claim.days);
}

/** R6 of one proxy and one model, as the rule says it. */
class Reservation {
  readonly #used = new Map<number, boolean>();
  #days = 0;

  get isEmpty(): boolean {
    return this.#used.size === 0;
  }

  has(accountId: number): boolean {
    return this.#used.has(accountId);
  }

  join(accountId: number): void {
    this.#used.set(accountId, false);
  }

  lookUp(): void {
    for (const accountId of this.#used.keys()) this.#used.set(accountId, true);
  }

  leave(accountId: number): void {
    if (this.#used.get(accountId)) this.#days = DAYS;
    this.#used.delete(accountId);
  }

  elapse(days: number): void {
    this.#days = Math.max(0, this.#days - days);
  }

  get days(): number | null {
    return this.isEmpty ? this.#days : null;
  }
}

const account = fc.integer({ min: 0, max: 2 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('join' as const), account }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave' as const), account }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('look up' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('elapse' as const), days: fc.integer({ min: 1, max: 9 }) }) },
);

test('a proxy stays reserved for the model that used it, in any order in which its accounts leave and return', async () => {
  const history = fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 40, size: 'max' }), async (steps) => {
    await leave(accountIds);
    await run('delete from proxy_model_claims');
    const expected = new Reservation();
    for (const each of steps) {
      if (each.kind === 'elapse') {
        await elapse(each.days);
        expected.elapse(each.days);
      } else if (each.kind === 'look up') {
        await markHandedOut(database.db, [proxyId]);
        expected.lookUp();
      } else {
        const id = accountIds[each.account] ?? 0;
        if ((each.kind === 'join') === expected.has(id)) continue;
        await (each.kind === 'join' ? join(id) : leave([id]));
        expected[each.kind](id);
      }
      expect(await cooling(), JSON.stringify(steps)).toBe(expected.days);
    }
  });
  await fc.assert(history, { numRuns: 30 });
});

test.each([
  [
    'an account that came after the last lookup leaves last',
    ['join 0', 'look up', 'join 1', 'leave 0', 'leave 1'],
    DAYS,
  ],
  [
    'an account returns for a while and is not looked up',
    ['join 0', 'look up', 'leave 0', 'elapse', 'join 0', 'leave 0'],
    DAYS - 2,
  ],
  ['no account was looked up', ['join 0', 'join 1', 'leave 0', 'leave 1'], 0],
])('%s', async (_name, steps, days) => {
  await leave(accountIds);
  await run('delete from proxy_model_claims');
  for (const each of steps) {
    const id = accountIds[Number(each.at(-1))] ?? 0;
    if (each === 'elapse') await elapse(2);
    else if (each === 'look up') await markHandedOut(database.db, [proxyId]);
    else await (each.startsWith('join') ? join(id) : leave([id]));
  }
  expect(await cooling()).toBe(days);
});

test('accounts that leave together leave one cooldown, if one of them used the proxy', async () => {
  await leave(accountIds);
  await run('delete from proxy_model_claims');
  const [first = 0, second = 0] = accountIds;
  await join(first);
  await markHandedOut(database.db, [proxyId]);
  await join(second);
  await leave([first, second]);
  expect(await cooling()).toBe(DAYS);
});
