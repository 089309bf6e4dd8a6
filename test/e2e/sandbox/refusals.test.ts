import {
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Interaction,
  MessageFlags,
  REST,
  Routes,
} from 'discord.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { connectOps, type Ops } from '../../helpers/ops/ops.ts';
import { type BareBot, startBareBot } from './bare-bot.ts';

const THREE_SECONDS = 3_000;
const FIFTEEN_MINUTES = 15 * 60_000;
const HOUR = 3_600_000;
const V2 = MessageFlags.IsComponentsV2;

let sandbox: Sandbox;
let bot: BareBot;
let ops: Ops;
let handle: (interaction: Interaction) => Promise<unknown>;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, lateEditsPerHour: 2 });
  const commands = [{ name: 'try', description: 'Tries something' }];
  bot = await startBareBot(sandbox, commands, (interaction) => handle(interaction), {
    rest: { rejectOnRateLimit: () => true },
  });
  ops = connectOps(sandbox);
});

beforeEach(() => {
  sandbox.violations.length = 0;
  bot.errors.length = 0;
});

afterAll(async () => {
  await bot.stop();
  await sandbox.stop();
});

/** Discord's refusal of a request: its code, and the codes by field. */
async function refusalOf(
  request: Promise<unknown>,
): Promise<{ status: number; code: number | string; errors: unknown }> {
  const error = await request.then(
    () => expect.unreachable('Discord would have refused this'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiscordAPIError)) throw error;
  const { errors } = error.rawError as { errors?: unknown };
  return { status: error.status, code: error.code, errors };
}

function answer(interaction: Interaction, body: unknown): Promise<unknown> {
  return bot.client.rest.post(Routes.interactionCallback(interaction.id, interaction.token), { body, auth: false });
}

/** Lets the bot try something first; whatever comes of it, it answers. */
async function attempt(act: (interaction: ChatInputCommandInteraction) => Promise<unknown>): Promise<unknown> {
  const outcome = Promise.withResolvers<unknown>();
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    outcome.resolve(await act(interaction));
    if (!interaction.replied && !interaction.deferred) await interaction.reply('tried');
  };
  await ops.command('/try');
  return outcome.promise;
}

test('a bot that takes over three seconds has lost the interaction', async () => {
  let refused: Promise<unknown> | undefined;
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    sandbox.clock.advance(THREE_SECONDS);
    refused = refusalOf(interaction.reply('too late'));
  };
  await expect(ops.command('/try')).rejects.toThrow('The bot did not respond within 3 s.');
  expect(await refused).toMatchObject({ status: 404, code: 10062 });
  expect(sandbox.violations.map(({ where, code }) => [where, code])).toEqual([
    ['interaction try', 0],
    [expect.stringMatching(/^POST \/interactions\/\d+\/…\/callback$/), 10062],
  ]);
});

test('an interaction is acknowledged once', async () => {
  expect(
    await attempt(async (interaction) => {
      await interaction.deferReply();
      const second = await refusalOf(answer(interaction, { type: 4, data: { content: 'again' } }));
      await interaction.editReply('first');
      return second;
    }),
  ).toMatchObject({ status: 400, code: 40060 });
});

test.each([
  ['a deferred update of no message', { type: 6 }],
  ['an update of no message', { type: 7, data: { content: 'x' } }],
  ['choices for a command', { type: 8, data: { choices: [] } }],
  ['a ping', { type: 1 }],
  ['nothing known', { type: 99 }],
])('%s is no answer to a command', async (_name, body) => {
  expect(await attempt((interaction) => refusalOf(answer(interaction, body)))).toMatchObject({
    status: 400,
    code: 50035,
    errors: { type: { _errors: [{ code: 'BASE_TYPE_CHOICES' }] } },
  });
});

