import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBotProcess } from '../../helpers/bot/bot-process.ts';
import { MortalBot } from '../../helpers/bot/mortal-bot.ts';
import type { Reply } from '../../helpers/ops/reply.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';
import { providerFile } from '../../helpers/pool/provider-file.ts';

const PROXIES = 2000;
const PRESENT = 'proxies where removed_at is null';
const provided = providerFile(PROXIES);

let bot: MortalBot;
beforeAll(async () => {
  bot = await MortalBot.prepare();
  await bot.start();
});
afterAll(() => bot.stop());

test('an import survives kill -9 between preview and click, and in the middle of the commit', async () => {
  const before = await bot.count(PRESENT);
  const preview = await bot.ops.command('/proxy import', {
    file: { name: 'week.txt', data: Buffer.from(provided.text) },
  });
  await bot.kill('SIGKILL');
  await bot.start();

  const isWorking = ({ text, buttons }: Reply) => text.includes('⏳ **Import 2,000**') && buttons.length === 0;
  await bot.killDuring(
    () => preview.click('Import 2,000'),
    () => preview.waitFor(isWorking),
  );
  expect(await bot.count(PRESENT)).toBe(before);

  await bot.start();
  // The message has its buttons again.
  const shown = bot.ops.messages().find((each) => each.message.id === preview.message.id);
  const done = await shown?.click('Import 2,000');
  expect(done?.text).toContain('**Imported 2,000**');
  expect(await bot.count(PRESENT)).toBe(before + PROXIES);
  expect(await bot.count(`audit_log where action = 'proxy.import'`)).toBe(1);
});

test('the buttons of a list go on after a restart', async () => {
  await insertProxies(bot.database, { provider: 'acme', count: PROXIES, network: 1 });
  const list = await bot.ops.command('/proxy list', { search: '203.1.' });
  await bot.kill('SIGTERM');
  await bot.start();
  expect((await list.click('Next')).text).toContain('### Proxies 16–30 of 2,000');
});

test('a wrong key stops the start with one sentence', async () => {
  await expect(startBotProcess(bot.sandbox, bot.database.url, randomBytes(32))).rejects.toThrow(
    'cannot decrypt this database',
  );
});
