import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { STALE_NOTICE } from '../../../src/kit/stale-notice.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';
import { importProxies as importNew } from '../../helpers/pool/import-proxies.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;

beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());

const importProxies = (count: number) => importNew(bot, count);
const add = (username: string, model: string) => bot.ops.command('/account add', { username, model });

beforeEach(() => emptyPool(bot.database));

describe('/account add', () => {
  test('gives a proxy at once: an unused one first, and says why', async () => {
    await importProxies(2);
    const first = await add('Ann.One', 'Amber Rose');
    expect(first.text).toContain('🟢 **assigned** · Amber Rose');
    expect(first.text).toContain('unused, not checked yet');
    const second = await add('ann.two', 'amber rose');
    expect(second.text).toContain('unused');
    expect((await add('ann.three', 'AMBERROSE')).text).toContain('shared by 2');
    expect(
      await run(
        'select count(distinct proxy_id)::int as proxies, count(distinct model_id)::int as models from account_proxy_assignments',
      ),
    ).toEqual([{ proxies: 2, models: 1 }]);
  });

  test('lets it wait if there is no free slot, and an import assigns it automatically', async () => {
    const waiting = await add('bella.one', 'Bella');
    expect(waiting.text).toContain('🟡 **waiting**');
    await importProxies(1);
    const shown = await bot.ops.command('/account show', { account: 'BELLA.one' });
    expect(shown.text).toContain('🟢 **assigned**');
  });

  test('refuses a name that is taken, and brings a removed one back with its history', async () => {
    await importProxies(1);
    await add('cara', 'Cara');
    expect((await add('CARA', 'Cara')).text).toContain('already');
    const card = await bot.ops.command('/account remove', { account: 'cara' });
    expect((await card.click('Remove')).text).toContain('**Removed**');
    const again = await add('cara', 'Cara');
    expect(again.text.match(/from <t:/g)).toHaveLength(2);
  });
});

