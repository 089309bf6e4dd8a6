import {
  ActionRowBuilder,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  ContainerBuilder,
  FileBuilder,
  type Interaction,
  MessageFlags,
  TextDisplayBuilder,
} from 'discord.js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ROLE_IDS, USER_IDS } from '../../../sandbox/server/ids.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { connectOps, type Ops } from '../../helpers/ops/ops.ts';
import { type BareBot, startBareBot } from './bare-bot.ts';

const COMMANDS = [
  {
    name: 'proxy',
    description: 'Proxies',
    options: [
      {
        name: 'import',
        description: 'Reads a file',
        type: ApplicationCommandOptionType.Subcommand as const,
        options: [
          { name: 'file', description: 'File', type: ApplicationCommandOptionType.Attachment as const },
          {
            name: 'type',
            description: 'Type',
            type: ApplicationCommandOptionType.String as const,
            choices: [
              { name: 'HTTP', value: 'http' },
              { name: 'SOCKS5', value: 'socks5' },
            ],
          },
        ],
      },
      {
        name: 'show',
        description: 'Shows one',
        type: ApplicationCommandOptionType.Subcommand as const,
        options: [
          {
            name: 'proxy',
            description: 'Which',
            type: ApplicationCommandOptionType.String as const,
            required: true,
            autocomplete: true,
          },
          { name: 'days', description: 'Days', type: ApplicationCommandOptionType.Integer as const, min_value: 1 },
        ],
      },
    ],
  },
  { name: 'Import proxies', type: ApplicationCommandType.Message as const },
];

let sandbox: Sandbox;
let bot: BareBot;
let ops: Ops;
let handle: (interaction: Interaction) => Promise<unknown>;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  bot = await startBareBot(sandbox, COMMANDS, (interaction) => handle(interaction));
  ops = connectOps(sandbox);
});

afterEach(() => {
  expect(bot.errors).toEqual([]);
  expect(sandbox.violations).toEqual([]);
});

afterAll(async () => {
  await bot.stop();
  await sandbox.stop();
});

const V2 = MessageFlags.IsComponentsV2;

function card(...parts: (TextDisplayBuilder | ActionRowBuilder<ButtonBuilder>)[]) {
  const container = new ContainerBuilder();
  for (const part of parts) {
    if (part instanceof TextDisplayBuilder) container.addTextDisplayComponents(part);
    else container.addActionRowComponents(part);
  }
  return container;
}

function text(content: string): TextDisplayBuilder {
  return new TextDisplayBuilder({ content });
}

function buttons(...ids: string[]): ActionRowBuilder<ButtonBuilder> {
  return new ActionRowBuilder<ButtonBuilder>().addComponents(
    ids.map((id) => new ButtonBuilder().setCustomId(id).setLabel(id).setStyle(ButtonStyle.Primary)),
  );
}

test('a file given to a command reaches the bot with its bytes, and the answer is what replaces the deferred one', async () => {
  const received: string[] = [];
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply();
    const file = interaction.options.getAttachment('file', true);
    received.push(file.name, await (await fetch(file.url)).text(), interaction.options.getString('type', true));
    await interaction.editReply({
      flags: V2,
      components: [card(text('# Preview'), text('120 new'), buttons('Import 120', 'Cancel'))],
    });
  };
  const reply = await ops.command('/proxy import', {
    file: { name: 'my list.csv', data: 'host,port\n' },
    type: 'http',
  });
  expect(received).toEqual(['my_list.csv', 'host,port\n', 'http']);
  expect(reply.text).toBe('# Preview\n120 new');
  expect(reply.buttons).toEqual(['Import 120', 'Cancel']);
  expect(reply.isEphemeral).toBe(false);
});

test('an ephemeral answer is seen by the caller alone', async () => {
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await interaction.editReply({ flags: V2, components: [text('for you')] });
  };
  const reply = await ops.command('/proxy import');
  expect(reply.isEphemeral).toBe(true);
  expect(ops.messages().at(-1)?.text).toBe('for you');
  expect(
    ops
      .as('vera')
      .messages()
      .some((message) => message.text === 'for you'),
  ).toBe(false);
  await expect(
    bot.client.rest.get(`/channels/${sandbox.channelId}/messages/${reply.message.id}`),
  ).rejects.toMatchObject({ code: 10008 });
  sandbox.violations.length = 0;
});

test('an error after a public defer is shown only to the caller after the answer is deleted', async () => {
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply();
    await interaction.deleteReply();
    await interaction.followUp({ flags: V2 | MessageFlags.Ephemeral, components: [text('It went wrong')] });
  };
  const before = ops.as('olga').messages().length;
  const reply = await ops.command('/proxy import');
  expect(reply.text).toBe('It went wrong');
  expect(reply.isEphemeral).toBe(true);
  expect(ops.as('olga').messages()).toHaveLength(before);
});

