import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AutocompleteName, autocomplete } from '../../src/commands/autocomplete.ts';
import { registry } from '../../src/commands/index.ts';
import type { Command } from '../../src/discord/define/command.ts';
import type { ProxyFilter } from '../../src/domain/proxies/filters.ts';
import type { Level } from '../../src/kit/level.ts';
import { plain, truncate } from '../../src/kit/text.ts';
import type { Services } from '../../src/services/services.ts';
import { askApi } from '../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
const LONG = `${'long.name.'.repeat(9)}end`;
const USERNAMES = ['ann', '08', '-dash', 'josé', LONG, '=1+1'];

beforeAll(async () => {
  bot = await startTestBot();
  const csv = [
    'host,port,username,password,provider,country,tags,label',
    '203.0.113.1,8080,u1,p1,Acme,DE,"Fast,eu",desk · one',
    '203.0.113.2,8080,u2,p2,Acme,DE,,"two, with a long label that goes on and on and on and on and on and on and on and on"',
    '203.0.113.3,8080,u3,p3,Øster,FR,rotating,',
    `${'very-long-name.'.repeat(12)}example,8080,u4,p4,Acme,FR,,`,
    '203.0.113.5,8080,u5,p5,Acme,FR,,',
    '203.0.113.6,8080,u6,p6,Cove,SE,,',
    '203.0.113.7,8080,u7,p7,Dune,SE,,',
    '203.0.113.8,8080,u8,p8,Cove,SE,"a,b",spare',
  ];
  const file = { name: 'a.csv', data: Buffer.from(csv.join('\n')) };
  await (await bot.ops.command('/proxy import', { file })).click('Import 8');
  for (const name of ['Nova', 'web 東京']) await bot.ops.command('/vps add', { name });
  for (const username of USERNAMES) await bot.ops.command('/account add', { username, model: 'Amber One' });
  await run(`insert into sources (name, key, kind, every_hours, mode, credential_id, key_sealed, next_sync_at, created_by)
    values ('Main 東京', 'main 東京', 'url', 6, 'ask', gen_random_uuid(), '\\x00', '2100-01-01', 'test')`);
  await bot.ops.command('/account add', { username: 'gone', model: 'Birch' });
  await (await bot.ops.command('/account remove', { account: 'gone' })).click('Remove');
  await (await bot.ops.command('/proxy remove', { proxy: '#5' })).click('Remove 1');
});
afterAll(() => bot.stop());

const commands = registry.handlers.filter(
  (each): each is Command<Services, AutocompleteName> => each.kind === 'command',
);

const found = async (filter: ProxyFilter) => (await bot.services.proxies.list({ ...filter, sort: 'number' })).total;

/** The entity that a value of each list finds; a new list needs a line here. */
const FOUND: Record<AutocompleteName, (value: string) => Promise<unknown>> = {
  proxy: (value) => bot.services.proxies.resolve(value),
  account: (value) => bot.services.accounts.resolve(value),
  actor: async (value) => (await bot.services.audit.list({ actor: value })).rows.map(({ id }) => id),
  entity: async (value) => (await bot.ops.as('ada').command('/audit', { entity: value })).text.split('\n').slice(2),
  vps: (value) => bot.services.vps.resolve(value),
  source: (value) => bot.services.sources.resolve(value),
  environment: (value) => bot.services.vps.oneOf(value),
  model: async (value) => (await bot.services.stats.model(value)).id,
  provider: (value) => bot.services.proxies.resolveProvider(value),
  country: async (value) => (await bot.services.proxies.list({ country: value, sort: 'number' })).total,
  tag: async (value) => (await bot.services.proxies.list({ tag: value, sort: 'number' })).total,
  filter_model: (value) => found({ model: value }),
  filter_provider: (value) => found({ provider: value }),
  filter_country: (value) => found({ country: value }),
  filter_tag: (value) => found({ tag: value }),
  filter_vps: async (value) => (await bot.services.accounts.list({ vps: value })).total,
  search: (value) => found({ search: value }),
};

