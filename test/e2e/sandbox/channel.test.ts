import { ApplicationCommandOptionType, type Interaction, Locale, Routes } from 'discord.js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ROLE_IDS, USER_IDS } from '../../../sandbox/server/ids.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { connectOps } from '../../helpers/ops/ops.ts';
import { type BareBot, startBareBot } from './bare-bot.ts';

const GO = { name: 'go', description: 'Goes' };

let sandbox: Sandbox;
let bot: BareBot;
let handle: (interaction: Interaction) => Promise<unknown> = async () => undefined;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  bot = await startBareBot(sandbox, [GO], (interaction) => handle(interaction));
});

afterEach(() => {
  expect(sandbox.violations).toEqual([]);
});

afterAll(async () => {
  await bot.stop();
  await sandbox.stop();
});

async function opsChannel() {
  const channel = await bot.client.channels.fetch(sandbox.channelId);
  if (!channel?.isSendable() || channel.isDMBased()) return expect.unreachable();
  return channel;
}

test('the server, its members and its roles can be read', async () => {
  const guild = await bot.client.guilds.fetch(sandbox.guildId);
  const ada = await guild.members.fetch(USER_IDS.ada);
  expect(ada.roles.cache.has(ROLE_IDS.admin)).toBe(true);
  expect((await guild.roles.fetch()).map((role) => role.name)).toContain('operator');
  expect((await guild.members.fetchMe()).permissions.has('ManageMessages')).toBe(true);
  expect((await bot.client.application.fetch()).id).toBe(bot.client.user.id);
  await (await opsChannel()).sendTyping();
});

test('messages are sent, paged through, replied to and deleted', async () => {
  const channel = await opsChannel();
  const earlier = await channel.messages.fetch({ limit: 100 });
  const sent = [await channel.send('one'), await channel.send('two'), await channel.send('three')];
  const reply = await sent[0]?.reply('to one');
  expect(reply?.reference?.messageId).toBe(sent[0]?.id);
  const page = await channel.messages.fetch({ limit: 2, before: sent[2]?.id ?? '' });
  expect(page.map((message) => message.content)).toEqual(['two', 'one']);
  const later = await channel.messages.fetch({ limit: 2, after: sent[0]?.id ?? '' });
  expect(later.map((message) => message.content)).toEqual(['three', 'two']);
  await channel.bulkDelete(sent);
  const left = (await channel.messages.fetch({ limit: 100 })).filter(({ id }) => !earlier.has(id));
  expect(left.map((message) => message.content)).toEqual(['to one']);
  await reply?.delete();
});

test('a message that is sent again with its nonce is not doubled', async () => {
  const channel = await opsChannel();
  const send = () => channel.send({ content: 'alert', nonce: 'incident-7', enforceNonce: true });
  expect((await send()).id).toBe((await send()).id);
});

test('a reply to a message that is gone is sent alone where the bot says so', async () => {
  const channel = await opsChannel();
  const sent = await channel.send('soon gone');
  await sent.delete();
  const alone = await channel.send({
    content: 'goes on',
    reply: { messageReference: sent.id, failIfNotExists: false },
  });
  expect(alone.reference).toBeNull();
  await expect(
    channel.send({ content: 'x', reply: { messageReference: sent.id, failIfNotExists: true } }),
  ).rejects.toMatchObject({ code: 50035 });
  sandbox.violations.length = 0;
});

test('an answer comes back with its message where the bot asks for it', async () => {
  await bot.client.application.commands.set([GO], sandbox.guildId);
  const answered = Promise.withResolvers<unknown[]>();
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    const response = await interaction.reply({ content: 'here', withResponse: true });
    const fetched = await interaction.fetchReply();
    answered.resolve([response.resource?.message?.id, fetched.id, fetched.interactionMetadata?.user.id]);
  };
  const { message } = await connectOps(sandbox).command('/go');
  expect(await answered.promise).toEqual([message.id, message.id, USER_IDS.otto]);
});

test('commands are registered, kept by name, changed and deleted, with Discord’s defaults filled in', async () => {
  const { commands } = bot.client.application;
  const { guildId } = sandbox;
  const list = {
    name: 'list',
    description: 'Lists',
    nameLocalizations: { [Locale.German]: 'liste' },
    options: [
      { name: 'sort', description: 'Order', type: ApplicationCommandOptionType.String as const, required: false },
    ],
  };
  // discord.js hands out one object a command and changes it, so what it says has to be noted at once.
  const note = async () => (await commands.set([list], guildId)).map(({ id, version }) => ({ id, version }))[0];
  const first = await note();
  expect(await note()).toEqual(first);
  const raw = (await bot.client.rest.get(
    Routes.applicationGuildCommands(bot.client.application.id, guildId),
  )) as object[];
  expect(raw[0]).toMatchObject({
    options: [{ type: 3, name: 'sort', description: 'Order' }],
    contexts: null,
    default_member_permissions: null,
  });
  expect(raw[0]).not.toHaveProperty('name_localizations');
  expect(raw[0]).not.toHaveProperty('options.0.required');
  const localized = await commands.fetch({ guildId, withLocalizations: true });
  expect(localized.first()?.nameLocalizations).toEqual({ de: 'liste' });
  const edited = await commands.edit(first?.id ?? '', { description: 'Lists all' }, guildId);
  expect([edited.id, edited.description, edited.version === first?.version]).toEqual([first?.id, 'Lists all', false]);
  await commands.delete(edited.id, guildId);
  expect((await commands.fetch({ guildId })).size).toBe(0);
  expect((await commands.fetch()).size).toBe(0);
});
