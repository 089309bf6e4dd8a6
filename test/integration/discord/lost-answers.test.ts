import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Context, defineCommand, defineComponent, defineModal } from '../../../src/discord/define/command.ts';
import { textField } from '../../../src/discord/define/modal.ts';
import { defineId } from '../../../src/kit/custom-id.ts';
import { button, card, row, text } from '../../../src/kit/parts.ts';
import type { View } from '../../../src/kit/view.ts';
import { type MadeUpBot, registryOf, say, startMadeUpBot } from './made-up-bot.ts';

/** How often the handlers below ran. */
let runs = 0;
let followUps: { view: View; isEphemeral: boolean }[] = [];

async function run(context: Context<null>): Promise<View> {
  runs += 1;
  for (const { view, isEphemeral } of followUps) context.followUp(view, { isEphemeral });
  return { components: [card('neutral', text(`run ${runs}`), row(button('Go', clickId.encode({}))))] };
}

const clickId = defineId('test.click', {});
const click = defineComponent<null>()({ id: clickId, requires: 'viewer', ack: 'update', run });
const modal = defineModal<null>()({
  id: defineId('test.modal', {}),
  title: 'Edit',
  fields: { label: textField('Label', {}) },
  requires: 'viewer',
  ack: 'public',
  run,
});
const common = { description: 'Does something', options: {}, requires: 'viewer' } as const;
const shown = defineCommand<null>()({ name: 'public', ...common, ack: 'public', run });
const hidden = defineCommand<null>()({ name: 'hidden', ...common, ack: 'ephemeral', run });
const opener = defineCommand<null>()({ name: 'modal', ...common, ack: 'modal', run: async () => modal.open({}) });

let made: MadeUpBot;
beforeAll(async () => {
  made = await startMadeUpBot(registryOf([shown, hidden, opener, click, modal]));
});
afterAll(() => made.stop());
afterEach(() => {
  followUps = [];
  made.sandbox.faults.clear();
  expect(made.log.filter(({ level }) => level === 'error')).toEqual([]);
});

/** The refusal with which Discord answers the repetition of a response that has arrived. */
const callbacks = () => made.sandbox.requests.filter(({ path }) => path.endsWith('/callback')).length;
const edits = () =>
  made.sandbox.requests.filter(({ method, path }) => method === 'PATCH' && path.startsWith('/webhooks')).length;
const withText = (wanted: string) => made.ops.messages().filter((message) => message.text.includes(wanted));

describe('if the answer to a response is lost, the command runs once', () => {
  test.each(['/public', '/hidden'])('%s', async (path) => {
    const [before, ran] = [callbacks(), runs];
    made.sandbox.faults.loseAnswers({ route: '/callback', count: 1 });
    const reply = await made.ops.command(path);
    expect([reply.text.includes(`run ${ran + 1}`), runs, callbacks() - before]).toEqual([true, ran + 1, 2]);
  });

  test('after a click', async () => {
    const reply = await made.ops.command('/public');
    const ran = runs;
    made.sandbox.faults.loseAnswers({ route: '/callback', count: 1 });
    expect((await reply.click('Go')).text).toContain(`run ${ran + 1}`);
    expect(runs).toBe(ran + 1);
  });

  test('when a modal opens', async () => {
    made.sandbox.faults.loseAnswers({ route: '/callback', count: 1 });
    const opened = await made.ops.command('/modal');
    const ran = runs;
    expect((await opened.submit({ Label: 'x' })).text).toContain(`run ${ran + 1}`);
  });
});

describe('a follow-up whose answer is lost', () => {
  test('is not sent twice', async () => {
    followUps = [
      { view: say('first note'), isEphemeral: false },
      { view: say('second note'), isEphemeral: false },
      { view: say('hidden note'), isEphemeral: true },
    ];
    made.sandbox.faults.loseAnswers({ route: 'POST /webhooks', count: 3 });
    await made.ops.command('/public');
    await made.ops.waitFor(({ text: each }) => each === 'hidden note');
    await made.ops.command('/public');
    await made.ops.waitFor(() => withText('hidden note').length === 2);
    expect(withText('first note')).toHaveLength(2);
    expect(withText('second note')).toHaveLength(2);
  });

  test('is sent again if it did not arrive', async () => {
    followUps = [{ view: say('a note that waits'), isEphemeral: false }];
    made.sandbox.faults.fail({ route: 'POST /webhooks', status: 502, count: 1 });
    await made.ops.command('/public');
    await made.ops.waitFor(({ text: each }) => each === 'a note that waits');
    expect(withText('a note that waits')).toHaveLength(1);
  });
});

test('an answer that is edited, and whose own answer is lost, is edited again', async () => {
  const [before, ran] = [edits(), runs];
  made.sandbox.faults.loseAnswers({ route: 'PATCH /webhooks', count: 1 });
  expect((await made.ops.command('/public')).text).toContain(`run ${ran + 1}`);
  await expect.poll(() => edits() - before).toBe(2);
  expect(runs).toBe(ran + 1);
});

describe('in a channel that discord.js does not know, such as a thread', () => {
  test('an answer that comes after its token has expired is a message of the bot', async () => {
    const { client } = made.bot;
    followUps = [{ view: say('late note'), isEphemeral: false }];
    client.channels.cache.delete(made.sandbox.channelId);
    made.sandbox.faults.fail({ route: 'PATCH /webhooks', status: 401, count: 1, code: 50027 });
    made.sandbox.faults.fail({ route: 'POST /webhooks', status: 401, count: 1, code: 50027 });
    const ran = runs;
    // It waits for an answer by the token, which does not come.
    void made.ops.command('/public').catch(() => undefined);
    await made.ops.waitFor(({ text: each }) => each === 'late note');
    const answer = await made.ops.waitFor(({ text: each }) => each.includes(`run ${ran + 1}`));
    expect(answer.isEphemeral).toBe(false);
  });
});
