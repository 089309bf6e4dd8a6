import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { UserName } from '../../sandbox/server/ids.ts';
import { findBroken } from '../../simulator/checks/rules.ts';
import { askApi } from '../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';
import { type ProviderServer, serveProvider } from '../helpers/providers/provider-server.ts';
import { Webshare } from '../helpers/providers/webshare.ts';

const KEY = 'pl4nted-pr0vider-k3y';

async function open(): Promise<{ bot: TestBot; webshare: Webshare; server: ProviderServer }> {
  const webshare = new Webshare(KEY);
  const server = await serveProvider((url) => webshare.answer(url));
  const syncPace = { pauseMs: 200, pollSeconds: 0.5 };
  return { bot: await startTestBot({ sourceApiUrls: { webshare: server.url }, syncPace }), webshare, server };
}

const rows = async (bot: TestBot, statement: string) => (await bot.database.pool.query(statement)).rows;

/** Every row of every table, as text. */
async function allRows(bot: TestBot): Promise<string> {
  const tables = await rows(
    bot,
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
  );
  const found = await Promise.all(tables.map(({ name }) => rows(bot, `select t::text as row from public.${name} t`)));
  return JSON.stringify(found);
}

async function addSource(bot: TestBot, options: Record<string, string> = {}, user: UserName = 'ada') {
  const opened = await bot.ops.as(user).command('/source add', { name: 'main', kind: 'webshare', ...options });
  expect(opened.modal?.title).toBe('Key for webshare');
  return opened.submit({ 'API key': KEY });
}

test('a source is added with a key that appears nowhere, and its first list is previewed and applied', async () => {
  const { bot, server } = await open();
  const preview = await addSource(bot, { provider: 'Webshare' });
  expect(preview.text).toContain('main: 4 new');
  expect(server.requests[0]?.headers.authorization).toBe(`Token ${KEY}`);
  expect(preview.buttons).toEqual(['Apply 4', 'Details', 'Skip']);
  const done = await preview.click('Apply 4');
  expect(done.text).toContain('Applied: 4 new');
  expect(done.buttons).toEqual([]);
  const card = await bot.ops.command('/proxy show', { proxy: '#1' });
  expect(card.text).toContain('**Source** main');
  expect(card.text).toContain('**External ID** d-203.0.113.1');
  expect((await bot.ops.command('/source list')).text).toContain('main');
  expect((await bot.ops.command('/source show', { source: 'Main' })).text).toContain('4 listed');
  const listed = await (await askApi(bot, '/api/sources')).json();
  expect(listed.items).toMatchObject([{ name: 'main', kind: 'webshare', proxies: 4, failures: 0 }]);
  const synced = await askApi(bot, '/api/sources/MAIN/sync', { method: 'POST' });
  expect(await synced.json()).toMatchObject({ outcome: 'complete', listed: 4, open: null, missing: 0 });
  const metrics = await (await askApi(bot, '/metrics')).text();
  expect(metrics).toContain('proxy_ops_source_missing_proxies{kind="webshare"} 0');
  const places = {
    messages: JSON.stringify(
      bot.ops
        .as('ada')
        .messages()
        .map(({ message }) => message),
    ),
    log: bot.log(),
    rows: await allRows(bot),
    services: inspect(bot.services, { depth: 12, showHidden: true }),
    api: JSON.stringify(listed) + metrics,
  };
  const hex = Buffer.from(KEY).toString('hex');
  for (const [place, content] of Object.entries(places)) {
    expect([place, content.includes(KEY), content.includes(hex)]).toEqual([place, false, false]);
  }
  await bot.stop();
});