describe('/proxy assign and unassign', () => {
  test('a proxy of another model, a full one and a blocked one are refused in plain words', async () => {
    await importProxies(1);
    for (const name of ['d1', 'd2', 'd3']) await add(name, 'Dora');
    const [{ proxy_id: full }] = await run('select distinct proxy_id from account_proxy_assignments');
    await add('e1', 'Emma');
    await add('d4', 'Dora');
    const refusal = async (account: string, proxy: number) =>
      (await bot.ops.command('/proxy assign', { account, proxy: `#${proxy}` })).text;
    expect(await refusal('e1', full)).toMatch(/is used by Dora; a proxy serves one model only/);
    expect(await refusal('d4', full)).toMatch(/is full: it has 3 of 3 accounts/);
    await importProxies(1);
    const [{ id: spare }] = await run(
      'select id from proxies where removed_at is null and id not in (select proxy_id from account_proxy_assignments)  union all select max(id) from proxies limit 1',
    );
    await run(`update proxies set status = 'blocked' where id = ${spare}`);
    expect(await refusal('d4', spare)).toMatch(/is used by|takes no new accounts: it is blocked/);
  });

  test('unassign holds the account; assign and fill take it up again; moving asks first', async () => {
    await importProxies(2);
    await add('f1', 'Fern');
    const held = await bot.ops.command('/proxy unassign', { account: 'f1', reason: 'paused' });
    expect(held.text).toContain('⏸️ **on hold**');
    expect(held.text).toContain('(paused)');
    const twice = await bot.ops.command('/proxy unassign', { account: 'f1' });
    expect([twice.isEphemeral, twice.text]).toEqual([true, expect.stringContaining('is already on hold')]);
    await importProxies(1);
    expect((await bot.ops.command('/account show', { account: 'f1' })).text).toContain('**on hold**');
    const plan = await bot.ops.command('/proxy fill');
    expect(plan.text).toContain('**1 account**: 1 get a proxy');
    expect((await plan.click('Assign 1')).text).toContain('**Assigned 1**');
    const question = await bot.ops.command('/proxy assign', { account: 'f1' });
    expect(question.buttons).toEqual(['Reassign', 'Cancel']);
    expect((await question.click('Reassign')).text).toMatch(/Moved from #\d+ to #\d+ · <@/);
  });
});

describe('/proxy fill', () => {
  test('says who waits and what is missing; a stale plan is planned again, and two clicks assign once', async () => {
    for (let n = 0; n < 8; n++) await add(`g${n}`, n < 5 ? 'Gina' : 'Hana');
    await run('update accounts set held_at = now() where removed_at is null');
    await importProxies(2);
    const plan = await bot.ops.command('/proxy fill');
    expect(plan.text).toContain('**8 accounts**: 6 get a proxy, 2 wait');
    expect(plan.text).toContain('1 more proxy');
    await importProxies(1);
    const fresh = await plan.click('Assign 6');
    expect(fresh.text).toContain(STALE_NOTICE);
    const clicks = await Promise.all([fresh.click('Assign 8'), fresh.click('Assign 8')]);
    for (const click of clicks) expect(click.text).toContain('**Assigned 8**');
    expect(await run('select count(*)::int as count from account_proxy_assignments')).toEqual([{ count: 8 }]);
  });
});

test('a fill is applied though checks have made other proxies the faster ones since it was shown', async () => {
  await add('k1', 'Kira');
  await run(`update accounts set held_at = now() where username = 'k1'`);
  await importProxies(3);
  await run(
    `insert into proxy_health (proxy_id, health, latency_ms) select id, 'healthy', id from proxies where removed_at is null`,
  );
  const plan = await bot.ops.command('/proxy fill');
  await run('update proxy_health set latency_ms = 100000 - latency_ms');
  expect((await plan.click('Assign 1')).text).toContain('**Assigned 1**');
});

test('a proxy that its model left after use is kept from others, and one that was never handed out is not', async () => {
  await importProxies(1);
  await add('i1', 'Ina');
  const [{ proxy_id: used }] = await run('select proxy_id from account_proxy_assignments');
  await (await bot.ops.command('/proxy show', { proxy: `#${used}` })).click('Credentials');
  await (await bot.ops.command('/account remove', { account: 'i1' })).click('Remove');
  expect((await add('j1', 'Jana')).text).toContain('**waiting**');
  expect((await add('i2', 'Ina')).text).toContain('**assigned**');
  // The second stay started no cooldown, and did not shorten that of the first.
  await (await bot.ops.command('/account remove', { account: 'i2' })).click('Remove');
  expect((await bot.ops.command('/account show', { account: 'j1' })).text).toContain('**waiting**');
  await importProxies(1);
  expect((await bot.ops.command('/account show', { account: 'j1' })).text).toContain('**assigned**');
  await (await bot.ops.command('/account remove', { account: 'j1' })).click('Remove');
  expect((await add('k1', 'Kim')).text).toContain('**assigned**');
});

test('lists page, filter and mask; models show what is missing', async () => {
  await importProxies(1);
  for (let n = 0; n < 20; n++) await add(`kate.number.${String(n).padStart(2, '0')}`, 'Kate');
  const list = await bot.ops.command('/account list', { state: 'waiting' });
  expect(list.text).toContain('Accounts 1–15 of 17');
  expect(list.text).toContain('kate.number');
  expect((await bot.ops.as('vera').command('/account list')).text).not.toContain('kate.number');
  expect((await list.click('Next')).text).toContain('Accounts 16–17 of 17');
  expect((await bot.ops.command('/account models')).text).toContain(
    '**Kate** · 20 accounts · 1 proxy · 🟡 17 waiting, 6 proxies missing',
  );
  const seen = async (typed: string) =>
    (await bot.ops.as('vera').autocomplete('/account show', 'account', typed)).map(({ name }) => name);
  expect((await seen(''))[0]).toMatch(/^#\d+ · ka•••\d* · Kate$/);
  expect(await seen('number.07')).toEqual([]);
  expect(bot.sandbox.violations).toEqual([]);
});
