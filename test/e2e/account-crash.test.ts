import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/server/index.ts';
import { type BotProcess, startBotProcess } from '../helpers/bot-process.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { connectOps, type Ops } from '../helpers/ops.ts';
import { insertProxies } from '../helpers/pool-rows.ts';

let sandbox: Sandbox;
let database: TestDatabase;
let ops: Ops;
let bot: BotProcess;
const encryptionKey = randomBytes(32);
const ACCOUNTS = 2000;

const start = async () => {
  bot = await startBotProcess(sandbox, database.url, encryptionKey);
};
const count = async (statement: string) =>
  (await database.pool.query(`select count(*)::int as count from ${statement}`)).rows[0].count as number;
const ours = `pg_stat_activity where datname = current_database() and application_name = 'proxy-ops' and pid <> pg_backend_pid()`;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  database = await createTestDatabase();
  ops = connectOps(sandbox);
  await start();
});
afterAll(async () => {
  await bot.kill('SIGTERM');
  await sandbox.stop();
  await database.drop();
});

test('accounts are imported and assigned as a whole or not at all, whenever the bot is killed', async () => {
  await insertProxies(database, { provider: 'acme', count: 500, network: 1 });
  const text = Array.from({ length: ACCOUNTS }, (_, n) => `account.${n},Model ${n % 7}`).join('\n');
  const preview = await ops.command('/account import', { file: { name: 'week.txt', data: Buffer.from(text) } });
  expect(preview.text).toContain('**2,000 accounts**: 1,500 get a proxy, 500 wait');
  await bot.kill('SIGKILL');
  await start();

  // Holding the audit log stops the commit after accounts and assignments are written and before anything is final.
  const brake = await database.pool.connect();
  await brake.query('begin; lock table audit_log in access exclusive mode');
  const cut = preview.click('Import and assign').catch((error: unknown) => error);
  await expect
    .poll(() => count(`${ours} and wait_event_type = 'Lock' and query like '%audit_log%'`), { timeout: 30_000 })
    .toBeGreaterThan(0);
  await bot.kill('SIGKILL');
  await brake.query('rollback');
  brake.release();
  await expect.poll(() => count(`${ours} and state <> 'idle'`), { timeout: 30_000 }).toBe(0);
  expect(await count('accounts')).toBe(0);
  expect(await count('models')).toBe(0);
  expect(await count('account_proxy_assignments')).toBe(0);
  expect(await count('assignment_history')).toBe(0);
  void cut;

  await start();
  const shown = ops.messages().find((each) => each.message.id === preview.message.id);
  const done = await shown?.click('Import and assign');
  expect(done?.text).toContain('✅ **Imported 2,000**');
  expect(done?.text).toContain('1,500 got a proxy, 500 wait');
  expect(await count('accounts')).toBe(ACCOUNTS);
  expect(await count('account_proxy_assignments')).toBe(1500);
  expect(await count(`audit_log where action = 'account.import'`)).toBe(1);
});

test('a change of model that the bot was killed in the middle of leaves the account where it was', async () => {
  const seated = async () =>
    (
      await database.pool.query(`select a.username, m.name as model, s.proxy_id as proxy from account_proxy_assignments s
        join accounts a on a.id = s.account_id join models m on m.id = a.model_id order by a.id limit 1`)
    ).rows[0];
  const before = await seated();
  const preview = await ops.command('/account edit', { account: before.username, model: 'Another' });
  const brake = await database.pool.connect();
  await brake.query('begin; lock table audit_log in access exclusive mode');
  const cut = preview.click('Apply').catch((error: unknown) => error);
  await expect
    .poll(() => count(`${ours} and wait_event_type = 'Lock' and query like '%audit_log%'`), { timeout: 30_000 })
    .toBeGreaterThan(0);
  await bot.kill('SIGKILL');
  await brake.query('rollback');
  brake.release();
  await expect.poll(() => count(`${ours} and state <> 'idle'`), { timeout: 30_000 }).toBe(0);
  void cut;
  expect(await seated()).toEqual(before);
  await start();
  const shown = ops.messages().find((each) => each.message.id === preview.message.id);
  expect((await shown?.click('Apply'))?.text).toContain('✅ **Changed**');
});
