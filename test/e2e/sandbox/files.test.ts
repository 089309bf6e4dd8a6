import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Interaction,
  MessageFlags,
} from 'discord.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { USER_IDS } from '../../../sandbox/server/ids.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { FileStore } from '../../../sandbox/server/state/store.ts';
import { connectOps } from '../../helpers/ops/ops.ts';
import { type BareBot, startBareBot } from './bare-bot.ts';

const DAY = 24 * 3_600_000;
const COMMANDS = [{ name: 'report', description: 'Reports' }];

let folder: string;
let sandbox: Sandbox;
let bot: BareBot;

async function report(interaction: Interaction): Promise<void> {
  const button = new ButtonBuilder().setCustomId('more').setLabel('More').setStyle(ButtonStyle.Secondary);
  const row = new ActionRowBuilder<ButtonBuilder>().addComponents(button);
  const file = new AttachmentBuilder(Buffer.from('a,b\n')).setName('report.csv').setDescription('All of it');
  if (interaction.isChatInputCommand())
    await interaction.reply({ content: 'report', components: [row], files: [file] });
  if (interaction.isButton()) await interaction.update({ content: 'more' });
}

async function start(): Promise<void> {
  sandbox = await startSandbox({ port: 0, store: new FileStore(folder) });
  bot = await startBareBot(sandbox, COMMANDS, report);
}

async function stop(): Promise<void> {
  await bot.stop();
  await sandbox.stop();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  await start();
});

afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
  // A bot that failed did not respond: its error says why.
  expect(bot.errors).toEqual([]);
});

test('after a restart messages, files, buttons and commands are still there, and still work', async () => {
  const before = await connectOps(sandbox).command('/report');
  const commandId = (await bot.client.application.commands.fetch({ guildId: sandbox.guildId })).firstKey();
  await stop();
  await start();
  const commands = await bot.client.application.commands.fetch({ guildId: sandbox.guildId });
  expect(commands.firstKey()).toBe(commandId);
  const [after] = connectOps(sandbox).messages();
  expect(after?.message.id).toBe(before.message.id);
  expect(String(await after?.files[0]?.bytes())).toBe('a,b\n');
  expect((await after?.click('More'))?.text).toBe('more');
  expect(sandbox.violations).toEqual([]);
});

test('links to files are signed, last a day, and can be refreshed', async () => {
  const reply = await connectOps(sandbox).command('/report');
  const [attachment] = reply.message.attachments;
  const url = attachment?.url ?? '';
  expect(attachment).toMatchObject({ filename: 'report.csv', size: 4, description: 'All of it' });
  expect((await fetch(url.replace(/hm=./, 'hm=x'))).status).toBe(404);
  sandbox.clock.advance(DAY + 1_000);
  expect((await fetch(url)).status).toBe(404);
  const { refreshed_urls: urls } = (await bot.client.rest.post('/attachments/refresh-urls', {
    body: { attachment_urls: [url] },
  })) as {
    refreshed_urls: { original: string; refreshed: string }[];
  };
  expect(urls[0]?.original).toBe(url);
  expect(await (await fetch(urls[0]?.refreshed ?? '')).text()).toBe('a,b\n');
});

test('an edit keeps the files that it names and drops the rest', async () => {
  const reply = await connectOps(sandbox).command('/report');
  const channel = await bot.client.channels.fetch(sandbox.channelId);
  if (!channel?.isTextBased()) return expect.unreachable();
  const message = await channel.messages.fetch(reply.message.id);
  await message.edit({
    files: [new AttachmentBuilder(Buffer.from('c')).setName('c.txt')],
    attachments: [...message.attachments.values()],
  });
  expect(reply.refresh().files.map(({ name }) => name)).toEqual(['report.csv', 'c.txt']);
  await message.edit({ attachments: [] });
  expect(reply.refresh().files).toEqual([]);
  await expect(reply.files[0]?.bytes()).rejects.toThrow('404');
});

test('downloads go wrong on order', async () => {
  const { message } = await connectOps(sandbox).command('/report');
  const url = message.attachments[0]?.url ?? '';
  sandbox.faults.attachment('report.csv', 'missing');
  expect((await fetch(url)).status).toBe(404);
  sandbox.faults.attachment('report.csv', { redirect: 'http://127.0.0.1:9/elsewhere' });
  expect((await fetch(url, { redirect: 'manual' })).headers.get('location')).toBe('http://127.0.0.1:9/elsewhere');
  sandbox.faults.attachment('report.csv', 'hang');
  expect(await readSome(url, 2)).toBe('a,');
  sandbox.faults.clear();
  sandbox.faults.attachment(url, 'endless');
  expect((await readSome(url, 1_000_000)).length).toBeGreaterThanOrEqual(1_000_000);
  sandbox.faults.clear();
  expect(await (await fetch(url)).text()).toBe('a,b\n');
});

/** Reads until there are so many bytes, and hangs up. */
async function readSome(url: string, bytes: number): Promise<string> {
  const abort = new AbortController();
  const response = await fetch(url, { signal: abort.signal });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.length >= bytes) break;
  }
  abort.abort();
  return text;
}

test('whom a message pings is decided by allowed_mentions, in text displays too', async () => {
  const channel = await bot.client.channels.fetch(sandbox.channelId);
  if (!channel?.isSendable()) return expect.unreachable();
  const content = `<@${USER_IDS.ada}> @everyone`;
  const quiet = await channel.send({ flags: MessageFlags.IsComponentsV2, components: [{ type: 10, content }] });
  const loud = await channel.send({
    flags: MessageFlags.IsComponentsV2,
    components: [{ type: 10, content }],
    allowedMentions: { parse: ['users', 'everyone'] },
  });
  expect([quiet.mentions.users.size, quiet.mentions.everyone]).toEqual([0, false]);
  expect([loud.mentions.users.firstKey(), loud.mentions.everyone]).toEqual([USER_IDS.ada, true]);
});
