import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { createLogger } from '../../../src/base/logger.ts';
import { StalePlanError } from '../../../src/db/errors.ts';
import type { RepeatableTx } from '../../../src/db/transaction.ts';
import type { Assignment } from '../../../src/domain/plan/shared/assignment.ts';
import { AccountService } from '../../../src/services/accounts/account-service.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../src/services/alerts/alert-watch.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { WaitingAssigner } from '../../../src/services/assignments/waiting-assigner.ts';
import { writeAssignments } from '../../../src/services/assignments/write-assignments.ts';
import { PoolChangeService } from '../../../src/services/pool-changes/pool-change-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { connectInterrupted, type Interrupted } from '../../helpers/database/meanwhile.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const actor = { id: 'test', name: 'test' };
const log = createLogger('silent');
/** The statement that writes assignments. */
const WRITE = /insert into "account_proxy_assignments"/;

let database: TestDatabase;
let interrupted: Interrupted;
let assignments: AssignmentService;
let accounts: AccountService;
let changes: PoolChangeService;
let alerts: AlertService;
let network = 0;
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const proxies = (count: number) => insertProxies(database, { provider: 'acme', count, network: ++network });
const proxyOf = async (id: number) =>
  (await run(`select proxy_id as id from account_proxy_assignments where account_id = ${id}`))[0]?.id;

/** Plain SQL fills these proxies and commits, right before the next assignments are written. */
const fillMeanwhile = (ids: readonly number[], model = 'Amber', each = 3) =>
  interrupted.before(WRITE, () => assignAccounts(database, ids, { model, each }));

beforeAll(async () => {
  database = await createTestDatabase();
  interrupted = connectInterrupted(database.url);
  const { db } = interrupted;
  assignments = new AssignmentService({ db });
  accounts = new AccountService({ db, assignments });
  changes = new PoolChangeService({ db, assignments });
  alerts = new AlertService({ db, opsChannelId: '1', guildId: '2' });
});
afterAll(async () => {
  await interrupted.close();
  await database.drop();
});
beforeEach(async () => {
  await run(`delete from alerts; delete from proxy_health; delete from settings;
    delete from account_proxy_assignments; delete from proxy_model_claims`);
  await run('update proxies set removed_at = now() where removed_at is null; update accounts set removed_at = now()');
});

/** An account of the model that waits. */
async function waits(model = 'Amber'): Promise<number> {
  return (await accounts.add(actor, { username: `waits.${++network}`, model })).id;
}

describe('a plan that does not fit is refused as a whole', () => {
  const planned = async (proxyId: number, ...accountIds: number[]): Promise<Assignment[]> => {
    const [{ id }] = await run(`select id from models where key = 'amber'`);
    return accountIds.map((accountId) => ({
      accountId,
      proxyId,
      modelId: id,
      reason: { kind: 'unused', health: 'unknown', load: 0, latencyMs: null, networkFirst: null },
    }));
  };
  const write = (plan: readonly Assignment[]) =>
    database.db.transaction((tx) => writeAssignments(tx as RepeatableTx, actor, plan));

  test('onto a full proxy', async () => {
    const account = await waits();
    const [full = 0] = await proxies(1);
    await assignAccounts(database, [full], { model: 'Amber', each: 3 });
    await expect(write(await planned(full, account))).rejects.toBeInstanceOf(StalePlanError);
  });

  test('onto a proxy with fewer slots than accounts', async () => {
    const two = [await waits(), await waits()];
    const [nearlyFull = 0] = await proxies(1);
    await assignAccounts(database, [nearlyFull], { model: 'Amber', each: 2 });
    await expect(write(await planned(nearlyFull, ...two))).rejects.toBeInstanceOf(StalePlanError);
    expect(await run(`select count(*)::int from account_proxy_assignments`)).toEqual([{ count: 2 }]);
  });

  test('beyond the limit of the settings, though there are slots', async () => {
    const account = await waits();
    const [one = 0] = await proxies(1);
    await assignAccounts(database, [one], { model: 'Amber', each: 1 });
    await run(`insert into settings (key, value) values ('accounts_per_proxy', '1')`);
    await expect(write(await planned(one, account))).rejects.toBeInstanceOf(StalePlanError);
    await run(`update settings set value = '2'`);
    await write(await planned(one, account));
    expect(await proxyOf(account)).toBe(one);
  });

  test('onto a proxy that carries another model, and for an account that has a proxy', async () => {
    const account = await waits();
    const [other = 0, own = 0, free = 0] = await proxies(3);
    await assignAccounts(database, [other], { model: 'Bella', each: 1 });
    await expect(write(await planned(other, account))).rejects.toBeInstanceOf(StalePlanError);
    await write(await planned(own, account));
    await expect(write(await planned(free, account))).rejects.toBeInstanceOf(StalePlanError);
  });
});

