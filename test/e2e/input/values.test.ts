import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askApi } from '../../helpers/bot/api.ts';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import type { Reply } from '../../helpers/ops/ops.ts';

let bot: TestBot;
const run = async (statement: string) => (await bot.database.pool.query(statement)).rows;
const allRows = () => run('select * from accounts, vps, proxies order by accounts.id, vps.id, proxies.id');
beforeAll(async () => {
  bot = await startTestBot();
  const text = 'host,port,provider,label\n203.0.113.1,80,Acme,desk\n203.0.113.2,80,Acme,\n203.0.113.3,80,Acme,rack';
  const file = { name: 'a.csv', data: Buffer.from(text) };
  await (await bot.ops.command('/proxy import', { file })).click('Import 3');
  await bot.ops.command('/vps add', { name: 'Nova' });
  for (const username of ['ann', 'bea']) {
    await bot.ops.command('/account add', { username, model: 'Amber', vps: 'Nova', label: 'desk' });
  }
  await run(`update proxies set country = 'DE' where id in (2, 3)`);
});
afterAll(async () => {
  expect(bot.sandbox.violations).toEqual([]);
  await bot.stop();
});

const SECRET = 's3cret';
const json = (body: unknown, method = 'POST'): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

/** The answer of the bot to a value, and whether it is a refusal. */
interface Answered {
  text: string;
  isRefused: boolean;
}
type Way = (value: string) => Promise<Answered>;

const replied = (reply: Reply): Answered => ({ text: reply.text, isRefused: reply.isEphemeral });
const command =
  (path: string, option: string, others: Record<string, string> = {}): Way =>
  async (value) =>
    replied(await bot.ops.command(path, { ...others, [option]: value }));

/** Opens a modal, replaces one field, and sends the rest as it is. */
const modal =
  (path: string, options: Record<string, string>, { label, button }: { label: string; button?: string }): Way =>
  async (value) => {
    const shown = await bot.ops.command(path, options);
    const opened = button === undefined ? shown : await shown.click(button);
    const fields = opened.modal?.fields ?? [];
    const rest = fields.flatMap(({ label: name, component }) => (component.value ? [[name, component.value]] : []));
    return replied(await opened.submit({ ...Object.fromEntries(rest), [label]: value }));
  };
const api =
  (ask: (value: string) => [path: string, init?: RequestInit]): Way =>
  async (value) => {
    const [path, init] = ask(value);
    const response = await askApi(bot, path, init);
    return { text: await response.text(), isRefused: response.status >= 400 };
  };

const accountModal = (label: string, account = 'ann') => modal('/account edit', { account }, { label });
const accountImport = { 'Or paste a list': 'zoe' };
const importModal =
  (path: string, list: Record<string, string>, label: string): Way =>
  async (value) =>
    replied(await (await bot.ops.command(path)).submit({ ...list, [label]: value }));
const proxyImport = { 'Or paste a list': '203.0.113.99:80' };
const proxyModal = (label: string, proxy = '#1') => modal('/proxy show', { proxy }, { label, button: 'Edit' });
const importQuery = (kind: 'proxies' | 'accounts', name: string, body: string) =>
  api((value) => [
    `/api/${kind}/import?${name}=${encodeURIComponent(value)}`,
    { method: 'POST', body, headers: { 'content-type': 'text/plain' } },
  ]);

