import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../../../src/base/config.ts';
import { StalePlanError } from '../../../src/db/errors.ts';
import { readSettings } from '../../../src/db/queries/settings.ts';
import { transact } from '../../../src/db/transaction.ts';
import type { Assignment } from '../../../src/domain/plan/shared/assignment.ts';
import { DEFAULT_ACCOUNTS_PER_PROXY, MAX_ACCOUNTS_PER_PROXY } from '../../../src/domain/proxies/proxy.ts';
import { poolStats } from '../../../src/domain/stats.ts';
import { writeAssignments } from '../../../src/services/assignments/write-assignments.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

let database: TestDatabase;
const run = async (statement: string) => (await database.pool.query(statement)).rows;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const configured = (accounts: number) =>
  loadConfig({ ACCOUNTS_PER_PROXY: String(accounts) }, '/nowhere/.env').accountsPerProxy;

test('the constraint, the statement and the configuration allow the same number of accounts per proxy', async () => {
  expect(
    await run(
      `select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'account_proxy_assignments_slot_range'`,
    ),
  ).toEqual([{ text: `CHECK (((slot >= 1) AND (slot <= ${MAX_ACCOUNTS_PER_PROXY})))` }]);

  const [proxyId = 0] = await insertProxies(database, { provider: 'acme', count: 1, network: 1 });
  await run(`insert into models (name, key) values ('Amber', 'amber');
    insert into settings (key, value) values ('accounts_per_proxy', '${MAX_ACCOUNTS_PER_PROXY + 1}')`);
  const accounts = await run(
    `insert into accounts (username, key, model_id) select n, n, 1 from generate_series(1, ${MAX_ACCOUNTS_PER_PROXY + 1}) n returning id`,
  );
  const plan: Assignment[] = accounts.map(({ id }) => ({
    accountId: id,
    proxyId,
    modelId: 1,
    reason: { kind: 'unused', health: 'unknown', load: 0, latencyMs: null, networkFirst: null },
  }));
  const write = (some: Assignment[]) =>
    transact(database.db, (tx) => writeAssignments(tx, { id: 'test', name: 'test' }, some));
  await expect(write(plan)).rejects.toBeInstanceOf(StalePlanError);
  await write(plan.slice(1));
  expect(await run('select slot from account_proxy_assignments order by slot')).toEqual(
    Array.from({ length: MAX_ACCOUNTS_PER_PROXY }, (_, n) => ({ slot: n + 1 })),
  );

  expect(configured(MAX_ACCOUNTS_PER_PROXY)).toBe(MAX_ACCOUNTS_PER_PROXY);
  expect(() => configured(MAX_ACCOUNTS_PER_PROXY + 1)).toThrow(ConfigError);
});

test('figures have a place for each load', () => {
  const { loads } = poolStats({ accounts: [], uses: [], healths: [] }, { model: null, limit: 1, days: 7, checks: [] });
  expect(loads).toEqual(Array.from({ length: MAX_ACCOUNTS_PER_PROXY + 1 }, () => 0));
});

test('the default is a number of its own, in the configuration and for programs that start before the bot', async () => {
  expect(loadConfig({}, '/nowhere/.env').accountsPerProxy).toBe(DEFAULT_ACCOUNTS_PER_PROXY);
  await run('delete from settings');
  expect((await readSettings(database.db)).limit).toBe(DEFAULT_ACCOUNTS_PER_PROXY);
});
