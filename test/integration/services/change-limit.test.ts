import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../../src/domain/actor.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { VpsService } from '../../../src/services/vps/vps-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

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
  const assignments = new AssignmentService({ db: database.db });
  const { planId, placed } = await assignments.planFill(admin);
  expect(placed).toBe(4);
  await expect(assignments.applyFill(operator, planId)).rejects.toMatchObject(REFUSED);
  expect(await count('account_proxy_assignments')).toBe(0);
  await assignments.applyFill(admin, planId);
  expect(await count('account_proxy_assignments')).toBe(4);
});

test('Document of more links than a role may change is refused within its transaction', async () => {
  const machines = new VpsService({ db: database.db });
  const { id: vpsId } = await machines.add(admin, { name: 'box' });
  await machines.assign(admin, vpsId, { model: 'Amber' });
  const { drift } = await machines.map({ vpsId });
  const links = drift.undocumented;
  expect(links).toBeGreaterThan(0);
  const limited = { ...operator, changesAtMost: links - 1 };
  await expect(machines.mend(limited, 'undocumented', { vpsId }, links)).rejects.toMatchObject(REFUSED);
  expect((await machines.map({ vpsId })).drift.undocumented).toBe(links);
  expect(await machines.mend(admin, 'undocumented', { vpsId }, links)).toBe(true);
});