test('a modal cannot answer a modal, nor follow a defer', async () => {
  const modal = {
    type: 9,
    data: {
      custom_id: 'f',
      title: 'F',
      components: [{ type: 18, label: 'Name', component: { type: 4, custom_id: 'n', style: 1 } }],
    },
  };
  let second: unknown;
  handle = async (interaction) => {
    if (interaction.isChatInputCommand()) await answer(interaction, modal);
    if (!interaction.isModalSubmit()) return;
    second = await refusalOf(answer(interaction, modal));
    await interaction.reply('saved');
  };
  const opened = await ops.command('/try');
  expect((await opened.submit({ Name: 'x' })).text).toBe('saved');
  expect(second).toMatchObject({ code: 50035, errors: { type: {} } });
  expect(
    await attempt(async (interaction) => {
      await interaction.deferReply();
      const refused = await refusalOf(answer(interaction, modal));
      await interaction.editReply('x');
      return refused;
    }),
  ).toMatchObject({ code: 40060 });
});

test('a defer carries the ephemeral flag and nothing else', async () => {
  expect(
    await attempt((interaction) => refusalOf(answer(interaction, { type: 5, data: { flags: V2 } }))),
  ).toMatchObject({
    code: 50035,
    errors: { data: { flags: { _errors: [{ code: 'MESSAGE_FLAGS' }] } } },
  });
});

test('the defer decides who sees its answer, and a different request is reported', async () => {
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply();
    await interaction.followUp({ content: 'secret', flags: MessageFlags.Ephemeral });
  };
  const reply = await ops.command('/try');
  expect(reply.isEphemeral).toBe(false);
  expect(sandbox.violations.map(({ message }) => message)).toEqual([
    'The follow-up wants to be ephemeral; the defer decided otherwise.',
  ]);
});

test('choices come at once, 25 at most, and of the right type', async () => {
  const body = (choices: unknown[]) => ({ type: 8, data: { choices } });
  const outcomes: unknown[] = [];
  handle = async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    outcomes.push(
      await refusalOf(answer(interaction, { type: 5 })),
      await refusalOf(
        answer(interaction, body(Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })))),
      ),
      await refusalOf(answer(interaction, body([{ name: 'x'.repeat(101), value: 'x' }]))),
      await refusalOf(answer(interaction, body([{ name: 'x', value: 7 }]))),
    );
    await interaction.respond([]);
  };
  const typed = {
    name: 'typed',
    description: 'Typed',
    options: [{ type: 3 as const, name: 'in', description: 'In', autocomplete: true }],
  };
  await bot.client.application.commands.create(typed, sandbox.guildId);
  expect(await ops.autocomplete('/typed', 'in', 'x')).toEqual([]);
  expect(outcomes.map((outcome) => (outcome as { code: number }).code)).toEqual([50035, 50035, 50035, 50035]);
});

test('an interaction’s token lives fifteen minutes, and begins with the answer', async () => {
  let early: unknown;
  const answered = Promise.withResolvers<ChatInputCommandInteraction>();
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    const followUp = Routes.webhook(interaction.applicationId, interaction.token);
    early = await refusalOf(bot.client.rest.post(followUp, { body: { content: 'x' }, auth: false }));
    await interaction.reply('now');
    answered.resolve(interaction);
  };
  const reply = await ops.command('/try');
  const interaction = await answered.promise;
  expect(early).toMatchObject({ status: 404, code: 10015 });
  sandbox.clock.advance(FIFTEEN_MINUTES + 1);
  expect(await refusalOf(interaction.editReply('later'))).toMatchObject({ status: 401, code: 50027 });
  const asBot = Routes.channelMessage(sandbox.channelId, reply.message.id);
  await bot.client.rest.patch(asBot, { body: { content: 'as the bot' } });
  expect(reply.refresh().text).toBe('as the bot');
});

