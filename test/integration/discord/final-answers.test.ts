import { describe, type TestContext, test } from 'vitest';
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
const POLL = { interval: 50 };
const LOST = 'Discord no longer accepts DISCORD_TOKEN. Copy it again from the developer portal (Bot → Reset Token).';

/** Each test has a bot of its own, so they wait for its pauses at the same time. */
const withBot = (work: (made: MadeUpBot, expect: TestContext['expect']) => Promise<void>) => {
  return async ({ expect }: TestContext) => {
    const made = await startMadeUpBot(registryOf(handlers));
    try {
      await work(made, expect);
    } finally {
      await made.stop();
    }
  };
};

const post = ({ bot, sandbox }: MadeUpBot) =>
  bot.client.rest.post(`/channels/${sandbox.channelId}/messages`, { body: { content: 'An alert' } });
const posts = ({ ops }: MadeUpBot) => ops.messages().filter(({ message }) => message.content === 'An alert').length;

describe.concurrent('a 401', () => {
  test(
    'to one request is verified, and the request repeated with the same token',
    withBot(async (made, expect) => {
      made.sandbox.faults.fail({ route: 'POST /channels', status: 401, count: 1 });
      await post(made);
      await post(made);
      expect([posts(made), made.bot.isConnected(), made.bot.isLost()]).toEqual([2, true, false]);
      await made.waitForLine({ level: 'info', msg: 'Discord accepts the token; going on' });
    }),
  );

  test(
    'that stays for one route alone fails that request only',
    withBot(async (made, expect) => {
      made.sandbox.faults.fail({ route: 'POST /channels', status: 401, count: 2 });
      await expect(post(made)).rejects.toThrow();
      await post(made);
      expect([posts(made), made.bot.isConnected()]).toEqual([1, true]);
    }),
  );

  test(
    'to everything ends the bot with a sentence, and it is not connected from the first one on',
    withBot(async (made, expect) => {
      made.sandbox.faults.revokeToken(true);
      const refused = expect(post(made)).rejects.toThrow();
      await expect.poll(() => made.bot.isConnected(), POLL).toBe(false);
      expect(made.bot.isLost()).toBe(false);
      await refused;
      expect([made.bot.isLost(), made.bot.isConnected()]).toEqual([true, false]);
      await made.waitForLine({ level: 'fatal', msg: LOST });
      expect(made.log.filter((line) => line.level === 'fatal')).toHaveLength(1);
    }),
  );
});

describe.concurrent('an outage of the API alone', () => {
  test(
    'shows as not connected until Discord answers again',
    withBot(async (made, expect) => {
      made.sandbox.faults.fail({ status: 503, count: 6 });
      await post(made).catch(() => undefined);
      expect(made.bot.isConnected()).toBe(false);
      await expect.poll(() => made.bot.isConnected(), POLL).toBe(true);
      await post(made);
    }),
  );
});

describe.concurrent('a close of the gateway that discord.js takes as final', () => {
  for (const code of [4004, 4012, 4014]) {
    test(
      `${code} is reconnected from if the token is good`,
      withBot(async (made, expect) => {
        made.sandbox.faults.closeGateway(code);
        await expect.poll(() => made.bot.isConnected(), POLL).toBe(false);
        await expect.poll(() => made.bot.isConnected(), POLL).toBe(true);
        expect((await made.ops.command('/hello')).text).toBe('here');
        expect(made.bot.isLost()).toBe(false);
      }),
    );
  }

  test(
    'ends the bot if the token is gone',
    withBot(async (made, expect) => {
      made.sandbox.faults.revokeToken(true);
      made.sandbox.faults.closeGateway(4004);
      await made.waitForLine({ level: 'fatal', msg: LOST });
      expect([made.bot.isLost(), made.bot.isConnected()]).toEqual([true, false]);
    }),
  );
});
