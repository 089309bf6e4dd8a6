import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../simulator/checks/rules.ts';
import { AlertService } from '../../src/services/alerts/alert-service.ts';
import { MortalBot } from '../helpers/bot/mortal-bot.ts';
import { changeHealth } from '../helpers/pool/failing.ts';
import { SEED } from '../helpers/sweep/seed.ts';

const POLL = { timeout: 60_000, interval: 200 };

let bot: MortalBot;
beforeAll(async () => {
  bot = await MortalBot.prepare();
  await bot.start();
});
afterAll(() => bot.stop());

const moved = async () =>
  Promise.all([
    bot.count('alert_moves'),
    bot.count(`audit_log where action = 'failover.move'`),
    bot.count(`assignment_history where end_reason like 'failover%'`),
    bot.count('account_proxy_assignments where proxy_id = 1'),
  ]);

test('a failover of a bot that is killed in the middle is done once, by the next process', async () => {
  const { database, sandbox } = bot;
  await database.pool.query(SEED);
  await bot.ops.as('ada').command('/alerts settings', { failover: 'auto' });
  const alerts = new AlertService({ db: database.db, opsChannelId: sandbox.channelId, guildId: sandbox.guildId });
  await bot.killDuring(() => changeHealth({ database, services: { alerts } }, 'failing', [1]));
  expect(await moved()).toEqual([0, 0, 0, 3]);
  expect(await findBroken(database)).toEqual({});
  await bot.start();
  // A tenth of the accounts of a provider per hour, and at least one.
  await expect.poll(moved, POLL).toEqual([1, 1, 1, 2]);
  expect(await findBroken(database)).toEqual({});
});