describe('plain SQL that commits between the reading of the pool and the writing', () => {
  test('an account is assigned to the next best proxy, and that one is named', async () => {
    const account = await waits();
    const [best = 0, next = 0] = await proxies(2);
    fillMeanwhile([best], 'Bella');
    expect(await assignments.assign(actor, account)).toMatchObject({ proxyId: next });
    expect(await proxyOf(account)).toBe(next);
    expect(await findBroken(database)).toEqual({});
  });

  test('an account is assigned to the next best proxy if the best one begins to fail', async () => {
    const account = await waits();
    const [best = 0, next = 0] = await proxies(2);
    interrupted.before(WRITE, () => changeHealth({ database, services: { alerts } }, 'failing', [best]));
    expect(await assignments.assign(actor, account)).toMatchObject({ proxyId: next });
    expect(await proxyOf(account)).toBe(next);
  });

  test('a fill for more accounts than are written at once for few leaves out a proxy that begins to fail', async () => {
    const several = await Promise.all(Array.from({ length: 60 }, () => waits()));
    const [first = 0] = await proxies(20);
    const { planId } = await assignments.planFill(actor);
    interrupted.before(WRITE, () => changeHealth({ database, services: { alerts } }, 'failing', [first]));
    const { isStale, preview } = await assignments.applyFill(actor, planId);
    expect(isStale).toBe(true);
    await assignments.applyFill(actor, preview.planId);
    expect(await run(`select from account_proxy_assignments where proxy_id = ${first}`)).toEqual([]);
    expect(await run(`select from account_proxy_assignments where account_id = any (array[${several}])`)).toHaveLength(
      57,
    );
  });

  test('an account that is moved keeps its proxy if there is no slot left elsewhere', async () => {
    const [from = 0] = await proxies(1);
    const account = await waits();
    const [to = 0] = await proxies(1);
    fillMeanwhile([to]);
    await expect(assignments.assign(actor, account, { isMove: true })).rejects.toMatchObject({ code: 'no_room' });
    expect(await proxyOf(account)).toBe(from);
    expect(await findBroken(database)).toEqual({});
  });

  test('a named proxy that was filled is refused with the rule', async () => {
    const account = await waits();
    const [named = 0] = await proxies(1);
    fillMeanwhile([named]);
    await expect(assignments.assign(actor, account, { proxyId: named })).rejects.toThrow('is full');
  });

  test('a fill does nothing and shows a fresh preview', async () => {
    const waiting = [await waits(), await waits(), await waits(), await waits()];
    const [first = 0] = await proxies(2);
    const { planId, placed } = await assignments.planFill(actor);
    expect(placed).toBe(4);
    fillMeanwhile([first], 'Bella');
    const stale = await assignments.applyFill(actor, planId);
    expect(stale).toMatchObject({ isStale: true, preview: { state: 'open', placed: 3, asked: 4 } });
    expect(await Promise.all(waiting.map(proxyOf))).toEqual([undefined, undefined, undefined, undefined]);
    const done = await assignments.applyFill(actor, planId);
    expect(done).toMatchObject({ isStale: false, preview: { result: { count: 3 } } });
    expect(await run('select count(*)::int from account_proxy_assignments')).toEqual([{ count: 6 }]);
    expect(await findBroken(database)).toEqual({});
  });

  test('a change moves its accounts to the next best proxy, or shows a fresh preview if there is none', async () => {
    const [leaving = 0, best = 0, next = 0] = await proxies(3);
    await assignAccounts(database, [leaving], { model: 'Amber', each: 1 });
    const target = { ids: [leaving] };
    const move = await changes.plan(actor, { kind: 'move', target, reason: 'test' });
    fillMeanwhile([best], 'Bella');
    expect(await changes.apply(actor, move.planId)).toMatchObject({ isStale: false, preview: { moved: 1 } });
    expect(await changes.moves(move.planId)).toMatchObject([{ to: { id: next } }]);

    await run(`update proxies set status = 'inactive' where id = ${leaving}`);
    const [last = 0] = await proxies(1);
    const off = await changes.plan(actor, { kind: 'deactivate', target: { ids: [next] }, isBlocked: false });
    expect(off).toMatchObject({ moved: 1, stranded: 0 });
    fillMeanwhile([last], 'Bella');
    const stale = await changes.apply(actor, off.planId);
    expect(stale).toMatchObject({ isStale: true, preview: { state: 'open', moved: 0, stranded: 1 } });
    expect(await findBroken(database)).toEqual({});
  });

  test('the failover moves to the next best proxy', async () => {
    const failing = await proxies(10);
    await assignAccounts(database, failing, { model: 'Amber', each: 1 });
    const [best = 0, next = 0] = await insertProxies(database, { provider: 'bolt', count: 2, network: ++network });
    await alerts.changeSettings(actor, { failover: 'auto' });
    await changeHealth({ database, services: { alerts } }, 'failing', failing);
    fillMeanwhile([best], 'Bella');
    await new AlertWatch({ db: interrupted.db, log }).follow();
    expect(await run('select to_proxy_id as id from alert_moves')).toEqual([{ id: next }]);
    expect(await findBroken(database)).toEqual({});
  });

  test('accounts that wait get what is left, and the channel hears of these only', async () => {
    await Promise.all([waits(), waits(), waits(), waits()]);
    const [first = 0] = await proxies(2);
    fillMeanwhile([first], 'Bella');
    const assigner = new WaitingAssigner({ assignments, alerts, log });
    expect(await assigner.assign()).toBe(3);
    expect(await assigner.assign()).toBe(0);
    expect(await run(`select data -> 'models' as models from alerts where kind = 'notice'`)).toEqual([
      { models: [{ name: 'Amber', count: 3 }] },
    ]);
    expect(await findBroken(database)).toEqual({});
  });

  test('a slot that is taken and not committed yet is waited for, and then planned around', async () => {
    const account = await waits();
    const [best = 0, next = 0] = await proxies(2);
    const other = await waits('Bella');
    await run(`delete from account_proxy_assignments; delete from proxy_model_claims`);
    const plain = await database.pool.connect();
    await plain.query(`begin; insert into proxy_model_claims select ${best}, model_id from accounts where id = ${other};
      insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
      select id, ${best}, model_id, 1, 'sql', 'sql' from accounts where id = ${other}`);
    const assigned = assignments.assign(actor, account);
    await expect
      .poll(() => run(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`))
      .toHaveLength(1);
    await plain.query('commit');
    plain.release();
    expect(await assigned).toMatchObject({ proxyId: next });
    expect(await findBroken(database)).toEqual({});
  });
});

test('a pool that changes at each try is said to, and nothing is done', async () => {
  const account = await waits();
  await proxies(8);
  let filled = 0;
  const again = () =>
    interrupted.before(WRITE, async () => {
      const [{ id }] = await run(
        `select p.id from proxies p join unclaimed_proxies u on u.proxy_id = p.id where p.removed_at is null order by p.id limit 1`,
      );
      await assignAccounts(database, [id], { model: 'Bella', each: 3 });
      if (++filled < 5) again();
    });
  again();
  await expect(assignments.assign(actor, account)).rejects.toMatchObject({ name: 'UserError', code: 'plan_stale' });
  expect([filled, await proxyOf(account)]).toEqual([5, undefined]);
});
