import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;

beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());
beforeEach(async () => {
  await emptyPool(bot.database);
  await run(`insert into vps (name, key) values ('rack 1', 'rack 1'), ('rack 2', 'rack 2')`);
});
afterEach(async () => {
  expect(await findBroken(bot.database)).toEqual({});
  expect(bot.sandbox.violations).toEqual([]);
});

let network = 0;
const proxies = (count: number) => insertProxies(bot.database, { provider: 'acme', count, network: ++network });
const imported = async (text: string) => {
  const file = { name: 'accounts.csv', data: Buffer.from(`username,model,vps,label\n${text}`) };
  return (await bot.ops.command('/account import', { file })).click('Import and assign');
};
const states = async () =>
  Object.fromEntries(
    (
      await run(`select a.username, concat_ws(' · ', m.name, v.name, a.label, case when a.held_at is not null then 'held' when s.proxy_id is null then 'waits' else 'has one' end) as state
        from accounts a join models m on m.id = a.model_id left join vps v on v.id = a.vps_id
        left join account_proxy_assignments s on s.account_id = a.id where a.removed_at is null order by a.key`)
    ).map(({ username, state }) => [username, state]),
  );
const rows = (model: string, count: number, rest = '') =>
  Array.from({ length: count }, (_, n) => `${model.toLowerCase()}.${n},${model}${rest}`).join('\n');

describe('an edit of the accounts that a filter matches', () => {
  test('shows what was there and what will be, and is done once by its button', async () => {
    await proxies(4);
    await imported('ann,Amber,rack 1,day\nben,Amber,rack 1,\ncara,Amber,,\ndora,Bella,rack 1,day');
    const preview = await bot.ops.command('/account edit', { filter_model: 'Amber', vps: 'rack 2', label: 'night' });
    expect(preview.text).toContain('### Edit 3 accounts');
    expect(preview.text).toContain('-# model `Amber`');
    expect(preview.text).toContain('**VPS** `rack 1` 2 · (none) 1 → `rack 2`');
    expect(preview.text).toContain('**Label** (none) 2 · `day` 1 → `night`');
    expect(preview.text).toContain('No account leaves its proxy.');
    expect(preview.buttons).toEqual(['Edit 3 accounts', 'Cancel']);
    const done = await Promise.all([preview.click('Edit 3 accounts'), preview.click('Edit 3 accounts')]);
    for (const { text, buttons } of done) {
      expect(text).toContain('✅ **3 accounts edited**');
      expect(text).toContain('**VPS** `rack 1` 2 · (none) 1 → `rack 2`');
      expect(buttons).toEqual([]);
    }
    expect(await states()).toEqual({
      ann: 'Amber · rack 2 · night · has one',
      ben: 'Amber · rack 2 · night · has one',
      cara: 'Amber · rack 2 · night · has one',
      dora: 'Bella · rack 1 · day · has one',
    });
    const log = await run(
      `select before, after from audit_log l join accounts a on a.id::text = l.entity_id where action = 'account.edit' and username = 'ann' order by l.id desc limit 1`,
    );
    expect(log).toEqual([{ before: { vps: 'rack 1', label: 'day' }, after: { vps: 'rack 2', label: 'night' } }]);
    expect((await bot.ops.command('/audit', {})).text).toContain('edited 3 accounts (model `Amber`)');
    const again = await bot.ops.command('/account edit', { filter_model: 'Amber', label: 'night' });
    expect([again.isEphemeral, again.text]).toEqual([
      true,
      expect.stringContaining('3 accounts already have these values'),
    ]);
  });

  test('of the model plans the proxies, and is shown again if an account was changed in between', async () => {
    await proxies(2);
    await imported('ann,Amber,,\nben,Amber,,\ncara,Amber,,');
    await bot.ops.command('/proxy unassign', { account: 'cara' });
    const preview = await bot.ops.command('/account edit', { filter_model: 'Amber', model: 'Zenobia' });
    expect(preview.text).toContain('**Model** `Amber` 3 → `Zenobia`');
    expect(preview.text).toContain('**2 accounts** leave 2 proxies');
    expect(preview.text).toContain('2 get a proxy');
    expect(preview.text).toContain('🆕 **Zenobia** is a new model.');
    await bot.ops.command('/account edit', { account: 'ann', label: 'mine' });
    const stale = await preview.click('Edit 3 accounts');
    expect(stale.text).toContain('nothing was done');
    const done = await stale.click('Edit 3 accounts');
    expect(done.text).toContain('✅ **3 accounts edited**');
    expect(done.text).toContain('2 accounts left 2 proxies');
    expect(done.text).toContain('2 accounts got a proxy');
    expect(await states()).toEqual({
      ann: 'Zenobia · mine · has one',
      ben: 'Zenobia · has one',
      cara: 'Zenobia · held',
    });
  });

  test('asks about a new model that looks like an existing one, and uses that on a button', async () => {
    await imported(`${rows('Ambrosia', 3)}\nben,Bella,,`);
    const preview = await bot.ops.command('/account edit', { filter_model: 'Bella', model: 'Ambrosa' });
    expect(preview.text).toContain('⚠️ **Ambrosa** is a new model. Did you mean **Ambrosia** (3 accounts)?');
    expect(preview.buttons).toEqual(['Edit 1 account', 'Use Ambrosia', 'Cancel']);
    const taken = await preview.click('Use Ambrosia');
    expect(taken.text).toContain('**Model** `Bella` 1 → `Ambrosia`');
    expect(taken.buttons).toEqual(['Edit 1 account', 'Cancel']);
    await taken.click('Edit 1 account');
    expect((await states()).ben).toBe('Ambrosia · waits');
  });

  test('needs a filter or an account, and not both', async () => {
    const refusals = [
      await bot.ops.command('/account edit', { label: 'x' }),
      await bot.ops.command('/account edit', { account: 'ann', search: 'a', label: 'x' }),
      await bot.ops.command('/account edit', { filter_model: 'Nobody', label: 'x' }),
      await bot.ops.command('/account remove', {}),
      await bot.ops.command('/proxy unassign', {}),
      await bot.ops.command('/proxy assign', {}),
    ];
    expect(refusals.map(({ isEphemeral }) => isEphemeral)).toEqual(refusals.map(() => true));
    expect(refusals.map(({ text }) => text)).toEqual([
      expect.stringContaining('Choose an account or at least one filter.'),
      expect.stringContaining('Use either an account or a filter.'),
      expect.stringContaining('Unknown model “Nobody”'),
      ...Array.from({ length: 3 }, () => expect.stringContaining('Choose an account or at least one filter.')),
    ]);
  });
});

