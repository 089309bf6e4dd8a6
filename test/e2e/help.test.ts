import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());

test('help mentions commands by the ids under which Discord has them, and its menus lead to each command', async () => {
  const start = await bot.ops.as('vera').command('/help');
  const id = /<\/proxy list:(\d+)>/.exec(start.text)?.[1];
  expect(id).toBe(
    bot.sandbox
      .operator('vera')
      .commands()
      .find(({ name }) => name === 'proxy')?.id,
  );
  const list = await start.choose('account commands');
  expect(list.text).toContain('### Commands for accounts');
  expect(list.text).toMatch(/<\/account add:\d+> Add an account/);
  const command = await list.choose('/account add');
  expect(command.text).toMatch(
    /### <\/account add:\d+>[\s\S]*Requires the role \*\*operator\*\*[\s\S]*`username` .* required/,
  );
  expect((await command.choose('health')).text).toContain('### Health');
  expect(bot.sandbox.violations).toEqual([]);
});
