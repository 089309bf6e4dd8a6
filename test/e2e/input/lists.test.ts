import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../../helpers/bot/bot.ts';
import { type ListKind, previewed, WAYS, WAYS_IN } from '../../helpers/ops/ways-in.ts';
import { emptyPool } from '../../helpers/pool/empty-pool.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(() => bot.stop());
beforeEach(() => emptyPool(bot.database));

const SECRET = 's3cret';
const FULL = '😀'.repeat(50);

/** A row of a list: what is imported of it, if anything, and what the answer says of it. */
interface Row {
  row: string;
  wants?: string;
  says?: RegExp;
}

interface List {
  kind: ListKind;
  /** The ending says what a file holds. */
  name: string;
  rows: Row[];
}

/**
 * Accounts are imported as `username · model`, proxies as their URL with what else is known of them.
 */
const LISTS: Record<string, List> = {
  'accounts with passwords, profiles and two columns for the username': {
    kind: 'accounts',
    name: 'list.csv',
    rows: [
      { row: 'login,username,model', says: /username/ },
      { row: `ann:${SECRET},,Amber`, says: /may be a username and its password/ },
      { row: `"bea ${SECRET}",,Amber` },
      { row: `cyd|${SECRET},,Amber` },
      { row: 'dora,other,Amber', wants: 'dora · Amber' },
      { row: 'https://www.example.com/@eva?lang=de,,Amber', wants: 'eva · Amber' },
      { row: 'https://example.com/fay/photos/7,,Amber', says: /not that of one profile/ },
    ],
  },
  'accounts with what a spreadsheet has damaged, and a header in the middle': {
    kind: 'accounts',
    name: 'list.csv',
    rows: [
      { row: 'username,model,vps' },
      { row: '1.78414E+16,Amber,', says: /spreadsheet rounded this number/ },
      { row: '#REF!,Amber,', says: /error of the spreadsheet/ },
      { row: 'ann,#N/A,' },
      { row: 'bea,Amber,#NAME?' },
      { row: 'cyd,Amber,', wants: 'cyd · Amber' },
      { row: 'model,username,vps' },
      { row: 'Bella,dora,', wants: 'dora · Bella' },
    ],
  },
  'accounts below title rows, with names in several spellings and at their limits': {
    kind: 'accounts',
    name: 'list.csv',
    rows: [
      { row: 'Accounts of Amber', says: /above the header row/ },
      { row: 'username,model,vps' },
      { row: '@ａnn,Amber One,', wants: 'ａnn · Amber One' },
      { row: 'ANN\u200b,amberone,', says: /duplicate/ },
      { row: 'bea,ＡＭＢＥＲ\u00a0ＯＮＥ,', wants: 'bea · Amber One' },
      { row: `${FULL},Amber One,`, wants: `${FULL} · Amber One` },
      { row: `${FULL}x,Amber One,`, says: /username must be at most 100/ },
      { row: `cyd,${'x'.repeat(101)},`, says: /model must be at most 100/ },
      { row: 'dora,Amber One,nowhere-9', says: /nowhere-9/ },
    ],
  },
  'accounts of an export, with names that a spreadsheet would take for formulas': {
    kind: 'accounts',
    name: 'list.csv',
    rows: [
      { row: 'vps,environment,proxy,address,account,model,documented,notes' },
      { row: `,,,,'=1+1,'-Amber,,`, wants: '=1+1 · -Amber' },
    ],
  },
  'accounts in lines': {
    kind: 'accounts',
    name: 'list.txt',
    rows: [
      { row: `ann:${SECRET}, Amber`, says: /may be a username and its password/ },
      { row: `bea ${SECRET}, Amber` },
      { row: '1.78414E+16, Amber', says: /spreadsheet rounded this number/ },
      ...Array.from({ length: 20 }, (_, n) => ({ row: `user.${n}, Amber`, wants: `user.${n} · Amber` })),
      { row: 'model, username' },
      { row: 'Bella, example.com/@cyd', wants: 'cyd · Bella' },
    ],
  },
  'accounts in JSON': {
    kind: 'accounts',
    name: 'list.json',
    rows: [
      { row: `[{"username": "ann;${SECRET}", "model": "Amber"},`, says: /may be a username and its password/ },
      { row: '{"username": 17841400000000000001, "model": "Amber"},', says: /write it in quotes/ },
      { row: '{"username": "17841400000000000001", "model": "Amber"},', wants: '17841400000000000001 · Amber' },
      { row: '{"username": "#N/A", "model": "Amber"},', says: /error of the spreadsheet/ },
      { row: '{"login": "bea", "username": "other", "model": "ａmber"}]', wants: 'bea · Amber', says: /username/ },
    ],
  },
  'proxies below a title row, with columns of one meaning, and a header in the middle': {
    kind: 'proxies',
    name: 'list.csv',
    rows: [
      { row: 'Proxies of Acme', says: /no host and port found/ },
      { row: 'ip,host,port,username,login,password', says: /\bip\b[\s\S]*\bhost\b[\s\S]*\blogin\b/ },
      { row: `203.0.113.9,203.0.113.1,80,ann,bea,${SECRET}`, wants: `http://ann:${SECRET}@203.0.113.1:80` },
      { row: 'label,host,port' },
      { row: 'desk,203.0.113.2,81', wants: 'http://203.0.113.2:81 desk' },
    ],
  },
  'proxies with names in several spellings and at their limits': {
    kind: 'proxies',
    name: 'list.csv',
    rows: [
      { row: 'host,port,provider,country,label' },
      { row: '203.0.113.1,80,Acme,Germany,', wants: 'http://203.0.113.1:80 Acme DE' },
      { row: '203.0.113.2,80,ａＣme\u200b,uk,', wants: 'http://203.0.113.2:80 Acme GB' },
      { row: '203.0.113.3,80,,ZZ,', says: /must be an ISO 3166-1 code/ },
      { row: `203.0.113.4,80,,,${FULL}`, wants: `http://203.0.113.4:80 ${FULL}` },
      { row: `203.0.113.5,80,,,${FULL}x`, says: /label must be at most 100/ },
    ],
  },
};