const USERNAME = { 'an option': command('/account add', 'username', { model: 'Amber' }) };
/** Every way in which a person or a program gives one value of a field. */
const MODEL = {
  'an option': command('/account add', 'model', { username: 'new.one' }),
  'an option of an edit': command('/account edit', 'model', { account: 'ann' }),
  'the modal of an edit': accountModal('Model'),
  'the modal of an import': importModal('/account import', accountImport, 'Model'),
  'the query of an import': importQuery('accounts', 'model', 'zoe'),
};
const VPS = {
  'an option': command('/account add', 'vps', { username: 'new.one', model: 'Amber' }),
  'an option of an edit': command('/account edit', 'vps', { account: 'ann' }),
  'the modal of an edit': accountModal('VPS'),
  'the modal of an import': importModal('/account import', { ...accountImport, Model: 'Amber' }, 'VPS'),
  'the query of an import': importQuery('accounts', 'model=Amber&vps', 'zoe'),
};
const COUNTRY = {
  'an option of an edit': command('/proxy edit', 'set_country', { proxy: '#1' }),
  'the modal of an edit': proxyModal('Country'),
  'an option of an import': async (value: string) => {
    const file = { name: 'a.txt', data: Buffer.from('203.0.113.99:80') };
    return replied(await bot.ops.command('/proxy import', { file, country: value }));
  },
  'the modal of an import': importModal('/proxy import', proxyImport, 'Country'),
  'the query of an import': importQuery('proxies', 'country', '203.0.113.99:80'),
  'a filter': command('/proxy list', 'country'),
  PATCH: api((country) => ['/api/proxies/1', json({ country }, 'PATCH')]),
  'a filter of the API': api((country) => [`/api/proxies?country=${encodeURIComponent(country)}`]),
};
/** Those of them that change proxy #1. */
const COUNTRY_EDITS = new Set(['an option of an edit', 'the modal of an edit', 'PATCH']);
const LABEL = {
  'an option': command('/account add', 'label', { username: 'new.one', model: 'Amber' }),
  'an option of an edit': command('/account edit', 'label', { account: 'ann' }),
  'the modal of an edit': accountModal('Label'),
};
const VPS_NAME = {
  'an option': command('/vps add', 'name'),
  'an option of an edit': command('/vps edit', 'name', { vps: 'Nova' }),
};

/** Values, in which ways they are given, and the sentence with which all of them refuse it. */
const REFUSED: [what: string, values: string[], ways: Record<string, Way>, says: RegExp][] = [
  [
    'a username with a password',
    [`ann:${SECRET}`, `ann ${SECRET}`, `ann|${SECRET}`, `ann----${SECRET}`, `a@b.example:${SECRET}`],
    USERNAME,
    /may be a username and its password/,
  ],
  ['an address that is not a profile', ['https://example.com/', 'example.com/a/photos/7'], USERNAME, /not that of one/],
  ['a damaged username', ['1.78414E+16', '#REF!'], USERNAME, /spreadsheet/],
  ['a damaged model', ['1.78414E+16', '#N/A'], MODEL, /spreadsheet|1 {2}invalid|"invalid":1/],
  ['a damaged label', ['#REF!'], LABEL, /spreadsheet/],
  ['a damaged VPS', ['#REF!'], { ...VPS, ...VPS_NAME }, /spreadsheet|Unknown VPS/],
  ['a VPS that does not exist', ['nowhere-9'], VPS, /Unknown VPS “nowhere-9”/],
  ['a country that does not exist', ['ZZ', 'Atlantis'], COUNTRY, /must be an ISO 3166-1 code/],
  ['a name that mixes scripts', ['Νοva'], VPS_NAME, /Use one script/],
  ['a name that looks like another one', ['nova', 'ＮＯＶＡ\u200b'], { 'an option': VPS_NAME['an option'] }, /already/],
];

describe.each(REFUSED)('%s', (_what, values, ways, says) => {
  test.each(Object.keys(ways))('is refused by %s', async (way) => {
    const stored = await allRows();
    for (const value of values) {
      const { text, isRefused } = (await ways[way]?.(value)) ?? { text: '', isRefused: false };
      expect([value, text]).toEqual([value, expect.stringMatching(says)]);
      expect(text).not.toContain(SECRET);
      // An import shows it as a rejected row of its preview.
      expect([value, isRefused || text.includes('invalid')]).toEqual([value, true]);
    }
    expect(await allRows()).toEqual(stored);
  });
});

const TAKEN: [what: string, values: string[], ways: Record<string, Way>][] = [
  ['a country in every spelling', ['DE', 'deu', 'Germany', ' germany\u200b'], COUNTRY],
  [
    'a model in every spelling',
    ['amber', 'ＡＭＢＥＲ', ' am ber\u200b'],
    { ...MODEL, 'an option': command('/account list', 'model') },
  ],
  [
    'a VPS in every spelling',
    ['nova', 'ＮＯＶＡ', ' Nova\u200b'],
    { ...VPS, 'an option': command('/account list', 'vps') },
  ],
];

