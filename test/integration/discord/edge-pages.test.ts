import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EdgePageFault } from '../../../sandbox/server/faults.ts';
import { startSandbox } from '../../../sandbox/server/index.ts';
import { startBot } from '../../../src/discord/client.ts';
import { defineCommand } from '../../../src/discord/define/command.ts';
import { DiscordOpsChannel } from '../../../src/discord/ops-channel.ts';
import type { Message } from '../../../src/domain/messages/message.ts';
import type { ChannelError } from '../../../src/domain/messages/ops-channel.ts';
import { keepLog, type MadeUpBot, ROLES, registryOf, say, startMadeUpBot } from './made-up-bot.ts';

const common = { options: {}, requires: 'viewer', ack: 'public', run: async () => say('here') } as const;
const hello = defineCommand<null>()({ name: 'hello', description: 'Says hello', ...common });
const POLL = { interval: 50 };
const FOREVER = Number.POSITIVE_INFINITY;
const PAGE = /<!doctype|<html|<body/i;
const POSTS = 'POST /channels';

let made: MadeUpBot;
let channel: DiscordOpsChannel;
beforeAll(async () => {
  made = await startMadeUpBot(registryOf([hello]));
  channel = new DiscordOpsChannel({
    client: made.bot.client,
    render: async () => say('An alert'),
    threadName: () => 'An incident',
  });
});
afterEach(async () => {
  made.sandbox.faults.clear();
  await expect.poll(() => made.bot.isConnected(), POLL).toBe(true);
  expect(JSON.stringify(made.log)).not.toMatch(PAGE);
});
afterAll(() => made.stop());

const message = { id: 1, kind: 'alert', content: {} } as Message;
const post = () => channel.post(message, { channelId: made.sandbox.channelId, nonce: 'n1' });
const failureOf = (work: Promise<unknown>): Promise<ChannelError> =>
  work.then(
    () => Promise.reject(new Error('This was to fail.')),
    (error: ChannelError) => error,
  );
/** So many requests have reached the stand-in for Discord, or the page in front of it. */
const requests = () => made.sandbox.requests.length;
const wordsOf = (error: ChannelError): string => (error.cause instanceof Error ? error.cause.message : '');

describe('a page of Cloudflare instead of an answer', () => {
  test('with 403 to one request fails that one, in words, and nothing else', async () => {
    const { sandbox } = made;
    sandbox.faults.answerAtEdge({ route: POSTS, status: 403, count: 1 });
    const error = await failureOf(post());
    expect(wordsOf(error)).toMatch(
      /^Cloudflare, which is in front of Discord, answered 403 to POST \/api\/v10\/channels\/\d+\/messages\.$/,
    );
    expect([error.kind, error.isRefused, error.retryAfterMs]).toEqual(['refused', true, undefined]);
    await post();
    await made.waitForLine({ level: 'info', msg: 'Discord accepts the token; going on' });
  });

  test.each([
    ['a page', {}],
    ['JSON', { isJson: true }],
  ])('with 429, as %s, holds back the requests of its kind until the limit is over, and no others', async (_, form) => {
    made.sandbox.faults.answerAtEdge({ route: POSTS, status: 429, retryAfter: 2, count: 1, ...form });
    const posts = () => made.sandbox.requests.filter(({ method }) => method === 'POST').length;
    const before = posts();
    const first = await failureOf(post());
    expect(wordsOf(first)).toMatch(/answered 429 (\(error 1015\) )?to POST/);
    const others = await Promise.all(Array.from({ length: 30 }, () => failureOf(post())));
    expect(posts() - before).toBe(1);
    for (const { kind, retryAfterMs } of [first, ...others]) {
      expect([kind, retryAfterMs]).toEqual(['unavailable', expect.closeTo(2_000, -4)]);
    }
    expect((await made.ops.command('/hello')).text).toBe('here');
    await expect
      .poll(
        () =>
          post().then(
            () => true,
            () => false,
          ),
        POLL,
      )
      .toBe(true);
  });

  test('with 429 to an edit does not make the message too old to edit', async () => {
    const messageId = await post();
    made.sandbox.faults.answerAtEdge({ route: 'PATCH /channels', status: 429, retryAfter: 1, count: 1 });
    const error = await failureOf(channel.edit(message, { channelId: made.sandbox.channelId, messageId }));
    expect(error.kind).toBe('unavailable');
    await expect
      .poll(
        () =>
          post().then(
            () => true,
            () => false,
          ),
        POLL,
      )
      .toBe(true);
  });

  test('to everything is met by one request, and then by none until the limit is over', async () => {
    made.sandbox.faults.answerAtEdge({ status: 403, retryAfter: 3, count: FOREVER });
    const before = requests();
    await failureOf(post());
    await expect.poll(() => made.bot.isConnected(), POLL).toBe(false);
    await expect.poll(requests, POLL).toBe(before + 2);
    await Promise.all(Array.from({ length: 30 }, () => failureOf(post())));
    expect(requests() - before).toBe(2);
    expect([made.bot.isConnected(), made.bot.isLost()]).toEqual([false, false]);
  });

  test.each([500, 502, 520, 524])('with %i is repeated a few times', async (status) => {
    made.sandbox.faults.answerAtEdge({ route: POSTS, status, count: FOREVER });
    const posts = () => made.sandbox.requests.filter(({ method }) => method === 'POST').length;
    const before = posts();
    expect((await failureOf(post())).kind).toBe('unavailable');
    // As often as discord.js sends a request.
    expect(posts() - before).toBe(4);
  });

  test('instead of the answer of a command tells the caller that the result could not be displayed', async () => {
    made.sandbox.faults.answerAtEdge({ route: 'PATCH /webhooks', status: 403, count: 1 });
    await made.ops.command('/hello');
    const told = await made.ops.waitFor(({ text }) => text.includes('could not be displayed'));
    expect(told.text).not.toMatch(PAGE);
    await made.waitForLine({ level: 'error', msg: 'a result could not be displayed' });
  });
});

