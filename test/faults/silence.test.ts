import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../simulator/checks/rules.ts';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';
import { changeHealth } from '../helpers/pool/failing.ts';
import { SEED } from '../helpers/sweep/seed.ts';

const SILENT_MS = 60_000;
const POLL = { timeout: 90_000, interval: 200 };

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
  await bot.database.pool.query(SEED);
});
afterAll(() => bot.stop());

const readiness = async () => (await fetch(`${bot.apiUrl}/readyz`)).status;
const added = async (): Promise<number> =>
  (await bot.database.pool.query(`select count(*)::int as n from accounts where key = 'dora.1'`)).rows[0].n;
const alerts = () => bot.ops.messages().filter(({ text }) => text.includes('🔴'));

test('Discord that answers nothing for 60 s: readiness says so, an alert waits and comes once, commands work again', async () => {
  const ada = bot.ops.as('ada');
  bot.sandbox.faults.silence(true);
  const told = ada.command('/account add', { username: 'dora.1', model: 'Dora' }).catch(() => undefined);
  await changeHealth(bot, 'failing', [1, 2]);
  await wait(SILENT_MS);
  expect(await readiness()).toBe(503);
  expect(alerts()).toEqual([]);
  bot.sandbox.faults.silence(false);
  await expect.poll(readiness, POLL).toBe(200);
  await expect.poll(() => alerts().length, POLL).toBe(1);
  // The acknowledgement was never answered, so the command did not run.
  await Promise.race([told, wait(1_000)]);
  expect(await added()).toBe(0);
  expect((await ada.command('/account add', { username: 'dora.1', model: 'Dora' })).text).toContain('dora.1');
  expect([await added(), alerts().length]).toEqual([1, 1]);
  expect(await findBroken(bot.database)).toEqual({});
});
