import { subscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_TOKEN, startTestBot, type TestBot } from '../helpers/bot/bot.ts';

const SECRETS = ['Pl4ntedPassw0rd', 'pl4nted-link-token', 'Pl4ntedInABadLine'];

let bot: TestBot;
/** Fastify itself, which it announces as it is made. */
let http: unknown;
beforeAll(async () => {
  subscribe('fastify.initialization', (message) => {
    http = (message as { fastify: unknown }).fastify;
  });
  bot = await startTestBot();
});
afterAll(() => bot.stop());

test('a planted secret is in no message but the ephemeral one, in no log, no audit entry and no column in the clear', async () => {
  const text = [
    '203.0.113.1:8080:ann:Pl4ntedPassw0rd[https://api.example.com/refresh?key=pl4nted-link-token]',
    'ann:Pl4ntedInABadLine@10.0.0.1:8080',
    '203.0.113.5:99999:ann:Pl4ntedInABadLine',
    'vless://Pl4ntedInABadLine@203.0.113.6:443',
    'what is this Pl4ntedInABadLine even',
  ].join('\n');
  const preview = await bot.ops.command('/proxy import', { file: { name: 'secret.txt', data: Buffer.from(text) } });
  const rejected = (await preview.files[0]?.bytes())?.toString() ?? '';
  expect(rejected.split('\r\n').length).toBeGreaterThan(4);
  await preview.click('Import 1');
  const card = await bot.ops.command('/proxy show', { proxy: '#1' });
  await bot.ops.command('/proxy list');
  const credentials = await card.click('Credentials');
  expect(credentials.text).toContain('Pl4ntedPassw0rd');
  expect(credentials.text).toContain('pl4nted-link-token');
  // A fault on the way: a broken row makes the services throw with parameters in their hands.
  await bot.database.pool.query(`update proxies set password_sealed = '\\x01'`);
  expect((await card.refresh().click('Credentials')).text).toMatch(/Something went wrong.*Ref/s);

  // A token of a VPS is shown once, to one person, and stored nowhere.
  await bot.ops.command('/vps add', { name: 'nova' });
  const shown = await bot.ops.as('ada').command('/vps token', { vps: 'nova' });
  // The random part may have a "_" itself.
  const [token = '', random = ''] = /pops_\d+_([\w-]{43})/.exec(shown.text) ?? [];
  expect([shown.isEphemeral, random.length]).toEqual([true, 43]);
  await bot.ops.command('/proxy test', { proxy: '#1' });

  const visible = bot.ops
    .as('vera')
    .messages()
    .map((each) => JSON.stringify(each.message))
    .join('\n');
  const server = inspect(http, { depth: 12, showHidden: true });
  expect(server).toContain('fastify.routeByFastify');
  const places = {
    server,
    rejected,
    visible,
    exports: await exports(),
    rows: await allRows(),
    api: await answers(token),
    log: bot.log(),
    services: inspect(bot.services, { depth: 12, showHidden: true }),
  };
  const secrets = [...SECRETS, random, API_TOKEN];
  for (const secret of [...secrets, bot.encryptionKey.toString('base64'), bot.encryptionKey.toString('hex')]) {
    const hex = Buffer.from(secret).toString('hex');
    for (const [place, content] of Object.entries(places)) {
      expect(content.includes(secret), `${secret} in ${place}`).toBe(false);
      expect(content.includes(hex), `${secret} in hex in ${place}`).toBe(false);
    }
  }
});

/** The pool as files without credentials. */
async function exports(): Promise<string> {
  const files = await Promise.all(
    ['csv', 'json', 'text'].map(async (format) =>
      (await bot.ops.command('/proxy export', { format })).files[0]?.bytes(),
    ),
  );
  expect(files.every((file) => file?.includes('203.0.113.1'))).toBe(true);
  return files.join('\n');
}

/** Every column of every table there is, the job queue's too. */
async function allRows(): Promise<string> {
  const { rows: tables } = await bot.database.pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThan(20);
  const dumps = await Promise.all(
    tables.map(({ name }) => bot.database.pool.query<{ row: string }>(`select t::text as row from ${name} t`)),
  );
  return dumps.flatMap((dump) => dump.rows.map((each) => each.row)).join('\n');
}

/** Answers of the API about itself and the pool, and its refusals. */
async function answers(token: string): Promise<string> {
  const ask = async (path: string, bearer?: string) => {
    const response = await fetch(new URL(path, bot.apiUrl), {
      headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
    });
    return `${JSON.stringify([...response.headers])}\n${await response.text()}`;
  };
  const said = await Promise.all([
    ask('/docs/json'),
    ask('/metrics'),
    ask('/api/proxies', API_TOKEN),
    ask('/api/proxies', token),
    ask('/api/proxies?token=Pl4ntedPassw0rd', 'wrong'),
    ask('/api/accounts/nobody/proxy', token),
  ]);
  expect(said[2]).toContain('203.0.113.1');
  return said.join('\n');
}
