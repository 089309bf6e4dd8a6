import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';

let bot: TestBot;
const run = (statement: string) => bot.database.pool.query(statement);

beforeAll(async () => {
  bot = await startTestBot();
  const lines = Array.from(
    { length: 40 },
    (_, n) => `198.51.100.${n + 1},8080,ann${n},pw${n},${n % 2 ? 'Acme' : 'Globex'},${n % 4 ? 'DE' : 'US'}`,
  );
  const text = ['host,port,user,password,provider,country', ...lines].join('\n');
  const preview = await bot.ops.command('/proxy import', { file: { name: 'a.csv', data: Buffer.from(text) } });
  await preview.click('Import 40');
  await run(`insert into models (name, key) values ('Amber Rose', 'amberrose')`);
  await run(
    `insert into accounts (username, key, model_id) select 'user' || n, 'user' || n, 1 from generate_series(1, 6) n`,
  );
  await run(`insert into proxy_model_claims (proxy_id, model_id) select id, 1 from proxies where id <= 3`);
  await run(`insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
    values (1, 1, 1, 1, 't', 'unused'), (2, 1, 1, 2, 't', 'shared'), (3, 1, 1, 3, 't', 'shared'), (4, 2, 1, 1, 't', 'unused')`);
  // The rest of the accounts stays without a proxy, whenever waiting accounts are assigned.
  await run('update accounts set held_at = now() where id not in (select account_id from account_proxy_assignments)');
  await run(`update proxy_model_claims set cooling_until = now() + interval '3 days' where proxy_id = 3`);
  await run(
    `insert into proxy_health (proxy_id, health, latency_ms) values (5, 'healthy', 40), (6, 'failing', null), (7, 'degraded', 900)`,
  );
});
// Nothing that Discord would refuse was sent.
afterEach(() => expect(bot.sandbox.violations).toEqual([]));
afterAll(() => bot.stop());

