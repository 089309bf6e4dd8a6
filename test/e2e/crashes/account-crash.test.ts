import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MortalBot } from '../../helpers/bot/mortal-bot.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

const ACCOUNTS = 2000;

let bot: MortalBot;
beforeAll(async () => {
  bot = await MortalBot.prepare();
  await bot.start();
});
afterAll(() => bot.stop());
beforeEach(() => emptyPool(bot.database));

const WRITTEN = ['accounts', 'models', 'account_proxy_assignments', 'assignment_history', 'audit_log'];
const counts = () => Promise.all(WRITTEN.map((table) => bot.count(table)));

test('accounts are imported and assigned as a whole or not at all, whenever the bot is killed', async () => {
  await insertProxies(bot.database, { provider: 'acme', count: 500, network: 1 });
  const text = Array.from({ length: ACCOUNTS }, (_, n) => `account.${n},Model ${n % 7}`).join('\n');
  const ops = bot.ops.as('ada');
  const preview = await ops.command('/account import', { file: { name: 'week.txt', data: Buffer.from(text) } });
  expect(preview.text).toContain('**2,000 accounts**: 1,500 get a proxy, 500 wait');
  await bot.kill('SIGKILL');
  await bot.start();

  const before = await counts();
  await bot.killDuring(() => preview.click('Import and assign'));
  expect(await counts()).toEqual(before);

  await bot.start();
  const shown = ops.messages().find((each) => each.message.id === preview.message.id);
  const done = await shown?.click('Import and assign');
  expect(done?.text).toContain('✅ **Imported 2,000**');
  expect(done?.text).toContain('1,500 got a proxy, 500 wait');
  expect(await bot.count('accounts where removed_at is null')).toBe(ACCOUNTS);
  expect(await bot.count('account_proxy_assignments')).toBe(1500);
  expect(await bot.count(`audit_log where action = 'account.import'`)).toBe(1);
});

test('a bot that is killed during a change of model leaves the account unchanged', async () => {
  const assigned = async () =>
    (
      await bot.database.pool.query(`select a.username, m.name as model, s.proxy_id as proxy from account_proxy_assignments s
        join accounts a on a.id = s.account_id join models m on m.id = a.model_id order by a.id limit 1`)
    ).rows[0];
  const [proxy] = await insertProxies(bot.database, { provider: 'acme', count: 2, network: 2 });
  await bot.ops.command('/account add', { username: 'ann', model: 'Amber' });
  const before = await assigned();
  expect(before).toEqual({ username: 'ann', model: 'Amber', proxy });
  const preview = await bot.ops.command('/account edit', { account: before.username, model: 'Another' });
  await bot.killDuring(() => preview.click('Apply'));
  expect(await assigned()).toEqual(before);
  await bot.start();
  const shown = bot.ops.messages().find((each) => each.message.id === preview.message.id);
  expect((await shown?.click('Apply'))?.text).toContain('✅ **Changed**');
});
