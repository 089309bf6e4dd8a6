import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { SOURCE_KINDS, type SourceKind } from '../../../src/domain/sources/listed.ts';
import { KEY_PARTS } from '../../../src/domain/sources/source-key.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { type ProviderServer, startProvider } from '../../helpers/providers/provider-server.ts';
import { RECORDED_LISTS, recorded } from '../../helpers/providers/recorded-lists.ts';
import { PLANTED, PLANTED_KEYS } from '../../helpers/providers/source-run.ts';

/** The host of a proxy in the recorded answers, and another one that takes its place. */
const HOSTS: Record<SourceKind, [string, string]> = {
  webshare: ['203.0.113.4', '203.0.113.40'],
  'proxy-seller': ['203.0.113.7', '203.0.113.70'],
  px6: ['203.0.113.250', '203.0.113.25'],
  'proxy-cheap': ['203.0.113.18', '203.0.113.180'],
  iproyal: ['203.0.113.5', '203.0.113.50'],
  url: ['m.example.com', 'n.example.com'],
};
/** Lists that do not say which proxy has taken the place of another one. */
const WITHOUT_SUCCESSORS: readonly SourceKind[] = ['iproyal', 'url'];

const moved = new Set<SourceKind>();
let isRefusing = false;

/** The recorded answer with dates that are never over, and after a move with the other host. */
function answerOf(kind: SourceKind, path: string, base: string): string {
  const answer = kind === 'px6' ? recorded('px6/nokey.json') : RECORDED_LISTS[kind](path, base);
  const text = JSON.stringify(answer)
    .replaceAll(/\b202[67]\b/g, '2099')
    .replaceAll('1815393041', '4070908800');
  return moved.has(kind) ? text.replaceAll(HOSTS[kind][0], HOSTS[kind][1]) : text;
}

async function serveKind(kind: SourceKind): Promise<ProviderServer> {
  const server: ProviderServer = await startProvider(({ pathname, search }) => ({
    ...(isRefusing && { status: 401 }),
    body: isRefusing ? { detail: `Unknown key ${PLANTED}.` } : answerOf(kind, pathname + search, server.url),
    headers: { 'content-type': 'application/json' },
  }));
  return server;
}

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({ allowPrivateProxies: true, sourceApiUrls: await apiUrls() });
});
afterAll(async () => {
  await bot.stop();
  for (const server of servers.values()) await server.stop();
});
afterEach(async () => {
  isRefusing = false;
  expect(await everything()).not.toContain(PLANTED);
});

const servers = new Map<SourceKind, ProviderServer>();

async function apiUrls(): Promise<Record<string, string>> {
  for (const kind of SOURCE_KINDS) servers.set(kind, await serveKind(kind));
  return Object.fromEntries([...servers].filter(([kind]) => kind !== 'url').map(([kind, { url }]) => [kind, url]));
}

function keyFor(kind: SourceKind): Record<string, string> {
  const key = { ...PLANTED_KEYS[kind], ...(kind === 'url' && { url: `${servers.get(kind)?.url}/list` }) };
  return Object.fromEntries(KEY_PARTS[kind].map(({ name, label }) => [label, String(Reflect.get(key, name))]));
}

const hostOf = async (username: string) => {
  const { rows } = await bot.database.pool.query(
    `select p.host from account_proxy_assignments a join proxies p on p.id = a.proxy_id
       join accounts c on c.id = a.account_id where c.username = $1`,
    [username],
  );
  return rows[0]?.host;
};

/** All that the bot has posted, logged and stored. */
async function everything(): Promise<string> {
  const messages = bot.ops.as('ada').messages();
  const { rows } = await bot.database.pool.query(
    `select to_jsonb(s)::text as row from sources s union all select to_jsonb(y)::text from source_syncs y
       union all select to_jsonb(l)::text from audit_log l union all select to_jsonb(p)::text from plans p`,
  );
  return JSON.stringify([messages.map(({ message }) => message), bot.log(), rows]);
}

const added = new Set<SourceKind>();

/** Adds a source of the kind, with its list, unless a test before has done so. */
async function addOnce(kind: SourceKind): Promise<void> {
  if (added.has(kind)) return;
  const opened = await bot.ops.as('ada').command('/source add', { name: kind, kind });
  const preview = await opened.submit(keyFor(kind));
  const count = kind === 'webshare' ? 2 : 1;
  expect(preview.text).toContain(`${kind}: ${count} new`);
  await preview.click(`Apply ${count}`);
  added.add(kind);
}

test.each(SOURCE_KINDS)('%s: the list is added, and an account follows its proxy to another host', async (kind) => {
  const [host, next] = HOSTS[kind];
  const found = async (column: string) => {
    const { rows } = await bot.database.pool.query(
      `select ${column} as value from proxies p join sources s on s.id = p.source_id where s.name = $1 and p.host = $2`,
      [kind, host],
    );
    return rows[0]?.value;
  };
  await addOnce(kind);
  const username = `user.${kind}`;
  await bot.ops.command('/account add', { username, model: kind });
  await bot.ops.command('/proxy unassign', { account: username });
  await bot.ops.command('/proxy assign', { account: username, proxy: `#${await found('p.id')}` });
  expect(await hostOf(username)).toBe(host);

  moved.add(kind);
  const sync = await bot.ops.command('/source sync', { source: kind });
  if (WITHOUT_SUCCESSORS.includes(kind)) {
    expect(sync.text).toMatch(/1 new, 1 missing/);
    await sync.click('Apply 1');
    expect(await hostOf(username)).toBe(host);
  } else {
    expect(sync.text).toContain('1 replaced');
    expect((await sync.click('Apply 1')).text).toContain('1 account moved');
    expect(await hostOf(username)).toBe(next);
    const history = await bot.ops.command('/proxy history', { account: username });
    expect([history.text.includes(host), history.text.includes(next)]).toEqual([true, true]);
  }
  expect(await findBroken(bot.database)).toEqual({});
});

test('no key is in a message, a log line or a row, also of a list that fails', async () => {
  for (const kind of SOURCE_KINDS) await addOnce(kind);
  isRefusing = true;
  for (const kind of SOURCE_KINDS) {
    const { text } = await bot.ops.command('/source sync', { source: kind });
    expect(text).toContain('rejects the key');
    expect(text).not.toContain('took effect');
  }
  const all = await everything();
  expect(all).toContain('rejects the key');
  expect(all).not.toContain(PLANTED);
});
