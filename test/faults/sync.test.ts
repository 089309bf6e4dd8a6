import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../simulator/checks/rules.ts';
import { MortalBot } from '../helpers/bot/mortal-bot.ts';
import { type ProviderServer, startProvider } from '../helpers/providers/provider-server.ts';
import { Webshare } from '../helpers/providers/webshare.ts';

/** The lease of a sync whose process was killed ends within this time. */
const FREE = { timeout: 90_000, interval: 2_000 };

const webshare = new Webshare('secret-key');
let provider: ProviderServer;
let bot: MortalBot;

beforeAll(async () => {
  provider = await startProvider((url) => webshare.answer(url));
  bot = await MortalBot.prepare({ SOURCE_API_URLS: `webshare=${provider.url}` });
  await bot.start();
});
afterAll(async () => {
  await bot.stop();
  await provider.stop();
});

/** Adds a source with its list, and three accounts on the proxy at the first host. */
async function supply(name: string, mode: string, hosts: string[]): Promise<string[]> {
  webshare.hosts = hosts;
  webshare.replaced = [];
  const ops = bot.ops.as('ada');
  const opened = await ops.command('/source add', { name, kind: 'webshare', mode });
  const added = await opened.submit({ 'API key': 'secret-key' });
  if (mode === 'ask') await added.click(`Apply ${hosts.length}`);
  const accounts = ['a', 'b', 'c'].map((each) => `${name}.${each}`);
  for (const username of accounts) await ops.command('/account add', { username, model: name });
  return accounts;
}

/** The provider replaces a host. */
function replace(from: string, to: string): void {
  webshare.hosts = webshare.hosts.map((host) => (host === from ? to : host));
  webshare.replaced = [{ proxy: from, replaced_with: to }];
}

const read = async (statement: string) => (await bot.database.pool.query(statement)).rows;

/** The host of each account, and whatever a sync changes. */
const pool = async () => ({
  hosts: await read(`select a.username, p.host from accounts a join account_proxy_assignments s on s.account_id = a.id
    join proxies p on p.id = s.proxy_id order by a.username`),
  proxies: await read('select id, host, removed_at, missing_since, external_id from proxies order by id'),
  listings: await read('select l::text from source_listings l order by 1'),
});

const hostsOf = async (accounts: readonly string[]) =>
  (await pool()).hosts.filter(({ username }) => accounts.includes(username)).map(({ host }) => host);

const usesOf = (username: string) =>
  read(
    `select count(*)::int as count from assignment_history h join accounts a on a.id = h.account_id where a.username = '${username}'`,
  );

test('a sync that replaces a proxy with accounts is done once or not at all if the bot is killed in the middle', async () => {
  const accounts = await supply('auto', 'auto', ['203.0.113.1']);
  expect(await hostsOf(accounts)).toEqual(accounts.map(() => '203.0.113.1'));
  const before = await pool();
  replace('203.0.113.1', '203.0.113.9');
  const sync = () => bot.ops.as('ada').command('/source sync', { source: 'auto' });
  await bot.killDuring(sync);
  expect(await pool()).toEqual(before);
  await bot.start();
  await expect.poll(async () => (await sync()).text, FREE).not.toContain('is running');
  expect(await hostsOf(accounts)).toEqual(accounts.map(() => '203.0.113.9'));
  expect(await usesOf('auto.a')).toEqual([{ count: 2 }]);
  expect(await findBroken(bot.database)).toEqual({});
});

test('the plan of a sync is applied once if the bot is killed in the middle, by the same button', async () => {
  const accounts = await supply('ask', 'ask', ['203.0.113.41']);
  replace('203.0.113.41', '203.0.113.49');
  const preview = await bot.ops.as('ada').command('/source sync', { source: 'ask' });
  const before = await pool();
  await bot.killDuring(() => preview.click('Apply 1'));
  expect(await pool()).toEqual(before);
  await bot.start();
  await preview.click('Apply 1');
  expect(await hostsOf(accounts)).toEqual(accounts.map(() => '203.0.113.49'));
  expect(await usesOf('ask.a')).toEqual([{ count: 2 }]);
  expect(await findBroken(bot.database)).toEqual({});
});
