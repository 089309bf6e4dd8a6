import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/domain/actor.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { VpsMapService } from '../../../src/services/vps/vps-map-service.ts';
import { VpsService } from '../../../src/services/vps/vps-service.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const admin: Actor = { id: 'test', name: 'test' };
const operator: Actor = { ...admin, changesAtMost: 3 };
const REFUSED = { name: 'UserError', code: 'too_many_for_operator' };

let database: TestDatabase;
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const count = async (from: string) => (await run(`select count(*)::int as count from ${from}`))[0].count as number;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertProxies(database, { provider: 'acme', count: 10, network: 1 });
  await run(`insert into models (name, key) values ('Amber', 'amber');
    insert into accounts (username, key, model_id) select 'a' || n, 'a' || n, (select id from models) from generate_series(1, 4) n`);
});
afterAll(() => database.drop());

test('Assign of more accounts than a role may change is refused within its transaction', async () => {
  const before = await count('account_proxy_assignments');
  const assignments = new AssignmentService({ db: database.db });
  const { planId, placed } = await assignments.planFill(admin);
  expect(placed).toBe(4);
  await expect(assignments.applyFill(operator, planId)).rejects.toMatchObject(REFUSED);
  expect(await count('account_proxy_assignments')).toBe(before);
  await assignments.applyFill(admin, planId);
  expect(await count('account_proxy_assignments')).toBe(before + 4);
});

test('Document of more links than a role may change is refused within its transaction', async () => {
  const machines = new VpsService({ db: database.db });
  const maps = new VpsMapService({ db: database.db });
  const { id: vpsId } = await machines.add(admin, { name: 'box' });
  const proxies = await insertProxies(database, { provider: 'bolt', count: 2, network: 2 });
  await assignAccounts(database, proxies, { model: 'Bella', each: 2 });
  await machines.assign(admin, vpsId, { model: 'Bella' });
  const { drift } = await maps.map({ vpsId });
  const links = drift.undocumented;
  expect(links).toBeGreaterThan(0);
  const limited = { ...operator, changesAtMost: links - 1 };
  await expect(maps.mend(limited, 'undocumented', { vpsId }, links)).rejects.toMatchObject(REFUSED);
  expect((await maps.map({ vpsId })).drift.undocumented).toBe(links);
  expect(await maps.mend(admin, 'undocumented', { vpsId }, links)).toBe(true);
});

describe('an undo, or an update, of more rows than a role may change is refused within its transaction', () => {
  let bot: TestBot;
  const file = (lines: string[]) => ({
    name: 'list.txt',
    bytes: Buffer.from(lines.join('\n')),
    defaults: {},
    source: null,
  });
  const lines = (password: string, network = 113) =>
    [4, 5, 6, 7].map((n) => `203.0.${network}.${n}:8080:user:${password}`);
  const world = async () =>
    (
      await bot.database.pool.query(
        `select (select json_agg(p order by id) from proxies p)::text as proxies, (select json_agg(a order by id) from accounts a)::text as accounts`,
      )
    ).rows[0];
  const refusedThenDone = async (change: (actor: Actor) => Promise<unknown>): Promise<void> => {
    const before = await world();
    await expect(change(operator)).rejects.toMatchObject(REFUSED);
    expect(await world()).toEqual(before);
    await change(admin);
    expect(await world()).not.toEqual(before);
  };

  beforeAll(async () => {
    bot = await startTestBot();
  });
  afterAll(() => bot.stop());

  test('proxies', async () => {
    const { imports, poolChanges } = bot.services;
    const { planId } = await imports.stage(admin, file(lines('one')));
    await imports.apply(admin, planId, 'import', 4);
    const update = await imports.stage(admin, file(lines('two')));
    await refusedThenDone((actor) => imports.apply(actor, update.planId, 'update', 4));
    await refusedThenDone((actor) => imports.undo(actor, update.planId));

    const target = { filter: { search: '203.0.113.' } };
    const edited = await poolChanges.plan(admin, { kind: 'edit', target, edit: { label: 'fast' } });
    await refusedThenDone((actor) => poolChanges.apply(actor, edited.planId));
    const { restorable = 0, kept = 0 } = (await poolChanges.undoPreview(edited.planId)) ?? {};
    await refusedThenDone((actor) => poolChanges.undo(actor, edited.planId, { restorable, kept }));
    expect(await poolChanges.undoPreview(edited.planId)).toBeUndefined();
    await refusedThenDone((actor) => imports.undo(actor, planId));
    expect(await imports.undoPreview(planId)).toBeUndefined();
  });

  test('accounts', async () => {
    const { accountImports, imports } = bot.services;
    const { planId: proxies } = await imports.stage(admin, file(lines('three', 114)));
    await imports.apply(admin, proxies, 'import', 4);
    const { planId } = await accountImports.stage(admin, file([1, 2, 3, 4].map((n) => `ann.${n},Amber`)));
    await refusedThenDone((actor) => accountImports.commit(actor, planId));
    const question = await accountImports.undoPreview(planId);
    if (!question) throw new Error('the import is undone');
    const { planId: _planId, kept: _kept, ...shown } = question;
    await refusedThenDone((actor) => accountImports.undo(actor, planId, shown));
  });
});
