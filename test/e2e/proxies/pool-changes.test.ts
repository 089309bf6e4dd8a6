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

const importProxies = (count: number, provider: string) => importNew(bot, count, { provider });
let made = 0;
async function addAccounts(count: number, model: string): Promise<void> {
  for (let n = 0; n < count; n++) await bot.ops.command('/account add', { username: `${model}.${++made}`, model });
}

beforeEach(() => emptyPool(bot.database));

const assigned = async () => (await run('select count(*)::int as n from account_proxy_assignments'))[0].n;

describe('/proxy deactivate', () => {
  test('says where the accounts go and who would wait, moves them, and attaches every move', async () => {
    await importProxies(2, 'acme');
    await addAccounts(4, 'amber');
    await importProxies(1, 'other');
    const preview = await bot.ops.command('/proxy deactivate', { provider: 'acme', reason: 'contract ended' });
    expect(preview.text).toContain('Deactivate 2 proxies');
    expect(preview.text).toContain(
      '⚠️ **4 accounts**: 3 move, 1 **loses its proxy and waits** (amber 1; 1 more proxy needed)',
    );
    expect(preview.buttons).toEqual(['Deactivate 2', 'Cancel']);
    expect(await assigned()).toBe(4);
    const done = await preview.click('Deactivate 2');
    expect(done.text).toContain(
      '**2 proxies deactivated** · 3 accounts moved · 1 account lost its proxy and waits · <@',
    );
    expect(done.text).toContain('provider `acme` · reason: contract ended');
    expect(done.text).toMatch(/- `amber.\d+` \(amber\) #\d+ → 🟡 waiting\n- `amber.\d+` \(amber\) #\d+ → #\d+/);
    expect(done.buttons).toEqual([]);
    const [file] = done.files;
    expect(file?.name).toMatch(/^moves-\d+\.csv$/);
    const csv = (await file?.bytes())?.toString() ?? '';
    expect(csv.trimEnd().split('\r\n')).toHaveLength(5);
    expect(csv).toContain('waiting');
    expect(
      await run(
        `select distinct status::text, status_reason from proxies where provider = 'acme' and removed_at is null`,
      ),
    ).toEqual([{ status: 'inactive', status_reason: 'contract ended' }]);
    expect(
      await run(`select distinct h.end_reason from assignment_history h join accounts a on a.id = h.account_id
        where a.username like 'amber.%' and h.end_reason like 'proxy deact%'`),
    ).toEqual([{ end_reason: 'proxy deactivated: contract ended' }]);
    await importProxies(1, 'fresh');
    expect(await assigned()).toBe(4);
  });

  test('two clicks at once deactivate once, and a stale plan gives a new preview', async () => {
    const [{ id: lastEntry }] = await run('select coalesce(max(id), 0) as id from audit_log');
    await importProxies(3, 'acme');
    const preview = await bot.ops.command('/proxy deactivate', { provider: 'acme' });
    await importProxies(1, 'acme');
    const fresh = await preview.click('Deactivate 3');
    expect(fresh.text).toContain(STALE_NOTICE);
    expect(fresh.text).toContain('Deactivate 4 proxies');
    const clicks = await Promise.all([fresh.click('Deactivate 4'), fresh.click('Deactivate 4')]);
    for (const click of clicks) expect(click.text).toContain('**4 proxies deactivated**');
    expect(
      await run(
        `select count(*)::int as n from audit_log where action = 'pool.deactivate' and (after->>'count')::int = 4
          and id > ${lastEntry}`,
      ),
    ).toEqual([{ n: 1 }]);
  });

  test('blocked proxies stay blocked when they are switched off; activating brings them back', async () => {
    await importProxies(1, 'burned');
    await (await bot.ops.command('/proxy deactivate', { provider: 'burned', blocked: true })).click('Block 1');
    expect((await bot.ops.command('/proxy deactivate', { provider: 'burned' })).text).toContain('already inactive');
    const back = await bot.ops.command('/proxy activate', { provider: 'burned' });
    expect((await back.click('Activate 1')).text).toContain('**1 proxy activated**');
    expect((await bot.ops.command('/proxy activate', { provider: 'burned' })).text).toContain(
      '1 proxy is already active',
    );
  });

  test('no filter, one that finds nothing, a proxy beside a filter, and a cancelled plan', async () => {
    await importProxies(1, 'acme');
    expect((await bot.ops.command('/proxy deactivate')).text).toContain('Choose a proxy or at least one filter');
    expect((await bot.ops.command('/proxy activate')).text).toContain('add status: inactive');
    expect((await bot.ops.command('/proxy remove', { provider: 'nobody' })).text).toContain('No proxies match');
    expect((await bot.ops.command('/proxy remove', { provider: 'acme', proxy: '#1' })).text).toContain(
      'either a proxy or a filter',
    );
    const preview = await bot.ops.command('/proxy remove', { provider: 'acme' });
    const cancelled = await preview.click('Cancel');
    expect(cancelled.text).toMatch(/Remove #\d+ · `[\s\S]*\*\*Cancelled\*\* by <@\d+>\. Nothing was changed\./);
    expect(cancelled.buttons).toEqual([]);
  });

  test('an operator is refused more than 500, and an admin is not', async () => {
    await importProxies(501, 'large');
    const preview = await bot.ops.as('olga').command('/proxy deactivate', { provider: 'large' });
    expect(preview.text).toContain('🔒 Only an admin can apply this: operators can change up to 500 proxies at once.');
    expect((await preview.click('Deactivate 501')).text).toContain(
      'Operators can change up to 500 proxies at once; this changes 501',
    );
    expect((await bot.ops.command('/proxy list', { provider: 'large', status: 'active' })).text).toContain('of 501');
  });
});

test('/proxy remove keeps the number and the history, and an import revives it', async () => {
  await importProxies(1, 'acme');
  await addAccounts(1, 'bella');
  const [{ proxy_id: id }] = await run('select proxy_id from account_proxy_assignments');
  const preview = await bot.ops.command('/proxy remove', { proxy: `#${id}`, reason: 'too slow' });
  expect(preview.text).toContain('⚠️ **1 account** **loses its proxy and waits** (bella 1; 1 more proxy needed)');
  const removed = (await preview.click('Remove 1')).text;
  expect(removed).toContain(`### Remove #${id} · `);
  expect(removed).toContain('reason: too slow');
  expect(removed).toContain('An import of the same proxies restores them with their history.');
  expect(removed).toContain('**1 proxy removed** · 1 account lost its proxy and waits · <@');
  expect(removed).toContain(`(bella) #${id} → 🟡 waiting`);
  expect((await bot.ops.command('/proxy show', { proxy: `#${id}` })).text).toContain('**Removed**');
});

test('/proxy release ends a cool-down and serves who waits', async () => {
  await importProxies(1, 'acme');
  await addAccounts(1, 'cara');
  const [{ proxy_id: id }] = await run('select proxy_id from account_proxy_assignments');
  await (await bot.ops.command('/proxy show', { proxy: `#${id}` })).click('Credentials');
  await (await bot.ops.command('/account remove', { account: `cara.${made}` })).click('Remove');
  await addAccounts(1, 'dora');
  expect(await assigned()).toBe(0);
  const preview = await bot.ops.command('/proxy release', { proxy: `#${id}` });
  expect(preview.text).toContain('1 account waits: free slots are assigned at once.');
  expect((await preview.click('Release 1')).text).toContain('**1 proxy released** · 1 waiting account got a proxy');
  expect((await bot.ops.command('/proxy release', { proxy: `#${id}` })).text).toContain('1 proxy has no cooldown');
});

test('/proxy rebalance spreads with the fewest moves, packs again, and says when there is nothing to do', async () => {
  await importProxies(1, 'acme');
  await addAccounts(3, 'emma');
  await importProxies(2, 'acme');
  const spread = await bot.ops.command('/proxy rebalance', { model: 'Emma' });
  expect(spread.text).toContain('Rebalance spread evenly: 2 moves');
  expect(spread.text).toContain('1 → 3 proxies');
  expect((await spread.click('Apply 2')).text).toContain('2 accounts moved');
  expect((await bot.ops.command('/proxy rebalance', {})).text).toContain('Nothing to move');
  const compact = await bot.ops.command('/proxy rebalance', { goal: 'compact' });
  expect(compact.text).toContain('onto the fewest proxies: 2 moves');
  await compact.click('Apply 2');
  expect(await run('select count(distinct proxy_id)::int as n from account_proxy_assignments')).toEqual([{ n: 1 }]);
  expect(bot.sandbox.violations).toEqual([]);
});

test('checks that come in between preview and click overtake nothing, and what is faster by then is taken', async () => {
  const speed = (order: 'asc' | 'desc') =>
    run(`insert into proxy_health (proxy_id, health, latency_ms)
      select id, 'healthy', 10 * row_number() over (order by id ${order}) from proxies where removed_at is null
      on conflict (proxy_id) do update set health = excluded.health, latency_ms = excluded.latency_ms`);
  await importProxies(4, 'acme');
  await addAccounts(4, 'fred');
  await speed('asc');
  const compact = await bot.ops.command('/proxy rebalance', { goal: 'compact' });
  await speed('desc');
  expect((await compact.click('Apply 2')).text).toContain('2 accounts moved');
  await importProxies(2, 'other');
  await speed('asc');
  const off = await bot.ops.command('/proxy deactivate', { provider: 'acme' });
  expect(off.text).toContain('4 accounts** move to other proxies');
  await speed('desc');
  const done = await off.click('Deactivate 4');
  expect(done.text).toContain('**4 proxies deactivated** · 4 accounts moved');
});

describe('/proxy edit', () => {
  const labels = () =>
    run('select label, notes, country, provider, tags from proxies where removed_at is null order by id');

  test('changes what a filter finds after a preview; tags are a set, and a dash clears', async () => {
    await importProxies(2, 'acme');
    const preview = await bot.ops.command('/proxy edit', {
      provider: 'acme',
      set_label: 'fast',
      set_tags: 'eu, slow',
      set_country: 'Germany',
    });
    expect(preview.text).toContain('Edit 2 proxies');
    const change = '**Country** (none) 2 → `DE`\n**Label** (none) 2 → `fast`\n**Tags** (none) 2 → `eu` `slow`';
    expect(preview.text).toContain(change);
    const done = (await preview.click('Apply 2')).text;
    expect(done).toContain('**2 proxies edited**');
    expect(done).toContain(change);
    const again = await bot.ops.command('/proxy edit', { provider: 'acme', set_label: 'fast' });
    expect(again.text).toContain('2 proxies already have these values');
    const tags = await bot.ops.command('/proxy edit', { tag: 'slow', set_tags: '+de -slow', set_label: '-' });
    await tags.click('Apply 2');
    expect(await labels()).toEqual(
      [1, 2].map(() => ({ label: null, notes: null, country: 'DE', provider: 'acme', tags: ['de', 'eu'] })),
    );
    const [{ before, after }] = await run(
      `select before, after from audit_log where action = 'proxy.edit' order by id desc limit 1`,
    );
    expect([before, after]).toEqual([
      { label: 'fast', tags: ['eu', 'slow'] },
      { label: null, tags: ['de', 'eu'] },
    ]);
  });

  test('shows before and after, and is undone on each proxy that still has what it set', async () => {
    await importProxies(4, 'acme');
    const [first, second] = await run('select id from proxies where removed_at is null order by id');
    await bot.ops.command('/proxy edit', { proxy: `#${first.id}`, set_label: 'desk 1', set_tags: 'a, b' });
    await bot.ops.command('/proxy edit', { proxy: `#${second.id}`, set_expiry: '2099-01-02 03:04', set_cost: '1.50' });
    const before = await labels();
    const preview = await bot.ops.command('/proxy edit', {
      provider: 'acme',
      set_provider: 'Cove',
      set_label: 'new',
      set_tags: '+c -a',
      set_expiry: '2100-02-03',
      set_cost: '-',
    });
    for (const line of [
      '**Provider** `acme` 4 → `Cove`',
      '**Label** (none) 3 · `desk 1` 1 → `new`',
      '**Tags** (none) 3 · `a b` 1 → `+c` `-a`',
      '**Expiry** (none) 3 · `2099-01-02 03:04` 1 → `2100-02-03T23:59:59.999Z`',
      '**Monthly cost** (none) 3 · `1.50` 1 → (none)',
    ]) {
      expect(preview.text).toContain(line);
    }
    const done = await preview.click('Apply 4');
    expect([done.text, done.buttons]).toEqual([expect.stringContaining('**Provider** `acme` 4 → `Cove`'), ['Undo']]);
    const clicks = await Promise.all([done.click('Undo'), done.click('Undo')]);
    for (const click of clicks) {
      expect(click.text).toContain('↩️ **Undone: 4 proxies set back**');
      expect(click.buttons).toEqual([]);
    }
    expect(await labels()).toEqual(before);
    expect(
      await run(
        `select expires_at::text like '2099-01-02 03:04%' as is_back, monthly_cost::text as cost from proxies where id = ${second.id}`,
      ),
    ).toEqual([{ is_back: true, cost: '1.50' }]);
    const log = await run(
      `select action, count(*)::int as n from audit_log where action like '%edit_undo' group by 1 order by 1`,
    );
    expect(log).toEqual([
      { action: 'pool.edit_undo', n: 1 },
      { action: 'proxy.edit_undo', n: 4 },
    ]);
    expect((await bot.ops.command('/audit', {})).text).toContain('undid the edit of 4 proxies');

    const again = await (await bot.ops.command('/proxy edit', { provider: 'acme', set_label: 'x' })).click('Apply 4');
    await bot.ops.command('/proxy edit', { proxy: `#${first.id}`, set_label: 'mine' });
    const question = await again.click('Undo');
    expect(question.text).toContain('**3 proxies** will get their former values back.');
    expect(question.text).toContain(`⚠️ 1 proxy was changed since and stays as it is: #${first.id}`);
    await bot.ops.command('/proxy edit', { proxy: `#${second.id}`, set_label: 'mine too' });
    const fresh = await question.click('Undo 3');
    expect(fresh.text).toContain(STALE_NOTICE);
    const undone = await fresh.click('Undo 2');
    expect(undone.text).toContain('Undone: 2 proxies set back');
    expect(undone.text).toContain(`⚠️ 2 proxies were changed since and stay as they are: #${first.id}, #${second.id}`);
    expect((await labels()).map(({ label }) => label)).toEqual(['mine', 'mine too', null, null]);
  });

  test('one proxy is edited in two forms, and its link is sealed and shown nowhere', async () => {
    await importProxies(1, 'acme');
    const [{ id }] = await run('select id from proxies where removed_at is null');
    const modal = await bot.ops.command('/proxy edit', { proxy: `#${id}` });
    expect(modal.modal?.fields.map((field) => field.label)).toEqual(['Provider', 'Country', 'City', 'Label', 'Tags']);
    const card = await modal.submit({ Label: 'home', City: 'Lyon', Provider: 'acme', Country: 'fra', Tags: 'a' });
    expect(card.text).toContain('✅ Edited');
    expect(await labels()).toEqual([{ label: 'home', notes: null, country: 'FR', provider: 'acme', tags: ['a'] }]);
    const more = await card.click('Edit more');
    const link = 'https://provider.example/rotate?key=planted-key';
    const done = await more.submit({
      Notes: 'two\nlines',
      'Monthly cost': '3.50',
      'Change-IP link': link,
      Expiry: '2099-01-02',
    });
    expect(done.text).toContain('**Monthly cost** 3.50');
    expect(
      await run(`select city, notes, change_ip_url_sealed is not null as sealed from proxies where id = ${id}`),
    ).toEqual([{ city: 'Lyon', notes: 'two\nlines', sealed: true }]);
    expect(JSON.stringify(await run('select * from audit_log'))).not.toContain('planted-key');
    expect(bot.log()).not.toContain('planted-key');
    const shown = await (await bot.ops.command('/proxy show', { proxy: `#${id}` })).click('Credentials');
    expect(shown.text).toContain('planted-key');
  });

  test('says what is wrong in a sentence and changes nothing', async () => {
    await importProxies(1, 'acme');
    const error = async (options: Record<string, string>) =>
      (await bot.ops.command('/proxy edit', { provider: 'acme', ...options })).text;
    expect(await error({ set_country: 'Atlantis' })).toContain('must be an ISO 3166-1 code or an English name');
    expect(await error({ set_expiry: '2001-01-01' })).toContain('The expiry must be in the future');
    expect(await error({ set_tags: '+a, b' })).toContain('either a list');
    expect(await error({})).toContain('No changes given');
    expect((await bot.ops.command('/proxy edit', { set_label: 'x' })).text).toContain(
      'Choose a proxy or at least one filter',
    );
  });
});

test('a card’s buttons plan what they say, for this one proxy', async () => {
  await importProxies(2, 'acme');
  await addAccounts(1, 'gina');
  const [{ proxy_id: id }] = await run('select proxy_id from account_proxy_assignments');
  const card = await bot.ops.command('/proxy show', { proxy: `#${id}` });
  expect(card.buttons).toEqual(
    expect.arrayContaining(['Reassign', 'History', 'Edit', 'Edit more', 'Deactivate', 'Block', 'Remove']),
  );
  const move = await card.click('Reassign');
  expect(move.text).toContain(`Move accounts off #${id} · `);
  expect((await move.click('Apply 1')).text).toContain('1 account moved');
  expect(await run('select proxy_id from account_proxy_assignments')).not.toEqual([{ proxy_id: id }]);
  await (await card.click('Block')).click('Block 1');
  expect((await bot.ops.command('/proxy show', { proxy: `#${id}` })).buttons).toContain('Activate');
});

test('a move that no other proxy has room for is refused, with what is missing', async () => {
  await importProxies(1, 'acme');
  await addAccounts(2, 'hope');
  const [{ proxy_id: id }] = await run('select distinct proxy_id from account_proxy_assignments');
  const refused = await (await bot.ops.command('/proxy show', { proxy: `#${id}` })).click('Reassign');
  expect([refused.isEphemeral, refused.text]).toEqual([
    true,
    expect.stringMatching(/any of the 2 accounts[\s\S]*1 more proxy needed/),
  ]);
});
