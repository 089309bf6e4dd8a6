import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { type Context, defineCommand, defineComponent } from '../../../src/discord/define/command.ts';
import type { ClickedMessage, WorkJournal } from '../../../src/discord/dispatch/working.ts';
import { restoreClicked } from '../../../src/discord/restore-clicked.ts';
import { defineId } from '../../../src/kit/custom-id.ts';
import { button, card, file, row, text } from '../../../src/kit/parts.ts';
import type { View } from '../../../src/kit/view.ts';
import type { Reply } from '../../helpers/ops/reply.ts';
import { keepLog, type MadeUpBot, registryOf, say, startMadeUpBot } from './made-up-bot.ts';

const clickId = defineId('test.click', {});
const PREVIEW: View = {
  components: [
    card('neutral', text('Activate 1,500 proxies'), file('all.csv'), row(button('Activate 1,500', clickId.encode({})))),
  ],
  files: [{ name: 'all.csv', data: 'a,b' }],
};

/** A journal in memory. */
const open = new Map<string, ClickedMessage>();
const journal: WorkJournal = {
  begin: async (message) => void open.set(message.messageId, message),
  end: async (messageId) => void open.delete(messageId),
  take: async () => [...open.values()],
};

let made: MadeUpBot;
let isSlow: boolean;
let run: (context: Context<null>) => Promise<View>;

beforeAll(async () => {
  const command = defineCommand<null>()({
    name: 'preview',
    description: 'Shows a preview',
    options: {},
    requires: 'viewer',
    ack: 'public',
    run: async () => PREVIEW,
  });
  const click = defineComponent<null>()({
    id: clickId,
    requires: 'viewer',
    ack: 'update',
    run: (context) => run(context),
  });
  const patience = (signal: AbortSignal) =>
    isSlow
      ? Promise.resolve()
      : new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  made = await startMadeUpBot(registryOf([command, click]), {}, { patience, journal });
});
afterAll(() => made.stop());
beforeEach(() => {
  isSlow = true;
  open.clear();
});

/** Clicks the button, and waits until the message says that the work goes on. */
async function clickSlowly(): Promise<{ preview: Reply; working: Reply; answer: Promise<Reply>; goOn(): void }> {
  const held = Promise.withResolvers<void>();
  const then = run;
  run = async (context) => {
    await held.promise;
    return then(context);
  };
  const preview = await made.ops.command('/preview');
  const answer = preview.click('Activate 1,500');
  const working = await preview.waitFor((message) => message.text.includes('⏳'));
  return { preview, working, answer, goOn: held.resolve };
}

test('slow work behind a button is shown at once, without buttons, and replaced by its result', async () => {
  run = async () => say('✅ 1,500 proxies activated');
  const { working, answer, goOn } = await clickSlowly();
  expect(working.text).toMatch(/Activate 1,500 proxies\n⏳ \*\*Activate 1,500\*\* · <@\d+> · <t:\d+:R>/);
  expect([working.buttons, working.files.map(({ name }) => name)]).toEqual([[], ['all.csv']]);
  expect(open.size).toBe(1);
  goOn();
  const done = await answer;
  expect([done.text, done.files]).toEqual(['✅ 1,500 proxies activated', []]);
  await expect.poll(() => open.size).toBe(0);
  expect(made.sandbox.violations).toEqual([]);
});

test('if the work fails, the message gets its buttons and files back', async () => {
  run = async () => {
    throw new UserError('busy', 'The bot is busy.');
  };
  const { preview, answer, goOn } = await clickSlowly();
  goOn();
  const refusal = await answer;
  const back = await preview.waitFor((message) => message.buttons.length > 0);
  expect([back.text, back.buttons, back.files.map(({ name }) => name)]).toEqual([
    preview.text,
    preview.buttons,
    ['all.csv'],
  ]);
  expect(refusal.text).not.toContain('⏳');
  await expect.poll(() => open.size).toBe(0);
  expect(made.sandbox.violations).toEqual([]);
});

test('if the process dies, the next one brings the buttons back', async () => {
  run = async () => say('done');
  const { preview, answer, goOn } = await clickSlowly();
  await restoreClicked(made.bot.client, journal, keepLog().log);
  const back = preview.refresh();
  expect([back.text, back.buttons, back.files.map(({ name }) => name)]).toEqual([
    preview.text,
    preview.buttons,
    ['all.csv'],
  ]);
  goOn();
  await answer;
  expect(made.sandbox.violations).toEqual([]);
});

test('quick work changes the message once', async () => {
  isSlow = false;
  run = async () => say('done');
  const preview = await made.ops.command('/preview');
  expect((await preview.click('Activate 1,500')).text).toBe('done');
  expect(open.size).toBe(0);
});