test('a replaced proxy keeps its accounts, missing ones keep theirs until the click, and an edit survives', async () => {
  const { bot, webshare } = await open();
  await (await addSource(bot)).click('Apply 4');
  for (const username of ['ann', 'bob', 'cem', 'dee'])
    await bot.ops.command('/account add', { username, model: 'Amber' });
  await bot.ops.command('/proxy edit', { proxy: '#3', set_country: 'FR', set_label: 'desk' });
  webshare.hosts = ['203.0.113.9', '203.0.113.3', '203.0.113.4'];
  webshare.replaced = [{ proxy: '203.0.113.1', replaced_with: '203.0.113.9' }];
  webshare.country = 'DE';
  const preview = await bot.ops.command('/source sync', { source: 'main' });
  expect(preview.text).toMatch(/1 replaced, 1 renewed, 1 missing/);
  expect(preview.text).toMatch(/1 proxy is missing\*\*\. 1 account stays on it until you decide/);
  const done = await preview.click('Apply 2');
  expect(done.text).toContain('1 account moved');
  expect(await rows(bot, 'select host, country, label from proxies where removed_at is null order by host')).toEqual([
    { host: '203.0.113.2', country: 'US', label: null },
    { host: '203.0.113.3', country: 'FR', label: 'desk' },
    { host: '203.0.113.4', country: 'DE', label: null },
    { host: '203.0.113.9', country: 'DE', label: null },
  ]);
  expect(await rows(bot, 'select count(*)::int as n from account_proxy_assignments')).toEqual([{ n: 4 }]);
  const history = await bot.ops.command('/proxy history', { account: 'ann' });
  expect(history.text).toContain('#1');
  expect(history.text).toContain('#5');
  const question = await done.click('Deactivate 1 missing');
  expect(question.text).toContain('Deactivate');
  const deactivated = await question.click('Deactivate 1');
  expect(deactivated.text).toContain('1 account moved');
  expect(await findBroken(bot.database)).toEqual({});
  expect((await bot.ops.command('/source sync', { source: 'main' })).text).toContain('in step with the list');
  await bot.stop();
});

test('a short list, a wrong key and a double click do no harm', async () => {
  const { bot, webshare } = await open();
  const preview = await addSource(bot);
  const [first, second] = await Promise.all([preview.click('Apply 4'), preview.click('Apply 4')]);
  expect([first.text, second.text].every((text) => text.includes('Applied: 4 new'))).toBe(true);
  webshare.hosts = ['203.0.113.1'];
  webshare.count = 4;
  const short = await bot.ops.command('/source sync', { source: 'main' });
  expect(short.text).toContain('The list is incomplete');
  expect(short.text).toContain('Nothing is reported as missing');
  webshare.status = 401;
  const refused = await bot.ops.command('/source sync', { source: 'main' });
  expect(refused.isEphemeral).toBe(true);
  expect(refused.text).not.toContain(KEY);
  const alert = await bot.ops.waitFor((each) => each.text.includes('The source main fails'));
  expect(alert.text).toContain('Two syncs in a row');
  expect((await bot.ops.command('/source show', { source: 'main' })).text).toContain('failed');
  expect(
    await rows(bot, 'select count(*)::int as n from proxies where removed_at is null and missing_since is null'),
  ).toEqual([{ n: 4 }]);
  await bot.stop();
});

test('a wrong key adds nothing, and a removed source leaves its proxies', async () => {
  const { bot, webshare } = await open();
  webshare.status = 403;
  const refused = await addSource(bot);
  expect(refused.isEphemeral).toBe(true);
  expect(await rows(bot, 'select count(*)::int as n from sources')).toEqual([{ n: 0 }]);
  webshare.status = 200;
  await (await addSource(bot)).click('Apply 4');
  const question = await bot.ops.as('ada').command('/source remove', { source: 'main' });
  expect(question.text).toContain('4 proxies stay');
  expect((await question.click('Remove')).text).toContain('was removed');
  expect((await bot.ops.command('/source show', { source: 'main' })).text).toContain('Unknown source');
  expect(
    await rows(bot, 'select count(*)::int as n from proxies where source_id is null and removed_at is null'),
  ).toEqual([{ n: 4 }]);
  expect(await rows(bot, 'select key_sealed from sources')).toEqual([{ key_sealed: null }]);
  await bot.stop();
});

test('a scheduled sync announces what it has found once, and a skip is not announced again', async () => {
  const { bot, webshare } = await open();
  await (await addSource(bot)).click('Apply 4');
  webshare.hosts.push('203.0.113.5');
  const sync = async (number: number) => {
    await rows(bot, 'update sources set next_sync_at = now()');
    const ended = () => rows(bot, 'select count(*)::int as n from source_syncs where ended_at is not null');
    await expect.poll(async () => (await ended())[0].n as number).toBeGreaterThanOrEqual(number);
  };
  const announced = () => bot.ops.messages().filter((each) => each.text.includes('main: 1 new'));
  await sync(2);
  const message = await bot.ops.waitFor((each) => each.text.includes('main: 1 new'));
  await sync(3);
  expect(announced()).toHaveLength(1);
  const skipped = await message.click('Skip');
  expect(skipped.text).toContain('Skipped');
  for (const number of [4, 5]) {
    await sync(number);
    expect(announced()).toHaveLength(1);
  }
  webshare.hosts.push('203.0.113.6');
  await sync(6);
  await bot.ops.waitFor((each) => each.text.includes('main: 2 new'));
  await bot.stop();
});
