import type { Client } from 'discord.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findSetupProblems } from '../../src/discord/setup-check.ts';
import { startTestBot, type TestBot } from '../helpers/bot/bot.ts';

const ELSEWHERE = '999999999999999999';
const ROLE_PROBLEM = `ADMIN_ROLE_IDS: This server has no role ${ELSEWHERE}. Copy the ID of the role again.`;
const CHANNEL_PROBLEM = `OPS_CHANNEL_ID: This server has no channel ${ELSEWHERE} that the bot can see. Copy the ID of the ops channel again; if the channel is private, add the bot to it.`;

let bot: TestBot;
beforeAll(async () => {
  const roles = { viewer: [], operator: [], admin: [ELSEWHERE] };
  bot = await startTestBot({ server: { opsChannelId: ELSEWHERE, roles } });
});
beforeEach(() => bot.database.pool.query(`delete from settings where key = 'alert_channel'`));
afterAll(() => bot.stop());

test('a channel and a role that the server does not have are named at the start, on /readyz and in /alerts settings', async () => {
  const warned = bot
    .log()
    .split('\n')
    .filter((line) => line.includes('"level":"warn"'))
    .map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(warned).toEqual([CHANNEL_PROBLEM, ROLE_PROBLEM]);
  const ready = await fetch(`${bot.apiUrl}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: 'ready', database: 'ok', discord: 'ok', setup: [CHANNEL_PROBLEM, ROLE_PROBLEM] },
  ]);
  // Grace owns the server, so that no role is needed.
  const shown = (await bot.ops.as('grace').command('/alerts settings')).text.replaceAll('\\', '');
  expect(shown).toContain(`⚠️ ${CHANNEL_PROBLEM}`);
  expect(shown).toContain(`⚠️ ${ROLE_PROBLEM}`);
});

test('another channel in the settings mends it', async () => {
  const saved = await bot.ops.as('grace').command('/alerts settings', { channel: bot.sandbox.channelId });
  expect(saved.text).not.toContain('channel 999');
  const { setup } = (await (await fetch(`${bot.apiUrl}/readyz`)).json()) as { setup: string[] };
  expect(setup).toEqual([ROLE_PROBLEM]);
});

test('missing permissions are named, and so is a server without any role', () => {
  const held = { has: (bit: bigint) => bit === 1024n };
  const channel = { name: 'ops', isTextBased: () => true, permissionsFor: () => held };
  const guild = {
    channels: { cache: new Map([['1', channel]]) },
    roles: { cache: new Map() },
    members: { me: {} },
  };
  const client = { guilds: { cache: new Map([['7', guild]]) } } as unknown as Client<true>;
  const roles = { viewer: [], operator: [], admin: [] };
  const found = findSetupProblems(client, {
    guildId: '7',
    roles,
    escalateRole: undefined,
    threads: true,
    channel: { id: '1', setting: 'OPS_CHANNEL_ID' },
  });
  expect(found.map(({ setting, problem }) => [setting, problem])).toEqual([
    ['OPS_CHANNEL_ID', 'In #ops the bot has no permission for: Send Messages, Attach Files, Read Message History.'],
    [
      '/alerts settings threads',
      'In #ops the bot has no permission for: Create Public Threads, Send Messages in Threads.',
    ],
    ['OPERATOR_ROLE_IDS', 'No role is set, so only members with Manage Server can use the bot.'],
  ]);
});