test('a gateway that answers with a page is opened again less and less often', async () => {
  const { faults } = made.sandbox;
  faults.hideGateway({ status: 429 });
  const before = faults.taken;
  const since = performance.now();
  faults.cutGateway({ canResume: true });
  await expect.poll(() => faults.taken - before, POLL).toBe(4);
  // discord.js alone would be here after 2 s.
  expect(performance.now() - since).toBeGreaterThan(4_000);
  faults.hideGateway(undefined);
  await expect.poll(() => made.bot.isConnected(), POLL).toBe(true);
  expect((await made.ops.command('/hello')).text).toBe('here');
});

describe('a start that gets a page', () => {
  async function startBehind(page: EdgePageFault) {
    const sandbox = await startSandbox({ port: 0 });
    const { log, waitFor } = keepLog();
    const { botToken: token, apiUrl, guildId } = sandbox;
    const onLost = (reason: string) => log.fatal(reason);
    const options = {
      registry: registryOf([hello]),
      services: null,
      token,
      apiUrl,
      guildId,
      roles: ROLES,
      log,
      onLost,
    };
    sandbox.faults.answerAtEdge(page);
    return { sandbox, waitFor, bot: startBot(options) };
  }

  test.each([
    [{ status: 403 }, 'answered 403 to GET /api/v10/gateway/bot. Check whether a proxy or a firewall'],
    [{ status: 429, retryAfter: 90 }, 'limits the address of this machine. Start the bot again in 90 s.'],
    [{ status: 503 }, 'Discord answered 503 to GET /api/v10/gateway/bot.'],
  ])('%o ends with a sentence', async (page, sentence) => {
    const { bot, sandbox } = await startBehind({ route: 'GET /gateway/bot', count: FOREVER, ...page });
    await expect(bot).rejects.toThrow(sentence);
    await sandbox.stop();
  });

  test('for its commands works with those that Discord has', async () => {
    const { bot, sandbox, waitFor } = await startBehind({ route: 'PUT /applications', status: 403, count: 1 });
    const started = await bot;
    await waitFor({ level: 'warn' });
    await waitFor({ msg: 'registered the commands with Discord' });
    await started.stop();
    await sandbox.stop();
  });
});
