import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/server/index.ts';
import { type BotProcess, startBotProcess } from '../helpers/bot-process.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { connectOps, type Ops } from '../helpers/ops.ts';
import { providerFile } from '../helpers/provider-file.ts';

let sandbox: Sandbox;
let database: TestDatabase;
let ops: Ops;
let bot: BotProcess;
const encryptionKey = randomBytes(32);
const PROXIES = 2000;
const provided = providerFile(PROXIES);

const start = async () => {
  bot = await startBotProcess(sandbox, database.url, encryptionKey);
};
const count = async (statement: string) => (await database.pool.query(statement)).rows[0].count as number;
const proxies = () => count('select count(*)::int as count from proxies where removed_at is null');

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

test('an import survives kill -9 between preview and click, and in the middle of the commit', async () => {
  const preview = await ops.command('/proxy import', { file: { name: 'week.txt', data: Buffer.from(provided.text) } });
  await bot.kill('SIGKILL');
  await start();

  // Holding the audit log stops the commit after the proxies are written and before anything is final.
  const brake = await database.pool.connect();
  await brake.query('begin; lock table audit_log in access exclusive mode');
  const cut = preview.click('Import 2,000').catch((error: unknown) => error);
  await expect
    .poll(
      () =>
        count(
          `select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock' and query like '%audit_log%'`,
        ),
      {
        timeout: 10_000,
      },
    )
    .toBeGreaterThan(0);
  await bot.kill('SIGKILL');
  await brake.query('rollback');
  brake.release();
  await expect
    .poll(() =>
      count(
        `select count(*)::int as count from pg_stat_activity where datname = current_database() and application_name = 'proxy-ops' and pid <> pg_backend_pid() and state <> 'idle'`,
      ),
    )
    .toBe(0);
  expect(await proxies()).toBe(0);
  void cut;

  await start();
  const shown = ops.messages().find((each) => each.message.id === preview.message.id);
  const done = await shown?.click('Import 2,000');
  expect(done?.text).toContain('**Imported 2,000**');
  expect(await proxies()).toBe(PROXIES);
  expect(await count(`select count(*)::int as count from audit_log where action = 'proxy.import.import'`)).toBe(1);
});

test('the buttons of a list go on after a restart', async () => {
  const list = await ops.command('/proxy list', { search: '203.0.113' });
  await bot.kill('SIGTERM');
  await start();
  expect((await list.click('Next')).text).toContain('### Proxies 16–30 of 2,000');
});

test('a wrong key stops the start with one sentence', async () => {
  await expect(startBotProcess(sandbox, database.url, randomBytes(32))).rejects.toThrow('does not open this database');
});