/** The numbers of the proxies in a list. */
const shown = (text: string) => [...text.matchAll(/^\S+ #(\d+) · 198/gm)].map((match) => Number(match[1]));
const list = async (options: Record<string, string>) => shown((await bot.ops.command('/proxy list', options)).text);

test('a list pages forth and back and keeps its place while rows come and go', async () => {
  const first = await bot.ops.command('/proxy list');
  expect(first.text).toMatch(/### Proxies 1–15 of 40\n-# Page 1 of 3 · all proxies/);
  const second = await first.click('Next');
  expect(shown(second.text)[0]).toBe(16);
  await run('update proxies set removed_at = now() where id in (1, 2)');
  const third = await second.refresh().click('Next');
  expect(shown(third.text)).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39, 40]);
  const back = await third.refresh().click('Previous');
  expect(shown(back.text)[0]).toBe(16);
  const last = await back.refresh().click('»');
  expect([shown(last.text)[0], last.text]).toEqual([33, expect.stringContaining('-# Page 3 of 3')]);
  expect(shown((await last.refresh().click('«')).text)[0]).toBe(3);
  await run('update proxies set removed_at = null where id in (1, 2)');
});

test('each filter finds what it says', async () => {
  expect(await list({ usage: 'full' })).toEqual([1]);
  expect(await list({ usage: 'cooling' })).toEqual([3]);
  expect(await list({ model: 'Amber rose' })).toEqual([1, 2, 3]);
  expect(await list({ health: 'failing' })).toEqual([6]);
  expect(await list({ search: '100.40' })).toEqual([40]);
  expect(await list({ search: '#12' })).toEqual([12]);
  expect(await list({ search: '198.51.100.7:8080' })).toEqual([7]);
  expect(await list({ search: '198.51.100.7:80' })).toEqual([]);
  expect(await list({ provider: 'Acme', country: 'us' })).toEqual([]);
  expect((await list({ provider: 'Globex', country: 'us' })).length).toBe(10);
  expect((await list({ usage: 'unused' })).includes(1)).toBe(false);
});

test('a filter takes several values and (none), and a search takes terms', async () => {
  await run(`update proxies set provider = null, label = 'Desk 7' where id in (11, 12)`);
  await run(`update proxies set expires_at = now() + interval '3 days' where id = 13`);
  expect(await list({ provider: '(none)' })).toEqual([11, 12]);
  expect(await list({ provider: 'globex, (none)', country: 'us', search: 'label:"desk 7"' })).toEqual([]);
  expect((await list({ provider: 'Acme, Globex' }))[0]).toBe(1);
  expect((await list({ model: '(none)' }))[0]).toBe(4);
  expect(await list({ search: 'user5' })).toEqual([]);
  expect(await list({ search: 'user4' })).toEqual([2]);
  expect(await list({ search: 'account:user1,user4' })).toEqual([1, 2]);
  expect(await list({ search: 'usage:unused label:"Desk 7"' })).toEqual([11, 12]);
  expect(await list({ search: '100.12 provider:(none)' })).toEqual([12]);
  expect(await list({ search: 'expires:<7d' })).toEqual([13]);
  expect(await list({ search: 'label:(none) 198.51.100.13:8080' })).toEqual([13]);
  const refused = await bot.ops.command('/proxy list', { search: 'expires:soon' });
  expect([refused.isEphemeral, refused.text]).toEqual([
    true,
    expect.stringContaining('expires must be a span or a date'),
  ]);
  await run(`update proxies set provider = case id when 12 then 'Acme' else 'Globex' end, label = null, expires_at = null
    where id in (11, 12, 13)`);
});

test('autocomplete completes the last value of a filter, and the terms of a search', async () => {
  const names = async (option: string, typed: string) =>
    (await bot.ops.autocomplete('/proxy list', option, typed)).map((choice) => choice.name);
  expect(await names('provider', '')).toEqual(['Acme', 'Globex', '(none)']);
  expect(await names('provider', 'Acme, glo')).toEqual(['Acme, Globex']);
  expect(await names('search', 'us')).toEqual(['usage:']);
  expect(await names('search', '100.4 provider:ac')).toEqual(['100.4 provider:Acme']);
  expect(await names('search', 'model:')).toEqual(['model:"Amber Rose"', 'model:(none)']);
  expect(await names('search', 'health:fa')).toEqual(['health:failing']);
});

test('a viewer finds nothing by a username, which a viewer does not see', async () => {
  const seen = async (search: string) => shown((await bot.ops.as('vera').command('/proxy list', { search })).text);
  expect([await seen('ann39'), await seen('user4'), await seen('account:user4')]).toEqual([[], [], []]);
  expect(await seen('100.40')).toEqual([40]);
  const accounts = await bot.ops.as('vera').command('/account list', { search: 'user4' });
  expect(accounts.text).toContain('No accounts');
  expect((await bot.ops.command('/account list', { search: 'user4' })).text).toContain('Accounts 1–1 of 1');
  expect((await bot.ops.command('/account list', { vps: '(none)', search: '#4' })).text).toContain('user4');
});

test('each order begins with what matters in it', async () => {
  expect((await list({ sort: 'usage' })).slice(0, 2)).toEqual([1, 2]);
  expect((await list({ sort: 'health' })).slice(0, 2)).toEqual([6, 7]);
  expect((await list({ sort: 'latency' })).slice(0, 2)).toEqual([5, 7]);
  const byModel = await bot.ops.command('/proxy list', { sort: 'model' });
  expect(byModel.text).toContain('**Amber Rose** · 3 proxies · 4 accounts · 5 free\n');
  expect(byModel.text).toContain('**No model** · 37 proxies · 108 free\n');
  expect(shown(byModel.text).slice(0, 3)).toEqual([1, 2, 3]);
  const none = await byModel.choose('No model');
  expect([shown(none.text)[0], none.text]).toEqual([4, expect.not.stringContaining('Amber Rose')]);
  expect(shown((await none.refresh().choose('Amber Rose')).text).slice(0, 3)).toEqual([1, 2, 3]);
});

test('a list shows the value that it is sorted or filtered by', async () => {
  await run(`update proxies set expires_at = now() + interval '5 days 1 hour' where id = 9`);
  const line = async (id: number, options: Record<string, string>) =>
    (await bot.ops.command('/proxy list', options)).text.match(new RegExp(`^.* #${id} · 198.*$`, 'm'))?.[0];
  expect(await line(7, { sort: 'latency' })).toBe('🟡 #7 · 198.51.100.7:8080 · 0/3 · degraded · 900 ms');
  expect(await line(9, { sort: 'expiry' })).toMatch(/ · expires <t:\d+:R>$/);
  expect(await line(9, { usage: 'expiring' })).toMatch(/ · expires <t:\d+:R>$/);
  expect(await line(3, { usage: 'cooling' })).toMatch(/ · free <t:\d+:R>$/);
  expect(await line(9, {})).toBe('⚪ #9 · 198.51.100.9:8080 · 0/3 · unknown');
  await run('update proxies set expires_at = null where id = 9');
});

test('a filter that finds nothing says so', async () => {
  const nothing = (await bot.ops.command('/proxy list', { search: 'nowhere%' })).text;
  expect(nothing).toMatch(/No proxies match[\s\S]*takes the terms .*`provider:`/);
});

test('a proxy is found by number, by part of its host or username; a viewer sees usernames masked', async () => {
  const names = async (typed: string, user: 'otto' | 'vera' = 'otto') =>
    (await bot.ops.as(user).autocomplete('/proxy show', 'proxy', typed)).map((choice) => choice.name);
  expect(await names('#7')).toContain('#7 198.51.100.7:8080 · ann6');
  expect(await names('100.33')).toEqual(['#33 198.51.100.33:8080 · ann32']);
  expect(await names('ann39')).toEqual(['#40 198.51.100.40:8080 · ann39']);
  expect(await names('100.40', 'vera')).toEqual(['#40 198.51.100.40:8080 · an•••']);
  expect(await names('ann39', 'vera')).toEqual([]);
  for (const path of ['/proxy list', '/proxy export']) {
    const found = async (user: 'otto' | 'vera') =>
      (await bot.ops.as(user).command(path, { search: 'ann39' })).text.includes('No proxies match');
    expect([path, await found('otto'), await found('vera')]).toEqual([path, false, true]);
  }
});

test('a card shows the accounts, and the credentials go to the caller alone and into the audit log', async () => {
  const card = await bot.ops.command('/proxy show', { proxy: '198.51.100.1:8080' });
  expect(card.text).toContain('**3/3** accounts');
  expect(card.text).toContain('**Model** Amber Rose');
  const secret = await card.click('Credentials');
  expect(secret.isEphemeral).toBe(true);
  expect(secret.text).toContain('pw0');
  const audit = await run(`select actor_id, entity_id from audit_log where action = 'proxy.show_credentials'`);
  expect(audit.rows).toEqual([{ actor_id: expect.stringMatching(/^discord:\d+$/), entity_id: '1' }]);
});

test('a name that fits several proxies or none is answered with the way on', async () => {
  expect((await bot.ops.command('/proxy show', { proxy: '#999' })).text).toContain('Unknown proxy #999');
  const unknown = await bot.ops.command('/proxy show', { proxy: 'nothing like it' });
  expect([unknown.isEphemeral, unknown.text]).toEqual([true, expect.stringContaining('Unknown proxy')]);
});