const IMPORTED: Record<ListKind, () => Promise<string[]>> = {
  async accounts() {
    const { rows } = await bot.database.pool.query<{ found: string }>(
      `select a.username || ' · ' || m.name as found from accounts a join models m on m.id = a.model_id
       where a.removed_at is null order by a.id`,
    );
    return rows.map(({ found }) => found);
  },
  async proxies() {
    const { rows } = await bot.database.pool.query<{ id: number; found: (string | null)[] }>(
      `select id, array[provider, country, label] as found from proxies where removed_at is null order by id`,
    );
    return Promise.all(rows.map(async ({ id, found }) => [await urlOf(id), ...found.filter(Boolean)].join(' ')));
  },
};

async function urlOf(id: number): Promise<string> {
  const { proxy } = await bot.services.proxies.show(id);
  const { username, password } = await bot.services.proxies.credentials({ id: 'system', name: 'test' }, id);
  const login = username === '' ? '' : `${username}:${password ?? ''}@`;
  return `${proxy.type}://${login}${proxy.host}:${proxy.port}`;
}

describe.each(Object.entries(LISTS))('%s', (_what, { kind, name, rows }) => {
  test.each(WAYS_IN)('mean the same by %s', async (way) => {
    const read = await WAYS[way](bot, kind, { name, text: rows.map(({ row }) => row).join('\n') });
    for (const { says } of rows) if (says) expect(read.shown).toMatch(says);
    expect(read.shown).not.toContain(SECRET);
    await read.import();
    expect(await IMPORTED[kind]()).toEqual(rows.flatMap(({ wants = [] }) => wants));
  });
});

describe.each(['csv', 'json'] as const)('an export of proxies as %s', (format) => {
  const exported = async () => {
    const [file] = (await bot.ops.command('/proxy export', { format, credentials: true })).files;
    return (await file?.bytes())?.toString() ?? '';
  };
  /** The number of a row is another one after an import. */
  const withoutNumber = (text: string) => text.replace(/^\d+,/m, '').replace(/"id":\d+,/, '');

  test.each(WAYS_IN)('is read back unchanged by %s', async (way) => {
    const fields = {
      label: '=1+1',
      notes: `'-2\n+3`,
      tags: ['@a', '-b'],
      provider: '=Acme',
      city: '-x',
      country: 'DE',
    };
    const row = { host: '203.0.113.1', port: 80, username: '=ann', password: `'+x`, ...fields };
    await (await WAYS[way](bot, 'proxies', { name: 'a.json', text: JSON.stringify([row]) })).import();
    const text = await exported();
    await emptyPool(bot.database);
    await (await WAYS[way](bot, 'proxies', { name: `proxies.${format}`, text })).import();
    expect([withoutNumber(await exported()), await IMPORTED.proxies()]).toEqual([
      withoutNumber(text),
      [`http://=ann:'+x@203.0.113.1:80 =Acme DE =1+1`],
    ]);
  });
});

/** Mappings of VPS come as files only. */
test('a file of mappings follows the same rules', async () => {
  const proxies = { name: 'a.txt', text: '203.0.113.1:80\n203.0.113.2:80' };
  await (await WAYS['a request of the API'](bot, 'proxies', proxies)).import();
  await bot.ops.command('/account add', { username: 'ann', model: 'Amber' });
  const rows = [
    'Machines of Amber',
    'vps,server,host,port,account,notes',
    `Nova,other,203.0.113.1,80,ann:${SECRET},`,
    '#REF!,,203.0.113.1,80,,',
    `${FULL}x,,203.0.113.1,80,,`,
    'Nova,,203.0.113.1,80,https://example.com/@ann,from a profile',
    'account,vps,proxy',
    ',ｎＯＶＡ\u200b,203.0.113.2:80',
  ];
  const file = { name: 'a.csv', data: Buffer.from(rows.join('\n')) };
  const preview = await bot.ops.command('/vps import', { file });
  const { shown } = await previewed(preview);
  for (const says of [
    /line 1: It is above the header row/,
    /line 3: It may be a username and its password/,
    /line 4: The cell holds an error of the spreadsheet/,
    /^5,The name of the VPS must be at most 100/m,
    /Ignored columns: `server`/,
  ]) {
    expect(shown).toMatch(says);
  }
  expect(shown).not.toContain(SECRET);
  await preview.click('Apply 4');
  const { rows: links } = await bot.database.pool.query(
    `select v.name, p.host, l.notes from vps_proxy_mappings l join vps v on v.id = l.vps_id join proxies p on p.id = l.proxy_id order by host`,
  );
  expect(links).toEqual([
    { name: 'Nova', host: '203.0.113.1', notes: 'from a profile' },
    { name: 'Nova', host: '203.0.113.2', notes: null },
  ]);
});

test('no password of these lists is in the log or the audit log', async () => {
  const { rows } = await bot.database.pool.query('select * from audit_log');
  expect(bot.log() + JSON.stringify(rows)).not.toContain(SECRET);
});