test('a message older than an hour takes a few edits an hour', async () => {
  const channel = await bot.client.channels.fetch(sandbox.channelId);
  if (!channel?.isSendable()) return expect.unreachable();
  const message = await channel.send('incident');
  sandbox.clock.advance(HOUR + 1);
  await message.edit('1');
  await message.edit('2');
  const refused = await fetch(`${sandbox.apiUrl}/v10${Routes.channelMessage(channel.id, message.id)}`, {
    method: 'PATCH',
    headers: { authorization: `Bot ${sandbox.botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content: '3' }),
  });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_590);
  expect(await refused.json()).toMatchObject({ code: 30046 });
  await expect(message.edit('3')).rejects.toThrow();
  sandbox.clock.advance(HOUR + 1);
  await message.edit('4');
});

test('unknown routes, ids, tokens and versions are refused in Discord’s words', async () => {
  const { rest } = bot.client;
  const message = (id: string) => Routes.channelMessage(sandbox.channelId, id);
  expect(await refusalOf(rest.get('/guilds/1/nonsense'))).toMatchObject({ status: 404, code: 0 });
  expect(await refusalOf(rest.put(Routes.channelTyping(sandbox.channelId)))).toMatchObject({ status: 405 });
  expect(await refusalOf(rest.get(message('1')))).toMatchObject({ status: 404, code: 10008 });
  expect(await refusalOf(rest.get(Routes.channelMessages('1')))).toMatchObject({ code: 10003 });
  expect(await refusalOf(rest.get(Routes.guild('1')))).toMatchObject({ status: 403, code: 50001 });
  const stranger = new REST({ api: sandbox.apiUrl, version: '10' }).setToken('wrong');
  expect(await refusalOf(stranger.get(Routes.user()))).toMatchObject({ status: 401, code: 0 });
  const old = new REST({ api: sandbox.apiUrl, version: '9' }).setToken(sandbox.botToken);
  expect(await refusalOf(old.get(Routes.user()))).toMatchObject({ status: 400, code: 50041 });
  const posted = await ops.post({ content: 'mine' });
  expect(await refusalOf(rest.patch(message(posted.id), { body: { content: 'x' } }))).toMatchObject({ code: 50005 });
  expect(sandbox.violations.length).toBe(8);
});

test('messages that would be empty, V2 beside content, or with files that are nowhere are refused', async () => {
  const send = (body: unknown, files: { name: string; data: Buffer }[] = []) =>
    refusalOf(bot.client.rest.post(Routes.channelMessages(sandbox.channelId), { body, files }));
  const file = { name: 'a.csv', data: Buffer.from('x') };
  expect(await send({})).toMatchObject({ code: 50006 });
  expect(await send({ content: 'x', surprise: 1 })).toMatchObject({
    errors: { surprise: { _errors: [{ code: 'UNKNOWN_KEY' }] } },
  });
  expect(await send({ content: 'x', flags: MessageFlags.Ephemeral })).toMatchObject({ errors: { flags: {} } });
  expect(await send({ flags: V2, content: 'x', components: [{ type: 10, content: 'y' }] })).toMatchObject({
    errors: { content: {} },
  });
  expect(await send({ components: [{ type: 10, content: 'no flag' }] })).toMatchObject({
    code: 50035,
    errors: { components: { 0: {} } },
  });
  expect(
    await send({ flags: V2, components: [{ type: 13, file: { url: 'attachment://b.csv' } }] }, [file]),
  ).toMatchObject({ code: 50035 });
  expect(await send({ flags: V2, components: [{ type: 10, content: 'y' }] }, [file])).toMatchObject({ code: 50035 });
  expect(await send({ content: 'x', attachments: [{ id: '7' }] }, [file])).toMatchObject({
    errors: { attachments: {} },
  });
  expect(await send({ content: 'x' }, [{ name: 'big', data: Buffer.alloc(10 * 1024 * 1024 + 1) }])).toMatchObject({
    status: 413,
    code: 40005,
  });
});

test('the driver shows what was refused, and the channel', async () => {
  await ops.post({ content: 'the last words' });
  handle = async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply({ content: 'x'.repeat(2001) }).catch(() => undefined);
    sandbox.clock.advance(THREE_SECONDS);
  };
  await expect(ops.command('/try')).rejects.toThrow(
    /did not respond within 3 s[\s\S]*50035 Invalid Modal Body[\s\S]*content: Must be 2000 or fewer[\s\S]*otto: the last words/,
  );
});
