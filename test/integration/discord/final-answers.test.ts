import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineCommand } from '../../../src/discord/define/command.ts';
import { type Handlers, type MadeUpBot, registryOf, say, startMadeUpBot } from './made-up-bot.ts';

const hello = defineCommand<null>()({
  name: 'hello',
  description: 'Says hello',
  options: {},
  requires: 'viewer',
  ack: 'public',
  run: async () => say('here'),
});
const handlers: Handlers = [hello];
const POLL = { timeout: 40_000, interval: 50 };
const LOST = 'Discord no longer accepts DISCORD_TOKEN. Copy it again from the developer portal (Bot → Reset Token).';

let made: MadeUpBot;
beforeEach(async () => {
  made = await startMadeUpBot(registryOf(handlers));
});
afterEach(() => made.stop());

const channelMessages = () => `/channels/${made.sandbox.channelId}/messages` as const;
const post = () => made.bot.client.rest.post(channelMessages(), { body: { content: 'An alert' } });
const posts = () => made.ops.messages().filter(({ message }) => message.content === 'An alert').length;

describe('a 401', () => {
  test('to one request is verified, and the request repeated with the same token', async () => {
    made.sandbox.faults.fail({ route: 'POST /channels', status: 401, count: 1 });
    await post();
    await post();
    expect([posts(), made.bot.isConnected(), made.bot.isLost()]).toEqual([2, true, false]);
    await made.waitForLine({ level: 'info', msg: 'Discord accepts the token; going on' });
  });

  test('that stays for one route alone fails that request only', async () => {
    made.sandbox.faults.fail({ route: 'POST /channels', status: 401, count: 2 });
    await expect(post()).rejects.toThrow();
    await post();
    expect([posts(), made.bot.isConnected()]).toEqual([1, true]);
  });

  test('to everything ends the bot with a sentence, and it is not connected from the first one on', async () => {
    made.sandbox.faults.revokeToken(true);
    const refused = expect(post()).rejects.toThrow();
    await expect.poll(() => made.bot.isConnected(), POLL).toBe(false);
    expect(made.bot.isLost()).toBe(false);
    await refused;
    expect([made.bot.isLost(), made.bot.isConnected()]).toEqual([true, false]);
    await made.waitForLine({ level: 'fatal', msg: LOST });
    expect(made.log.filter((line) => line.level === 'fatal')).toHaveLength(1);
  });
});

describe('an outage of the API alone', () => {
  test('shows as not connected until Discord answers again', async () => {
    made.sandbox.faults.fail({ status: 503, count: 6 });
    await post().catch(() => undefined);
    expect(made.bot.isConnected()).toBe(false);
    await expect.poll(() => made.bot.isConnected(), POLL).toBe(true);
    await post();
  });
});

describe('a close of the gateway that discord.js takes as final', () => {
  test.each([4004, 4012, 4014])('%i is reconnected from if the token is good', async (code) => {
    made.sandbox.faults.closeGateway(code);
    await expect.poll(() => made.bot.isConnected(), POLL).toBe(false);
    await expect.poll(() => made.bot.isConnected(), POLL).toBe(true);
    expect((await made.ops.command('/hello')).text).toBe('here');
    expect(made.bot.isLost()).toBe(false);
  });

  test('ends the bot if the token is gone', async () => {
    made.sandbox.faults.revokeToken(true);
    made.sandbox.faults.closeGateway(4004);
    await made.waitForLine({ level: 'fatal', msg: LOST });
    expect([made.bot.isLost(), made.bot.isConnected()]).toEqual([true, false]);
  });
});