describe.each(TAKEN)('%s', (_what, values, ways) => {
  test.each(Object.keys(ways))('is taken by %s, and no other name comes of it', async (way) => {
    await run('update proxies set country = null where id = 1');
    for (const value of values) {
      const { text, isRefused } = (await ways[way]?.(value)) ?? { text: '', isRefused: true };
      expect([value, text, isRefused]).toEqual([value, text, false]);
      expect(text).not.toMatch(/[1-9]\d* {2}(?:invalid|unknown VPS)|"(?:invalid|no_vps)":[1-9]/);
    }
    expect(await run('select name from models')).toEqual([{ name: 'Amber' }]);
    expect(await run('select name from vps')).toEqual([{ name: 'Nova' }]);
    const country = ways === COUNTRY && COUNTRY_EDITS.has(way) ? 'DE' : null;
    expect(await run('select country from proxies where id = 1')).toEqual([{ country }]);
  });
});

test('an account is found by the address of its profile', async () => {
  for (const account of ['https://example.com/@ann', 'example.com/ann?lang=de', '@ann', 'ＡＮＮ']) {
    const shown = await bot.ops.command('/account show', { account });
    expect([account, shown.isEphemeral, shown.text]).toEqual([account, false, expect.stringContaining('`ann`')]);
  }
});

test.each([
  ['/account add', { username: ' \u00a0 ', model: 'Amber' }],
  ['/account edit', { account: 'ann', label: '\u3000' }],
  ['/proxy edit', { proxy: '#1', set_label: '  ' }],
  ['/vps add', { name: '\u00a0' }],
  ['/proxy import', { provider: ' ' }],
  ['/proxy list', { search: ' ' }],
])('%s with an option of blanks gets a sentence', async (path, options) => {
  const refused = await bot.ops.command(path, options);
  expect([refused.isEphemeral, refused.text]).toEqual([true, expect.stringContaining('it is blank')]);
});

test('a hyphen, and an empty field, clear in the modals as in the options', async () => {
  await bot.ops.command('/account edit', { account: 'bea', notes: 'on leave' });
  for (const label of ['VPS', 'Label', 'Notes']) await accountModal(label, 'bea')(label === 'Label' ? '' : '-');
  expect(await run(`select vps_id, label, notes from accounts where key = 'bea'`)).toEqual([
    { vps_id: null, label: null, notes: null },
  ]);
  for (const label of ['Provider', 'Country', 'Label']) await proxyModal(label, '#3')(label === 'Label' ? '' : '-');
  expect(await run(`select provider, country, label from proxies where id = 3`)).toEqual([
    { provider: null, country: null, label: null },
  ]);
});

test('null clears in PATCH, where a hyphen is a text', async () => {
  await askApi(bot, '/api/proxies/2', json({ label: '-', notes: 'x', tags: ['a'] }, 'PATCH'));
  expect(await run('select label, notes, tags from proxies where id = 2')).toEqual([
    { label: '-', notes: 'x', tags: ['a'] },
  ]);
  await askApi(bot, '/api/proxies/2', json({ label: null, notes: null, tags: [] }, 'PATCH'));
  expect(await run('select label, notes, tags from proxies where id = 2')).toEqual([
    { label: null, notes: null, tags: [] },
  ]);
});

test.each([
  ['GET', '/api/accounts/nowhere-9/proxy', undefined, '404 account_unknown'],
  ['POST', '/api/accounts/nowhere-9/proxy/report', { outcome: 'timeout' }, '404 account_unknown'],
  ['POST', '/api/proxies/assign', { account: 'nowhere-9' }, '404 account_unknown'],
  ['POST', '/api/proxies/assign', { account: 'ann', proxy: 4711, reassign: true }, '404 proxy_unknown'],
  ['GET', '/api/vps/nowhere-9/map', undefined, '404 vps_unknown'],
  ['PATCH', '/api/proxies/4711', { label: 'x' }, '404 proxy_unknown'],
  ['DELETE', '/api/proxies/4711', undefined, '404 proxy_unknown'],
  ['POST', '/api/proxies/import?mode=commit&plan=4711', undefined, '404 import_unknown'],
] as const)('%s %s of what does not exist is refused', async (method, path, body, wanted) => {
  const response = await askApi(bot, path, body ? json(body, method) : { method });
  const { code } = (await response.json()) as { code: string };
  expect(`${response.status} ${code}`).toBe(wanted);
});

test('a list of the API is empty for a name that no proxy has, since a program may ask before there is one', async () => {
  for (const query of ['model=nowhere-9', 'provider=nowhere-9', 'tag=nowhere-9', 'country=AQ']) {
    const response = await askApi(bot, `/api/proxies?${query}`);
    expect([query, response.status, await response.json()]).toEqual([query, 200, { items: [], total: 0, next: null }]);
  }
});
