import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BotProcess } from '../../helpers/bot/bot-process.ts';
import { MortalBot } from '../../helpers/bot/mortal-bot.ts';

const TAKEOVER_MS = 30_000;
/** A process takes long to start on a busy machine. */
const POLL = { interval: 50 };

let bot: MortalBot;
/** The process that holds the token. */
let holder: BotProcess | undefined;
beforeAll(async () => {
  bot = await MortalBot.prepare();
});
beforeEach(async () => {
  if (holder) return;
  const before = connections();
  holder = await bot.start();
  expect(connections()).toBe(before + 1);
});
afterAll(() => bot.stop());

const HOLDERS = `pg_stat_activity where datname = current_database() and application_name like 'proxy-ops bot %'`;
const locks = () =>
  bot.count(`pg_locks l join pg_stat_activity a using (pid) where a.datname = current_database()
    and application_name like 'proxy-ops bot %' and locktype = 'advisory'`);
const connections = () => bot.sandbox.requests.filter(({ path }) => path.endsWith('/gateway/bot')).length;

test('a second bot with the same token waits, and takes over when the first one is killed', async () => {
  const before = connections();
  const second = bot.start();
  await expect.poll(() => bot.count(HOLDERS), POLL).toBe(2);
  expect([await locks(), connections()]).toEqual([1, before]);
  expect((await bot.ops.command('/proxy list')).text).toContain('No proxies yet');
  const killedAt = performance.now();
  await holder?.kill('SIGKILL');
  holder = await second;
  expect(performance.now() - killedAt).toBeLessThan(TAKEOVER_MS);
  expect(connections()).toBe(before + 1);
  expect((await bot.ops.command('/proxy list')).text).toContain('No proxies yet');
});

test('a bot whose connection broke stays the one', async () => {
  const before = connections();
  await bot.database.pool.query(`select pg_terminate_backend(pid) from ${HOLDERS}`);
  await expect.poll(locks, POLL).toBe(1);
  expect((await bot.ops.command('/proxy list')).text).toContain('No proxies yet');
  expect(connections()).toBe(before);
});

test('a bot ends with a sentence if another process has taken over', async () => {
  const ended = holder?.ended;
  const other = await bot.database.pool.connect();
  const id = bot.sandbox.botToken.split('.')[0];
  const taken = other.query(`select pg_advisory_lock(hashtext('proxy-ops.bot'), hashtext($1))`, [id]);
  const waiting = `pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`;
  await expect.poll(() => bot.count(waiting), POLL).toBeGreaterThan(0);
  await bot.database.pool.query(`select pg_terminate_backend(pid) from ${HOLDERS}`);
  await taken;
  expect(await ended).toEqual({
    code: 1,
    stderr: expect.stringContaining('Another process with this DISCORD_TOKEN has taken over'),
  });
  holder = undefined;
  other.release(true);
});