test.each(Object.keys(autocomplete) as AutocompleteName[])(
  'a suggestion of the list %s is accepted by the text that it shows',
  async (list) => {
    const { suggest, read } = autocomplete[list];
    let tried = 0;
    for (const level of ['viewer', 'operator'] satisfies Level[]) {
      for (const { name, value } of await suggest({ services: bot.services, level }, '')) {
        const shown = truncate(plain(name), 100);
        expect(shown.length).toBeLessThanOrEqual(100);
        expect([shown, await FOUND[list](read(shown))]).toEqual([shown, await FOUND[list](value)]);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(0);
  },
);

test('the shown text arrives through the bot as its value, in whatever command', async () => {
  const [proxy] = await bot.ops.autocomplete('/proxy show', 'proxy', '203.0.113.2');
  expect(proxy?.name).toMatch(/^#2 203\.0\.113\.2:8080 · u2 · two, with/);
  expect((await bot.ops.command('/proxy show', { proxy: proxy?.name ?? '' })).text).toContain('203.0.113.2:8080');
  const [account] = await bot.ops.autocomplete('/account show', 'account', 'ann');
  expect(account?.name).toBe('ann · Amber One');
  expect((await bot.ops.command('/account show', { account: 'ann · Amber One' })).text).toContain('ann');
  const seen = await bot.ops.as('vera').autocomplete('/account show', 'account', '');
  const ann = seen.find(({ name }) => name.includes('a•••'))?.name ?? '';
  const masked = await bot.ops.as('vera').command('/account show', { account: ann });
  expect([masked.isEphemeral, masked.text.includes('a•••')]).toEqual([false, true]);
  const other = await bot.ops.command('/proxy show', { proxy: '#2 203.0.113.1:8080' });
  expect([other.isEphemeral, other.text]).toEqual([true, expect.stringContaining('Unknown proxy')]);
});

/** Options that make what they name. */
const MAKES = new Set(['account add model', 'account edit model', 'proxy edit set_provider', 'proxy edit set_country']);
for (const provider of ['source add', 'source edit']) MAKES.add(`${provider} provider`);
for (const environment of ['vps add', 'vps edit']) MAKES.add(`${environment} environment`);
/** Without a file these open a modal, which has tests of its own. */
const IMPORTS = new Set(['proxy import', 'account import']);
const GIVEN: Record<string, string> = {
  account: 'ann',
  proxy: '#1',
  vps: 'Nova',
  username: 'new.one',
  model: 'Amber One',
};

/** Other options that a command needs. */
const BESIDE: Record<string, Record<string, string | number>> = {
  'proxy edit': { set_label: 'x' },
  'source edit': { every: '6h' },
  'vps assign vps': { account: 'ann' },
  'proxy assign proxy': { account: 'ann' },
  'account edit vps': { account: 'ann' },
  'account edit filter_model': { label: 'x' },
  'account edit filter_vps': { label: 'x' },
  'account models model': { rename: 'Other' },
  'alerts maintenance': { hours: 1 },
};

const named = commands.flatMap((command) =>
  Object.entries(command.options)
    .filter(([, { autocomplete: list }]) => list !== undefined)
    .map(([option]) => ({ command, option, what: `${command.name} ${option}` }))
    // A search names nothing.
    .filter(({ what, option }) => !MAKES.has(what) && !IMPORTS.has(command.name) && option !== 'search'),
);

test.each(named)('/$what refuses what does not exist, with a sentence', async ({ command, option }) => {
  const required = Object.entries(command.options).filter(([, { isRequired }]) => isRequired);
  const others = Object.fromEntries(required.map(([name]) => [name, GIVEN[name] ?? 'x']));
  const set = BESIDE[`${command.name} ${option}`] ?? BESIDE[command.name] ?? {};
  const refused = await bot.ops.as('ada').command(`/${command.name}`, { ...others, ...set, [option]: 'nowhere-9' });
  expect(refused.isEphemeral).toBe(true);
  expect(refused.text).toMatch(/Unknown \w+|No proxies match|must be an ISO|Use one of/i);
  expect(refused.text).not.toContain('Something went wrong');
});

test.each([
  ['/vps assign', { vps: 'Nova', account: 'gone' }, 'The account “gone” was removed.'],
  ['/vps link', { vps: 'Nova', proxy: '#5' }, 'Proxy #5 was removed.'],
  ['/vps assign', { vps: 'Nova', account: '#4711' }, 'Unknown account'],
  ['/alerts mute', { proxy: '#5' }, 'Proxy #5 was removed.'],
  ['/alerts mute', { proxy: '#2147483648' }, 'Unknown proxy'],
  ['/proxy assign', { account: 'ann', proxy: '#5' }, 'Proxy #5 was removed.'],
  ['/proxy show', { proxy: '08' }, 'Unknown proxy'],
  ['/proxy show', { proxy: '99999999999999999999' }, 'Unknown proxy'],
  ['/account show', { account: '#08' }, 'Unknown account'],
  ['/account edit', { account: 'gone', label: 'x' }, 'was removed'],
  ['/audit', { entity: '#99999999999' }, 'Unknown proxy'],
])('%s %o is refused', async (command, options, sentence) => {
  const refused = await bot.ops.as('ada').command(command, options);
  expect([refused.isEphemeral, refused.text]).toEqual([true, expect.stringContaining(sentence)]);
});

test('filters take names in any case and in every form that an import takes', async () => {
  const total = async (filter: Record<string, string>) => (await bot.ops.command('/proxy list', filter)).options.length;
  expect(
    await Promise.all([{ provider: 'ACME' }, { provider: 'а\u200bcme' }, { provider: 'ａcme' }].map(total)),
  ).toEqual([3, 3, 3]);
  expect(
    await Promise.all([{ tag: 'fast' }, { tag: 'EU' }, { country: 'germany' }, { country: 'DEU' }].map(total)),
  ).toEqual([1, 1, 2, 2]);
  for (const query of ['provider=aCME&country=de', 'tag=FAST', 'provider=ａcme&tag=eu']) {
    const { items } = (await (await askApi(bot, `/api/proxies?${query}`)).json()) as { items: { id: number }[] };
    expect(items[0]?.id).toBe(1);
  }
});

test('what looks the same is the same, from a file, an option and the API', async () => {
  for (const name of ['nova', 'NOVA\u200b', 'ｎova']) {
    expect((await bot.ops.command('/vps add', { name })).text).toContain('already exists');
  }
  expect((await bot.ops.command('/vps add', { name: 'Νοva' })).text).toContain('Use one script');
  expect((await bot.ops.command('/vps edit', { vps: 'web 東京', name: 'nova' })).text).toContain('already');
  expect((await bot.ops.command('/account add', { username: '@ＡＮＮ', model: 'Amber One' })).text).toContain(
    'already',
  );
  const list = { name: 'b.csv', data: Buffer.from('host,port,provider\n203.0.113.9,80,cＯve\n') };
  await (await bot.ops.command('/proxy import', { file: list })).click('Import 1');
  await (await bot.ops.command('/proxy edit', { search: '203.0.113.7', set_provider: 'COVE' })).click('Apply 1');
  expect(await run(`select distinct provider from proxies where host in ('203.0.113.7', '203.0.113.9')`)).toEqual([
    { provider: 'Cove' },
  ]);
  expect(
    await run(
      `select provider from proxies where provider is not null group by provider order by provider collate "C"`,
    ),
  ).toEqual([{ provider: 'Acme' }, { provider: 'Cove' }, { provider: 'Øster' }]);
  const path = encodeURIComponent('@ａnn');
  expect((await askApi(bot, `/api/accounts/${path}/proxy`)).status).toBe(200);
  expect((await askApi(bot, `/api/vps/${encodeURIComponent('ＮＯva')}/map`)).status).toBe(200);
});

test('an account is found by its exact number or its username, and never by a number that merely parses', async () => {
  const [{ id: ann }, { id: eight }] = (await run(
    `select id from accounts where key in ('ann', '08') order by key = '08'`,
  )) as [{ id: number }, { id: number }];
  const status = async (name: string) => {
    const response = await askApi(bot, `/api/accounts/${encodeURIComponent(name)}/proxy`);
    const { account, code } = (await response.json()) as { account?: string; code?: string };
    return account ?? `${response.status} ${code}`;
  };
  expect(await status(`${ann}`)).toBe('ann');
  expect(await status('08')).toBe('08');
  for (const name of [`0${ann}`, `${ann}.0`, `+${ann}`, '2147483648', '99999999999999', '0', `#0${ann}`]) {
    expect([name, await status(name)]).toEqual([name, '404 account_unknown']);
  }
  await bot.ops.command('/account add', { username: `${eight}`, model: 'Amber One' });
  expect(await status(`${eight}`)).toBe('409 account_ambiguous');
  expect(await status('ann\u0000')).toBe('400 invalid');
});

const NUL = '\\u0000';
test.each([
  [
    'a key',
    `[{"us${NUL}er": "x", "username": "nul.one", "host": "203.0.113.70", "port": 80, "k${NUL}": 1, "\\ud800": 2}]`,
  ],
  ['a username', `[{"username": "a${NUL}b", "host": "203.0.113.71", "port": 80}]`],
  [
    'every value',
    `[{"username": "u${NUL}", "model": "m${NUL}", "vps": "v${NUL}", "label": "l${NUL}", "notes": "\\ud800"}]`,
  ],
  [
    'a proxy',
    `[{"host": "h${NUL}", "port": "8${NUL}", "password": "p${NUL}", "provider": "\\udfff", "tags": ["t${NUL}"]}]`,
  ],
  ['a text', `["203.0.113.72:80:u:p${NUL}", "a${NUL}:b", "\\ud800"]`],
])('NUL and halves of characters in %s of a file get an answer, never a fault', async (_what, body) => {
  const headers = { 'content-type': 'application/json' };
  for (const path of ['/api/proxies/import', '/api/accounts/import']) {
    const response = await askApi(bot, path, { method: 'POST', headers, body });
    expect([path, response.status < 500]).toEqual([path, true]);
  }
  const text = { name: 'a.csv', data: Buffer.from(`host,port,us\0er,k\0\n203.0.113.73,80,a\0,b\n${'x'.repeat(200)}`) };
  for (const command of ['/proxy import', '/account import', '/vps import']) {
    const json = await bot.ops.command(command, { file: { name: 'a.json', data: Buffer.from(body) } });
    const csv = await bot.ops.command(command, { file: text });
    expect([json.text, csv.text].some((each) => each.includes('Something went wrong'))).toBe(false);
  }
  expect(bot.log()).not.toContain('an interaction failed');
});

const edits = commands.flatMap((command) =>
  Object.entries(command.options).flatMap(([option, { isEdit }]) => (isEdit ? [{ command, option }] : [])),
);
const TARGET: Record<string, Record<string, string>> = {
  'account edit': { account: 'ann' },
  'proxy edit': { proxy: '#8' },
  'source edit': { source: 'Main 東京' },
  'vps edit': { vps: 'Nova' },
};

test('every command that edits has options that `-` clears', () => {
  const editing = commands.filter(({ name }) => name.endsWith(' edit')).map(({ name }) => name);
  expect([...new Set(edits.map(({ command }) => command.name))].toSorted()).toEqual(editing.toSorted());
  expect(editing.toSorted()).toEqual(Object.keys(TARGET).toSorted());
});

test('every option of an edit takes - as nothing, and all fields are empty after that', async () => {
  for (const { command, option } of edits) {
    const reply = await bot.ops.as('ada').command(`/${command.name}`, { ...TARGET[command.name], [option]: '-' });
    const isRequired = ['name', 'model', 'every'].includes(option);
    expect([command.name, option, reply.isEphemeral, reply.text]).toEqual([
      ...[command.name, option, isRequired],
      isRequired ? expect.stringMatching(/must have a (name|model|time)/) : expect.any(String),
    ]);
  }
  expect(await run(`select environment, host, region, notes, name from vps where key = 'nova'`)).toEqual([
    { environment: 'production', host: null, region: null, notes: null, name: 'Nova' },
  ]);
  expect(await run(`select vps_id, label, notes from accounts where key = 'ann'`)).toEqual([
    { vps_id: null, label: null, notes: null },
  ]);
  expect(await run(`select provider, country, city, label, tags, notes, expires_at from proxies where id = 8`)).toEqual(
    [{ provider: null, country: null, city: null, label: null, tags: [], notes: null, expires_at: null }],
  );
  expect(await run(`select key from models order by key`)).toEqual([{ key: 'amberone' }, { key: 'birch' }]);
});

test('a text of blanks, or with control characters, gets a sentence in every option', () => {
  let tried = 0;
  for (const { name, options } of commands) {
    for (const [option, { schema }] of Object.entries(options)) {
      if (!schema.safeParse('an ordinary text').success) continue;
      const words = (text: string) => schema.safeParse(text).error?.issues[0]?.message;
      expect([name, option, words(' \u00a0 '), words('a\u0000b')]).toEqual([
        ...[name, option, 'it is blank', 'it contains control characters'],
      ]);
      tried++;
    }
  }
  expect(tried).toBeGreaterThan(30);
});
