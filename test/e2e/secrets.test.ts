import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBot, type TestBot } from '../helpers/bot.ts';

const SECRETS = ['Pl4ntedPassw0rd', 'pl4nted-link-token', 'Pl4ntedInABadLine'];

let bot: TestBot;
beforeAll(async () => {
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

  const visible = bot.ops
    .as('vera')
    .messages()
    .map((each) => JSON.stringify(each.message))
    .join('\n');
  const tables = ['plans', 'import_rows', 'import_rejections', 'proxies', 'audit_log', 'list_queries', 'import_undo'];
  const dumps = await Promise.all(
    tables.map((table) => bot.database.pool.query(`select t::text as row from ${table} t`)),
  );
  const rows = dumps.flatMap((dump) => dump.rows.map((each) => each.row as string)).join('\n');
  const places = {
    rejected,
    visible,
    rows,
    log: bot.log(),
    services: inspect(bot.services, { depth: 12, showHidden: true }),
  };
  for (const secret of [...SECRETS, bot.encryptionKey.toString('base64'), bot.encryptionKey.toString('hex')]) {
    const hex = Buffer.from(secret).toString('hex');
    for (const [place, content] of Object.entries(places)) {
      expect(content.includes(secret), `${secret} in ${place}`).toBe(false);
      expect(content.includes(hex), `${secret} in hex in ${place}`).toBe(false);
    }
  }
});
