import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DiscordOpsChannel } from '../../../src/discord/ops-channel.ts';
import type { Message } from '../../../src/domain/messages/message.ts';
import type { ChannelError } from '../../../src/domain/messages/ops-channel.ts';
import { type MadeUpBot, registryOf, say, startMadeUpBot } from './made-up-bot.ts';

const OLD_EDITS = 30046;

let made: MadeUpBot;
let channel: DiscordOpsChannel;
beforeAll(async () => {
  made = await startMadeUpBot(registryOf([]));
  channel = new DiscordOpsChannel({
    client: made.bot.client,
    render: async () => say('An alert'),
    threadName: () => 'An incident',
  });
});
afterEach(() => made.sandbox.faults.clear());
afterAll(() => made.stop());

/** Of the content only the number matters here. */
const message = (id: number) => ({ id, kind: 'alert', content: {} }) as Message;
const post = (id: number) => channel.post(message(id), { channelId: made.sandbox.channelId, nonce: `n${id}` });
const edits = () => made.sandbox.requests.filter(({ method }) => method === 'PATCH').length;

describe('the limit of edits to old messages', () => {
  test.each([
    ['429 without Retry-After', { status: 429, code: OLD_EDITS }],
    ['400', { status: 400, code: OLD_EDITS }],
  ])('as %s is known after one request', async (_name, fault) => {
    const messageId = await post(1);
    const before = edits();
    made.sandbox.faults.fail({ route: 'PATCH /channels', count: Number.POSITIVE_INFINITY, ...fault });
    const edit = channel.edit(message(1), { channelId: made.sandbox.channelId, messageId });
    expect(await edit.catch((error: ChannelError) => error.kind)).toBe('too_late');
    expect(edits() - before).toBe(1);
    // Other messages are not held up.
    await post(2);
  });

  test('as 429 with Retry-After is known after one request', async () => {
    const messageId = await post(3);
    made.sandbox.clock.advance(61 * 60_000);
    const before = edits();
    const edit = () => channel.edit(message(3), { channelId: made.sandbox.channelId, messageId });
    for (let n = 0; n < 5; n++) await edit();
    expect(await edit().catch((error: ChannelError) => error.kind)).toBe('too_late');
    expect(edits() - before).toBe(6);
    made.sandbox.violations.length = 0;
  });
});

test('a limit that does not say how long it lasts is asked about less and less often', async () => {
  const messageId = await post(4);
  const before = edits();
  made.sandbox.faults.fail({ route: 'PATCH /channels', status: 429, count: Number.POSITIVE_INFINITY });
  const edit = channel.edit(message(4), { channelId: made.sandbox.channelId, messageId });
  expect(await edit.catch((error: ChannelError) => error.kind)).toBe('unavailable');
  expect(edits() - before).toBeLessThanOrEqual(6);
});