test('accounts are put on hold and released by a filter; the proxies go to waiting accounts, and back', async () => {
  await proxies(1);
  await imported('ann,Amber,rack 1,\nben,Amber,rack 1,\ncara,Amber,rack 1,');
  await imported('dora,Amber,,');
  const preview = await bot.ops.command('/proxy unassign', { filter_vps: 'rack 1', reason: 'banned' });
  expect(preview.text).toContain('### Hold 3 accounts');
  expect(preview.text).toContain('reason: banned');
  expect(preview.text).toContain('**3 accounts** leave 1 proxy');
  const held = await preview.click('Hold 3 accounts');
  expect(held.text).toContain('✅ **3 accounts put on hold**');
  expect(held.text).toContain('3 accounts left 1 proxy');
  expect(held.text).toContain('1 other waiting account got a proxy');
  expect(Object.values(await states())).toEqual([
    ...Array.from({ length: 3 }, () => 'Amber · rack 1 · held'),
    'Amber · has one',
  ]);
  const history = await run(
    `select distinct end_reason from assignment_history where ended_at is not null and end_reason = 'banned'`,
  );
  expect(history).toHaveLength(1);

  const release = await bot.ops.command('/proxy assign', { filter_vps: 'rack 1', state: 'held' });
  expect(release.text).toContain('⚠️ 2 get a proxy, **1 waits** (Amber 1; 1 more proxy needed)');
  const released = await release.click('Release 3 accounts');
  expect(released.text).toContain('✅ **3 accounts no longer on hold**');
  expect(released.text).toContain('2 accounts got a proxy · 🟡 1 account waits');
  expect(Object.values(await states()).filter((state) => String(state).endsWith('has one'))).toHaveLength(3);
  const named = await bot.ops.command('/proxy assign', { filter_vps: 'rack 1', proxy: '#1' });
  expect([named.isEphemeral, named.text]).toEqual([true, expect.stringContaining('one account only')]);
});

test('accounts are removed by a filter; the preview names the limit of an operator, whose click is refused', async () => {
  await proxies(2);
  await imported(`${rows('Many', 501)}\nann,Amber,,`);
  const preview = await bot.ops.command('/account remove', { filter_model: 'Many' });
  expect(preview.text).toContain('### Remove 501 accounts');
  expect(preview.text).toContain('🔒 Only an admin can apply this: operators can change up to 500 accounts at once.');
  const refused = await preview.click('Remove 501 accounts');
  expect([refused.isEphemeral, refused.text]).toEqual([true, expect.stringContaining('this changes 501')]);
  const hers = bot.ops.as('ada').messages().at(-1);
  const removed = await hers?.click('Remove 501 accounts');
  expect(removed?.text).toContain('✅ **501 accounts removed**');
  expect(Object.keys(await states())).toEqual(['ann']);
  expect((await states()).ann).toBe('Amber · has one');
  const cancelled = await (await bot.ops.command('/account remove', { search: 'ann' })).click('Cancel');
  expect(cancelled.text).toContain('**Cancelled**');
  expect(Object.keys(await states())).toEqual(['ann']);
});
