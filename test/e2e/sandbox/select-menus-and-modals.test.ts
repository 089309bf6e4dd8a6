import {
  ActionRowBuilder,
  FileUploadBuilder,
  type Interaction,
  LabelBuilder,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { connectOps, type Ops } from '../../helpers/ops/ops.ts';
import { type BareBot, startBareBot } from './bare-bot.ts';

let sandbox: Sandbox;
let bot: BareBot;
let ops: Ops;
let handle: (interaction: Interaction) => Promise<unknown>;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  const commands = [{ name: 'ask', description: 'Asks something' }];
  bot = await startBareBot(sandbox, commands, (interaction) => handle(interaction));
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

test('a menu gives the values that were chosen', async () => {
  const menu = new StringSelectMenuBuilder()
    .setCustomId('pick')
    .setMinValues(1)
    .setMaxValues(2)
    .addOptions(['a', 'b', 'c'].map((value) => ({ label: `Proxy ${value}`, value })));
  handle = async (interaction) => {
    if (interaction.isChatInputCommand()) {
      await interaction.reply({ components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu)] });
    }
    if (interaction.isStringSelectMenu())
      await interaction.update({ content: interaction.values.join('+'), components: [] });
  };
  const reply = await ops.command('/ask');
  expect(reply.options).toEqual(['Proxy a', 'Proxy b', 'Proxy c']);
  expect((await reply.choose('Proxy c', 'Proxy a')).text).toBe('c+a');
  await expect(reply.choose('Proxy z')).rejects.toThrow('"Proxy a", "Proxy b", "Proxy c"');
});

test('a modal takes text and files, and its answer may be a message', async () => {
  const modal = new ModalBuilder()
    .setCustomId('import.modal')
    .setTitle('Import proxies')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('A file')
        .setFileUploadComponent(new FileUploadBuilder().setCustomId('file').setRequired(false)),
      new LabelBuilder()
        .setLabel('Or a list')
        .setTextInputComponent(
          new TextInputBuilder().setCustomId('list').setStyle(TextInputStyle.Paragraph).setRequired(false),
        ),
    );
  handle = async (interaction) => {
    if (interaction.isChatInputCommand()) await interaction.showModal(modal);
    if (!interaction.isModalSubmit()) return;
    const files = interaction.fields.getUploadedFiles('file');
    const contents = await Promise.all(
      [...(files?.values() ?? [])].map(async (file) => (await fetch(file.url)).text()),
    );
    await interaction.reply(`${contents.join()}|${interaction.fields.getTextInputValue('list')}`);
  };
  const opened = await ops.command('/ask');
  expect(opened.modal?.title).toBe('Import proxies');
  expect(opened.modal?.fields.map((field) => field.label)).toEqual(['A file', 'Or a list']);
  const reply = await opened.submit({ 'A file': { name: 'p.txt', data: '1.2.3.4:80' }, 'Or a list': 'x:1' });
  expect(reply.text).toBe('1.2.3.4:80|x:1');
  await expect(opened.submit({ Nonsense: 'x' })).rejects.toThrow('No field "Nonsense"');
});
