import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Ops } from '../../helpers/ops/ops.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;

beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());
beforeEach(() => emptyPool(bot.database));
afterEach(async () => {
  expect(await findBroken(bot.database)).toEqual({});
  expect(bot.sandbox.violations).toEqual([]);
});

let network = 0;
const proxies = (count: number) => insertProxies(bot.database, { provider: 'acme', count, network: ++network });
const importText = async (text: string, ops: Ops = bot.ops) =>
  ops.command('/account import', { file: { name: 'accounts.csv', data: Buffer.from(text) } });
const imported = async (text: string) => (await importText(text)).click('Import and assign');
const accounts = () =>
  run(`select a.username, m.name as model, v.name as vps, a.label, s.proxy_id as proxy from accounts a join models m on m.id = a.model_id
    left join vps v on v.id = a.vps_id left join account_proxy_assignments s on s.account_id = a.id where a.removed_at is null order by a.key`);

test('an import is undone by one click, once: its accounts, proxies, models and VPS are as before, and waiting accounts get the proxies', async () => {
  const [{ id: lastEntry }] = await run('select coalesce(max(id), 0) as id from audit_log');
  await bot.ops.command('/account add', { username: 'wait', model: 'Zora' });
  await proxies(3);
  await run(`update proxies set status = 'inactive' where removed_at is null`);
  const preview = await importText(
    'username,model,vps\nann,Undo One,rack u\nben,Undo One,rack u\ncara,Undo Two,rack u',
  );
  const ready = await preview.click('Create 1 VPS');
  // Without the job that assigns waiting accounts in between.
  await run(
    `update accounts set held_at = now() where key = 'wait'; update proxies set status = 'active' where removed_at is null`,
  );
  const again = await (await bot.ops.command('/account show', { account: 'wait' })).text;
  expect(again).toContain('On hold');
  const stale = await ready.click('Import and assign');
  const done = stale.text.includes('Imported 3') ? stale : await stale.click('Import and assign');
  expect(done.text).toContain('3 got a proxy');
  expect(done.buttons).toEqual(['Undo']);
  await run(`update accounts set held_at = null where key = 'wait'`);

  const clicks = await Promise.all([done.click('Undo'), done.click('Undo')]);
  for (const { text, buttons } of clicks) {
    expect(text).toContain('✅ **Undone: 3 accounts removed**');
    expect(text).toContain('2 models removed · 1 VPS removed · 1 waiting account got a proxy');
    expect(buttons).toEqual([]);
  }
  expect((await accounts()).map(({ username, model }) => [username, model])).toEqual([['wait', 'Zora']]);
  expect((await accounts())[0]?.proxy).not.toBeNull();
  expect(await run(`select count(*)::int as claims from proxy_model_claims`)).toEqual([{ claims: 1 }]);
  expect(await run(`select name from models where name like 'Undo%' and removed_at is null`)).toEqual([]);
  expect(await run(`select name from vps`)).toEqual([]);
  const history = await run(
    `select end_reason, ended_by from assignment_history h join accounts a on a.id = h.account_id where a.key = 'ann'`,
  );
  expect(history).toEqual([
    { end_reason: expect.stringMatching(/^import #\d+ was undone$/), ended_by: expect.stringContaining('discord:') },
  ]);
  const log = await run(
    `select action, count(*)::int as n from audit_log where action in ('account.import_undo', 'account.remove') and id > ${lastEntry} group by 1 order by 1`,
  );
  expect(log).toEqual([
    { action: 'account.import_undo', n: 1 },
    { action: 'account.remove', n: 3 },
  ]);
  expect((await bot.ops.command('/audit', {})).text).toMatch(/undid import #\d+ of accounts · 3 removed/);

  const fourth = await imported('ann,Undo One\nben,Undo One');
  expect(fourth.text).toContain('**Imported 2**');
  expect((await fourth.click('Undo')).text).toContain('Undone: 2 accounts removed');
});

test('accounts that were changed or used since are named and left; updated ones get their former values and proxy back', async () => {
  await run(`insert into vps (name, key) values ('rack 1', 'rack 1'), ('rack 2', 'rack 2')`);
  await proxies(8);
  await imported('username,model,vps,label\nkate,Amber,rack 1,day\nlena,Amber,rack 1,day\nmia,Amber,,');
  const before = await accounts();
  const preview = await importText(
    'username,model,vps,label\nkate,Bella,,\nlena,Amber,rack 2,night\nmia,Bella,,\nann,Amber,,\nben,Amber,,\ncara,Amber,,\ndora,Amber,,',
  );
  const updated = await (await preview.click('Import and assign')).click('Update 3');
  expect(updated.text).toContain('**Updated 3**');
  await bot.ops.command('/account edit', { account: 'ann', label: 'mine' });
  await run(
    `update account_proxy_assignments set handed_out_at = now() where account_id = (select id from accounts where key = 'ben')`,
  );
  await bot.ops.command('/proxy unassign', { account: 'mia' });
  await bot.ops.command('/account remove', { account: 'dora' }).then((question) => question.click('Remove'));

  const question = await updated.click('Undo');
  expect(question.text).toContain('**1 account** will be removed and leaves its proxy.');
  expect(question.text).toContain('2 accounts will get the former values back.');
  expect(question.text).toContain(
    '⚠️ 3 accounts stay as they are: `ann` (changed since), `ben` (proxy in use), `mia` (changed since)',
  );
  expect(question.buttons).toEqual(['Undo 3', 'Cancel']);
  const cancelled = await question.click('Cancel');
  expect(cancelled.buttons).toEqual(['Undo']);
  const again = await cancelled.click('Undo');

  await bot.ops.command('/account edit', { account: 'lena', notes: 'mine too' });
  const fresh = await again.click('Undo 3');
  expect(fresh.text).toContain('nothing was done');
  expect(fresh.buttons).toEqual(['Undo 2', 'Cancel']);
  const undone = await fresh.click('Undo 2');
  expect(undone.text).toContain('✅ **Undone: 1 account removed**');
  expect(undone.text).toContain('1 set back');
  expect(undone.text).toContain(
    '⚠️ 4 accounts stay as they are: `ann` (changed since), `ben` (proxy in use), `lena` (changed since), `mia`',
  );
  const after = await accounts();
  expect(after.map(({ username, model, label }) => [username, model, label])).toEqual([
    ['ann', 'Amber', 'mine'],
    ['ben', 'Amber', null],
    ['kate', 'Amber', 'day'],
    ['lena', 'Amber', 'night'],
    ['mia', 'Bella', null],
  ]);
  expect(after.find(({ username }) => username === 'kate')).toEqual(before.find(({ username }) => username === 'kate'));
});

test('the question says that only an admin can undo so much, and refuses an operator', async () => {
  const rows = Array.from({ length: 501 }, (_, n) => `many.${n},Amber`);
  const done = await imported(rows.join('\n'));
  const question = await done.click('Undo');
  expect(question.text).toContain('🔒 Only an admin can apply this: operators can change up to 500 accounts at once.');
  const refused = await question.click('Undo 501');
  expect([refused.isEphemeral, refused.text]).toEqual([true, expect.stringContaining('this changes 501')]);
  expect(await accounts()).toHaveLength(501);
  const ada = bot.ops.as('ada');
  const hers = ada.messages().at(-1);
  expect((await hers?.click('Undo 501'))?.text).toContain('Undone: 501 accounts removed');
  expect(await accounts()).toEqual([]);
});
