import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addVps, askApi } from '../../helpers/bot/api.ts';
import { API_TOKEN, startTestBot, type TestBot } from '../../helpers/bot/bot.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
  await bot.database.pool.query(`insert into vps (name, key) values ('East-1', 'east-1'), ('west-1', 'west-1')`);
  const list = { name: 'a.txt', data: Buffer.from('203.0.113.1:8080:ann:pw') };
  await (await bot.ops.command('/proxy import', { file: list })).click('Import 1');
  await bot.ops.command('/account add', { username: 'ann', model: 'Amber', vps: 'east-1' });
});
afterAll(() => bot.stop());

const ada = () => bot.ops.as('ada');
const tokenIn = (text: string) => /pops_\d+_[\w-]{43}/.exec(text)?.[0] ?? '';
const status = async (token: string) => (await askApi(bot, '/api/accounts/ann/proxy', { token })).status;

test('an admin creates a token, which only the admin sees, and which works at once', async () => {
  const shown = await ada().command('/vps token', { vps: 'east-1' });
  const token = tokenIn(shown.text);
  expect([shown.isEphemeral, token.length]).toEqual([true, expect.any(Number)]);
  expect(await status(token)).toBe(200);
  const seen = ['vera', 'otto', 'grace'].flatMap((user) => bot.ops.as(user as 'vera').messages());
  expect(seen.map((message) => message.text).join('\n')).not.toContain(token);
});

test('it is shown once: the list has its number and its last use, and not the token', async () => {
  const token = tokenIn((await ada().command('/vps token', { vps: 'EAST-1', action: 'create' })).text);
  const id = token.split('_')[1];
  const before = await ada().command('/vps token', { vps: 'East-1', action: 'list' });
  expect(before.text).toMatch(new RegExp(`\\*\\*${id}\\*\\* · never used`));
  await status(token);
  await expect
    .poll(async () => (await ada().command('/vps token', { vps: 'East-1', action: 'list' })).text)
    .toMatch(new RegExp(`\\*\\*${id}\\*\\* · last used <t:`));
  expect(before.text).not.toContain(token);
});

test('a token is revoked in the menu, and refused from then on; that of the next one works', async () => {
  const first = tokenIn((await ada().command('/vps token', { vps: 'east-1' })).text);
  const list = await ada().command('/vps token', { vps: 'east-1', action: 'revoke' });
  const after = await list.choose(`Revoke token ${first.split('_')[1]}`);
  expect(after.text).toContain('**Revoked**');
  expect(await status(first)).toBe(401);
  const second = tokenIn((await after.click('New token')).text);
  expect(await status(second)).toBe(200);
});

test('an unknown VPS is reported, and only admins get a token', async () => {
  expect((await ada().command('/vps token', { vps: 'nowhere' })).text).toContain('Unknown VPS “nowhere”');
  const refused = await bot.ops.command('/vps token', { vps: 'east-1' });
  expect([refused.isEphemeral, refused.text]).toEqual([true, expect.stringContaining('requires the admin role')]);
  expect(await ada().autocomplete('/vps token', 'vps', 'EAST')).toEqual([{ name: 'East-1', value: 'East-1' }]);
});

test('a VPS that is removed takes its tokens along', async () => {
  const token = await addVps(bot, 'short-lived');
  await bot.database.pool.query(`delete from vps where key = 'short-lived'`);
  await expect.poll(() => status(token)).toBe(401);
});

test('tokens stand in the database as hashes, in the audit log by number, and in no log', async () => {
  const token = tokenIn((await ada().command('/vps token', { vps: 'west-1' })).text);
  const secret = token.split('_').slice(2).join('_');
  await status(token);
  const tables = ['api_tokens', 'audit_log', 'idempotency_keys'];
  const dumps = await Promise.all(
    tables.map((table) => bot.database.pool.query(`select t::text as row from ${table} t`)),
  );
  const rows = dumps.flatMap((dump) => dump.rows.map((each) => each.row as string)).join('\n');
  expect(rows).toContain('vps.create_token');
  for (const hidden of [secret, Buffer.from(secret).toString('hex'), API_TOKEN]) {
    expect(rows).not.toContain(hidden);
    expect(bot.log()).not.toContain(hidden);
    expect(inspect(bot.services, { depth: 12, showHidden: true })).not.toContain(hidden);
  }
});
