import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';

const LONG_MS = 600_000;

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({ shareMs: LONG_MS });
});
afterAll(() => bot.stop());

const names = async (typed: string) =>
  (await bot.ops.autocomplete('/account show', 'account', typed)).map((choice) => choice.name);

test('answers are shared until a change through the bot, which is visible at once', async () => {
  await bot.ops.command('/account add', { username: 'anna', model: 'Amber' });
  expect((await bot.ops.command('/account list')).text).toContain('1–1 of 1');
  expect(await names('an')).toHaveLength(1);
  // Rows that plain SQL adds are seen when the shared answer is too old.
  await bot.database.pool.query(`insert into accounts (username, key, model_id) values ('anton', 'anton', 1)`);
  expect((await bot.ops.as('olga').command('/account list')).text).toContain('1–1 of 1');
  expect(await names('an')).toHaveLength(1);
  await bot.ops.as('olga').command('/account add', { username: 'andy', model: 'Amber' });
  expect((await bot.ops.command('/account list')).text).toContain('1–3 of 3');
  expect(await names('an')).toHaveLength(3);
});