test('a click updates the message, or adds one that the clicker alone sees', async () => {
  handle = async (interaction) => {
    if (interaction.isChatInputCommand())
      await interaction.reply({ flags: V2, components: [card(buttons('Import 2', 'Credentials'))] });
    if (!interaction.isButton()) return;
    if (interaction.customId === 'Import 2') {
      await interaction.update({ components: [text(`Imported by ${interaction.user.displayName}`)] });
    } else {
      await interaction.deferUpdate();
      await interaction.followUp({ flags: V2 | MessageFlags.Ephemeral, components: [text('user:secret')] });
    }
  };
  const reply = await ops.command('/proxy import');
  const secret = await ops
    .as('olga')
    .waitFor((message) => message.message.id === reply.message.id)
    .then((seen) => seen.click('Credentials'));
  expect([secret.text, secret.isEphemeral]).toEqual(['user:secret', true]);
  expect(ops.messages().some((message) => message.text === 'user:secret')).toBe(false);
  const done = await reply.click('Import 2');
  expect(done.text).toBe('Imported by Otto');
  expect(done.message.id).toBe(reply.message.id);
  expect(done.buttons).toEqual([]);
  await expect(done.click('Import 2')).rejects.toThrow('No button says "Import 2"; there are: none.');
});

test('what a bot sends after its answer can be waited for', async () => {
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.reply({ flags: V2, components: [text('0 of 2')] });
    await interaction.editReply({ components: [text('2 of 2')] });
    await interaction.followUp({
      content: 'summary',
      files: [new AttachmentBuilder(Buffer.from('a,b\n')).setName('slow.csv')],
    });
  };
  const reply = await ops.command('/proxy import');
  const summary = await reply.waitForNext();
  expect((await reply.waitFor((now) => now.text === '2 of 2')).message.edited_timestamp).not.toBeNull();
  expect(summary.text).toBe('summary');
  expect(summary.files.map((file) => file.name)).toEqual(['slow.csv']);
  expect(String(await summary.files[0]?.bytes())).toBe('a,b\n');
});

test('a file of a V2 message is shown by a component, and is not among the attachments', async () => {
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.reply({
      flags: V2,
      components: [text('rejected lines'), new FileBuilder().setURL('attachment://rejected.csv')],
      files: [new AttachmentBuilder(Buffer.from('line,reason\n')).setName('rejected.csv')],
    });
  };
  const reply = await ops.command('/proxy import');
  expect(reply.message.attachments).toEqual([]);
  expect(String(await reply.files[0]?.bytes())).toBe('line,reason\n');
});

test('autocomplete is requested while a person types', async () => {
  handle = async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    const { name, value } = interaction.options.getFocused(true);
    await interaction.respond([{ name: `${name} ${value}`, value: `#${value}` }]);
  };
  expect(await ops.autocomplete('/proxy show', 'proxy', '10')).toEqual([{ name: 'proxy 10', value: '#10' }]);
});

test('the Apps menu of a message hands the bot that message with its files, whatever its intents', async () => {
  handle = async (interaction) => {
    if (!interaction.isMessageContextMenuCommand()) return;
    const file = interaction.targetMessage.attachments.first();
    await interaction.reply(
      `${interaction.targetMessage.content} ${file?.name} ${await (await fetch(file?.url ?? '')).text()}`,
    );
  };
  const posted = await ops.as('vera').post({ content: 'new ones', files: [{ name: 'p.txt', data: '1.2.3.4:80' }] });
  expect((await ops.messageCommand('Import proxies', posted)).text).toBe('new ones p.txt 1.2.3.4:80');
});

test('an interaction tells who acts, with roles and rights, and what may be uploaded', async () => {
  let seen: unknown;
  handle = async (interaction) => {
    if (!interaction.isChatInputCommand() || !interaction.inCachedGuild()) return;
    seen = {
      user: interaction.user.id,
      roles: [...interaction.member.roles.cache.keys()].filter((id) => id !== sandbox.guildId),
      isManager: interaction.memberPermissions.has('ManageGuild'),
      canUpload: interaction.appPermissions.has('AttachFiles'),
      limit: interaction.attachmentSizeLimit,
      locale: interaction.locale,
      channel: interaction.channelId,
    };
    await interaction.reply('ok');
  };
  await ops.as('ada').command('/proxy import');
  expect(seen).toEqual({
    user: USER_IDS.ada,
    roles: [ROLE_IDS.admin],
    isManager: false,
    canUpload: true,
    limit: 10 * 1024 * 1024,
    locale: 'en-US',
    channel: sandbox.channelId,
  });
  await ops.as('grace').command('/proxy import');
  expect(seen).toMatchObject({ user: USER_IDS.grace, roles: [], isManager: true });
});

test('what Discord’s client does not let pass never reaches the bot', async () => {
  handle = async () => expect.unreachable();
  await expect(ops.command('/proxy show')).rejects.toThrow('The option "proxy" is required');
  await expect(ops.command('/proxy import', { type: 'ftp' })).rejects.toThrow('must be one of: HTTP, SOCKS5');
  await expect(ops.command('/proxy show', { proxy: '#1', days: 0 })).rejects.toThrow('must be at least 1');
  await expect(ops.command('/proxy show', { proxy: '#1', days: 1.5 })).rejects.toThrow('a whole number');
  await expect(ops.command('/proxy import', { fil: 'x' })).rejects.toThrow('Known: file, type');
  await expect(ops.command('/proxy')).rejects.toThrow('import, show');
});
