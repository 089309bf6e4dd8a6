import { once } from 'node:events';
import { Client, Events, GatewayIntentBits, type Interaction, Routes } from 'discord.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { connectOps, type Ops } from '../../helpers/ops/ops.ts';
import { type BareBot, startBareBot } from './bare-bot.ts';

let sandbox: Sandbox;
let bot: BareBot;
let ops: Ops;

const COMMANDS = [{ name: 'ping', description: 'Pong' }];

async function pong(interaction: Interaction): Promise<void> {
  if (interaction.isChatInputCommand()) await interaction.reply('pong');
}

beforeEach(async () => {
  sandbox = await startSandbox({ port: 0 });
  bot = await startBareBot(sandbox, COMMANDS, pong);
  ops = connectOps(sandbox);
});

afterEach(async () => {
  await bot.stop();
  await sandbox.stop();
});

function untilDisconnected(): Promise<true> {
  return sandbox.events.until(
    () => (sandbox.isBotConnected ? undefined : true),
    5_000,
    () => new Error('still connected'),
  );
}

test.each([{ announced: false }, { announced: true }])(
  'after a cut connection ($announced) the bot resumes and hears what it missed',
  async ({ announced }) => {
    const resumed = once(bot.client, Events.ShardResume);
    sandbox.faults.cutGateway({ canResume: true, announced });
    await untilDisconnected();
    const interaction = await sandbox.operator('otto').command('/ping');
    await resumed;
    await sandbox.events.until(
      () => interaction.answer,
      5_000,
      () => new Error('not answered'),
    );
    expect((await ops.command('/ping')).text).toBe('pong');
    expect(sandbox.violations).toEqual([]);
  },
);

test('a session that cannot be resumed is replaced', async () => {
  const ready = once(bot.client, Events.ShardReady);
  sandbox.faults.cutGateway({ canResume: false });
  await ready;
  expect((await ops.command('/ping')).text).toBe('pong');
});

test('after an outage of everything the bot comes back', async () => {
  const resumed = once(bot.client, Events.ShardResume);
  sandbox.faults.outage(true);
  await untilDisconnected();
  await expect(fetch(`${sandbox.apiUrl}/v10/gateway`)).rejects.toThrow();
  sandbox.faults.outage(false);
  await resumed;
  expect((await ops.command('/ping')).text).toBe('pong');
});

test('rate limits and server errors on order are waited out by discord.js, and are no fault of the bot', async () => {
  const channel = Routes.channel(sandbox.channelId);
  sandbox.faults.rateLimit({ route: 'GET /channels', count: 1, retryAfterMs: 30 });
  sandbox.faults.fail({ route: /\/channels\/\d+$/, status: 503, count: 2 });
  await bot.client.rest.get(channel);
  sandbox.faults.rateLimit({ count: 1, retryAfterMs: 30, global: true });
  await bot.client.rest.get(channel);
  const seen = sandbox.requests.filter(({ path }) => path === channel).map(({ status }) => status);
  expect(seen).toEqual([429, 503, 503, 200, 429, 200]);
  expect(sandbox.violations).toEqual([]);
});

test('a callback that is held up on its way for over three seconds is too late', async () => {
  sandbox.faults.delayCallbacks(3_100);
  await expect(ops.command('/ping')).rejects.toThrow('did not respond within 3 s');
});

test('a message that was deleted in the meantime cannot be edited', async () => {
  const reply = await ops.command('/ping');
  sandbox.faults.forgetMessage(reply.message.id);
  const edit = bot.client.rest.patch(Routes.channelMessage(sandbox.channelId, reply.message.id), {
    body: { content: 'x' },
  });
  await expect(edit).rejects.toMatchObject({ code: 10008 });
});

test('a wrong token is refused by REST and by the gateway', async () => {
  const client = new Client({ intents: [], rest: { api: sandbox.apiUrl } });
  await expect(client.login('wrong')).rejects.toThrow('An invalid token was provided');
  expect(
    await closeCodeAfter({ op: 2, d: { token: 'wrong', intents: 0, properties: { os: '', browser: '', device: '' } } }),
  ).toBe(4004);
});

test.each([
  ['nonsense', 'nonsense', 4002],
  ['an unknown opcode', { op: 99 }, 4001],
  ['a presence before the login', { op: 3, d: {} }, 4003],
  ['intents that do not exist', login(1 << 30), 4013],
])('the gateway closes on %s', async (_name, frame, code) => {
  expect(await closeCodeAfter(frame)).toBe(code);
});

test('an old version of the gateway is refused', async () => {
  expect(await closeCodeAfter(undefined, 9)).toBe(4012);
});

function login(intents: number) {
  return { op: 2, d: { token: 'FILLED IN', intents, properties: { os: '', browser: '', device: '' } } };
}

async function closeCodeAfter(frame: unknown, version = 10): Promise<number> {
  const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/gateway?v=${version}&encoding=json`);
  const closed = once(socket, 'close');
  await once(socket, 'open');
  if (frame) socket.send(JSON.stringify(frame).replace('FILLED IN', sandbox.botToken));
  const [code] = (await closed) as [number];
  return code;
}

test('messages reach the bot as far as its intents go', async () => {
  const all = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.MessageContent];
  const reader = await startBareBot(sandbox, COMMANDS, pong, { intents: all });
  const blind = await startBareBot(sandbox, COMMANDS, async () => undefined, { intents: all.slice(0, 2) });
  const seen = Promise.all([reader, blind].map(({ client }) => once(client, Events.MessageCreate)));
  await ops.post({ content: 'a list of proxies' });
  expect((await seen).flat().map((message) => message.content)).toEqual(['a list of proxies', '']);
  await reader.stop();
  await blind.stop();
});

test('another site in the same browser gets nothing', async () => {
  const ask = (headers: Record<string, string>) => fetch(`${sandbox.apiUrl}/v10/gateway`, { headers });
  expect((await ask({ origin: 'http://evil.example' })).status).toBe(403);
  expect((await ask({ origin: sandbox.url, authorization: `Bot ${sandbox.botToken}` })).status).toBe(200);
});
