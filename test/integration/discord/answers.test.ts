import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noteEffect } from '../../../src/base/effects.ts';
import { UserError } from '../../../src/base/errors.ts';
import { BusyError } from '../../../src/db/lanes/busy.ts';
import { type Context, defineCommand, defineComponent } from '../../../src/discord/define/command.ts';
import { Dispatcher } from '../../../src/discord/dispatch/dispatch.ts';
import { defineId } from '../../../src/kit/custom-id.ts';
import { button, card, file, row, text } from '../../../src/kit/parts.ts';
import type { View } from '../../../src/kit/view.ts';
import { keepLog, type MadeUpBot, ROLES, registryOf, say, startMadeUpBot } from './made-up-bot.ts';

type Run = (context: Context<null>) => Promise<View | null>;
const QUARTER_MS = 15 * 60_000;

/** The work of the handlers below; each test sets its own. */
let run: Run;

const command = (name: string, ack: 'public' | 'ephemeral') =>
  defineCommand<null>()({
    name,
    description: 'Does what the test says',
    options: {},
    requires: 'viewer',
    ack,
    run: async (context) => (await run(context)) ?? say('nothing'),
  });
const clickId = defineId('test.click', {});
const click = defineComponent<null>()({
  id: clickId,
  requires: 'viewer',
  ack: 'update',
  run: (context) => run(context),
});
const withButton = (words: string): View => ({
  components: [card('neutral', text(words), row(button('Go', clickId.encode({}))))],
});

let made: MadeUpBot;
beforeAll(async () => {
  made = await startMadeUpBot(registryOf([command('public', 'public'), command('secret', 'ephemeral'), click]));
});
afterAll(() => made.stop());
afterEach(() => {
  expect(made.sandbox.violations).toEqual([]);
  made.sandbox.faults.clear();
});

/** Runs until the test lets it go on; `begun` tells when it is under way. */
function heldRun(answer: Run): { begun: Promise<unknown>; goOn: () => void } {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  run = async (context) => {
    begun.resolve();
    await held.promise;
    return answer(context);
  };
  return { begun: begun.promise, goOn: held.resolve };
}

/** The handler's own message, which the whole channel sees as long as it is there. */
const channel = () => made.ops.as('vera').messages();
const errors = () => made.log.filter((line) => line.level === 'error');

describe('an answer', () => {
  test('is posted in the channel, or is visible only to the caller', async () => {
    run = async () => say('hello');
    const shown = await made.ops.command('/public');
    const hidden = await made.ops.command('/secret');
    expect([shown.text, shown.isEphemeral, hidden.text, hidden.isEphemeral]).toEqual(['hello', false, 'hello', true]);
    await made.waitForLine({ level: 'info', msg: 'interaction', command: 'secret', outcome: 'ok' });
  });

  test('to a click changes the clicked message, or takes it away', async () => {
    run = async () => withButton('before');
    const before = await made.ops.command('/public');
    run = async () => say('after');
    const after = await before.click('Go');
    expect([after.message.id, after.text]).toEqual([before.message.id, 'after']);
    run = async () => withButton('again');
    const again = await made.ops.command('/public');
    run = async () => null;
    expect((await again.click('Go')).isDeleted).toBe(true);
  });

  test('comes before what follows it', async () => {
    run = async (context) => {
      context.followUp(say('second'));
      context.followUp(say('third'));
      return say('first');
    };
    const first = await made.ops.command('/public');
    const third = await made.ops.waitFor((message) => message.text === 'third');
    const order = made.ops.messages().map((message) => message.text);
    expect(order.slice(-3)).toEqual(['first', 'second', 'third']);
    expect([first.isEphemeral, third.isEphemeral]).toEqual([false, false]);
  });

  test('replaces the progress that stood in its place', async () => {
    const seen: string[] = [];
    const { begun, goOn } = heldRun(async (context) => {
      for (const percent of [60, 80, 99]) context.progress(say(`${percent} %`));
      return say('done');
    });
    const unsubscribe = made.sandbox.operator('vera').subscribe((event) => {
      if (event.kind === 'message-updated') seen.push(JSON.stringify(event.message.components));
    });
    const reply = made.ops.command('/public');
    await begun;
    goOn();
    const done = await (await reply).waitFor((message) => message.text === 'done');
    unsubscribe();
    expect(seen.map((components) => /\d+ %|done/.exec(components)?.[0])).toEqual(['60 %', 'done']);
    expect(done.refresh().text).toBe('done');
  });

  test('whose message was deleted in the meantime is sent as a new one', async () => {
    const { begun, goOn } = heldRun(async () => say('imported all the same'));
    const reply = made.ops.command('/public');
    await begun;
    const thinking = made.ops.messages().at(-1);
    made.sandbox.faults.forgetMessage(thinking?.message.id ?? '');
    goOn();
    expect((await reply).text).toBe('imported all the same');
    expect((await reply).isEphemeral).toBe(false);
    made.sandbox.violations.length = 0;
  });

  test('that comes after the fifteen minutes of a token still arrives', async () => {
    const { begun, goOn } = heldRun(async (context) => {
      context.followUp(say('and more'));
      return say('late, but here');
    });
    const reply = made.ops.command('/public').catch(() => undefined);
    await begun;
    made.sandbox.clock.advance(QUARTER_MS + 1);
    goOn();
    const late = await made.ops.waitFor((message) => message.text === 'late, but here');
    await made.ops.waitFor((message) => message.text === 'and more');
    expect(late.isEphemeral).toBe(false);
    made.sandbox.violations.length = 0;
    void reply;
  });

  test('for the caller alone is not shown to others when the token is over', async () => {
    const { begun, goOn } = heldRun(async () => say('a secret'));
    const reply = made.ops.command('/secret').catch(() => undefined);
    await begun;
    made.sandbox.clock.advance(QUARTER_MS + 1);
    goOn();
    await made.waitForLine({ level: 'info', command: 'secret', outcome: 'gone' });
    expect(JSON.stringify(channel().map((message) => message.text))).not.toContain('a secret');
    made.sandbox.violations.length = 0;
    void reply;
  });
});

describe('a refusal', () => {
  const refuse: Run = async () => {
    throw new UserError('proxy_unknown', 'There is no *such* proxy #12.', 'Run /proxy list.');
  };

  test('deletes the public answer and is shown only to the caller, as text', async () => {
    run = refuse;
    const before = channel().length;
    const logged = errors().length;
    const refusal = await made.ops.command('/public');
    expect([refusal.isEphemeral, refusal.text]).toEqual([
      true,
      '**There is no \\*such\\* proxy #12.**\nRun /proxy list.',
    ]);
    expect(channel()).toHaveLength(before);
    await made.waitForLine({ level: 'info', command: 'public', outcome: 'proxy_unknown' });
    expect(errors().slice(logged)).toEqual([]);
  });

  test('that another error wraps is shown all the same', async () => {
    run = async () => {
      throw new Error('Failed query: select 1', { cause: new BusyError() });
    };
    const refusal = await made.ops.command('/public');
    expect([refusal.isEphemeral, refusal.text]).toEqual([true, expect.stringContaining('The bot is busy.')]);
    expect(refusal.text).toContain('Try again in 10 s.');
    await made.waitForLine({ level: 'info', command: 'public', outcome: 'busy' });
  });

  test('fills the answer that only the caller sees', async () => {
    run = refuse;
    const refusal = await made.ops.command('/secret');
    expect([refusal.isEphemeral, refusal.text.split('\n')[1]]).toEqual([true, 'Run /proxy list.']);
  });

  test('of a click leaves the clicked message as it is', async () => {
    run = async () => withButton('keep me');
    const message = await made.ops.command('/public');
    run = refuse;
    const refusal = await message.click('Go');
    expect([refusal.isEphemeral, refusal.message.id === message.message.id]).toEqual([true, false]);
    expect([message.refresh().text, message.refresh().buttons]).toEqual(['keep me', ['Go']]);
  });

  test('after progress takes the progress away too', async () => {
    run = async (context) => {
      context.progress(say('10 %'));
      return refuse(context);
    };
    const before = channel().length;
    const refusal = await made.ops
      .command('/public')
      .then((shown) => (shown.isEphemeral ? shown : shown.waitForNext()));
    expect(refusal.text).toContain('no \\*such\\* proxy');
    expect(channel()).toHaveLength(before);
  });

  test('that comes too late for the caller alone names nothing to the others', async () => {
    const { begun, goOn } = heldRun(refuse);
    const reply = made.ops.command('/public').catch(() => undefined);
    await begun;
    made.sandbox.clock.advance(QUARTER_MS + 1);
    goOn();
    const shown = await made.ops.waitFor((message) => message.text.includes('longer than Discord allows'));
    expect(shown.text).not.toContain('proxy');
    made.sandbox.violations.length = 0;
    void reply;
  });
});

describe('a fault of ours', () => {
  test('is shown only as a reference, which is in the log with the error', async () => {
    run = async () => {
      throw new Error('the password is hunter2');
    };
    const fault = await made.ops.command('/public');
    const ref = /Ref (\w+)/.exec(fault.text)?.[1];
    expect(fault.isEphemeral).toBe(true);
    expect(fault.text).toContain('Something went wrong. Nothing was changed.');
    expect(fault.text).not.toContain('hunter2');
    expect(made.log.findLast((line) => line.level === 'error')).toMatchObject({ ref, msg: 'an interaction failed' });
    await made.waitForLine({ level: 'info', command: 'public', outcome: 'fault' });
  });

  test('after something was changed says that it is not certain whether that took effect', async () => {
    run = async () => {
      noteEffect();
      throw new Error('afterwards');
    };
    const fault = await made.ops.command('/public');
    expect(fault.text).toContain('It is not certain whether the change took effect.');
    expect(fault.text).toMatch(/Check before you repeat it\. Ref [0-9a-f]{8}/);
    expect(fault.text).not.toMatch(/nothing was changed/i);
  });

  test('in showing what was changed says that it took effect', async () => {
    run = async () => {
      noteEffect();
      return say('x'.repeat(4001));
    };
    const fault = await made.ops.command('/public');
    expect(fault.text).toContain('The change took effect, but its result could not be displayed.');
  });

  test('is not claimed to have changed nothing by a refusal that comes after a change', async () => {
    run = async () => {
      noteEffect();
      throw new UserError('bad_field', 'The label is too long.', 'Nothing was changed.');
    };
    const refusal = await made.ops.command('/public');
    expect(refusal.text).toContain('A part of it took effect. Check before you repeat it.');
    expect(refusal.text).not.toMatch(/nothing was changed/i);
  });

  test('in showing what was done does not say that nothing was', async () => {
    run = async () => say('x'.repeat(4001));
    const fault = await made.ops.command('/public');
    expect(fault.text).toContain('The result could not be displayed.');
    expect(fault.text).not.toMatch(/nothing was changed/i);
    expect(made.log.findLast((line) => line.level === 'error')?.msg).toBe('a result could not be displayed');
  });

  test('in what follows an answer leaves the answer', async () => {
    run = async (context) => {
      context.followUp(say(''));
      return say('stays');
    };
    const reply = await made.ops.command('/public');
    const fault = await reply.waitForNext();
    expect([reply.refresh().text, fault.isEphemeral]).toEqual(['stays', true]);
  });

  test('a file over what this server takes is said in a sentence', async () => {
    run = async ({ upload }) => ({
      components: [file('large.csv')],
      files: [{ name: 'large.csv', data: Buffer.alloc(upload.maxBytes + 1) }],
    });
    const refusal = await made.ops.command('/public');
    expect(refusal.text).toContain('large.csv is 10.0 MiB; this Discord server allows up to 10.0 MiB.');
  });
});

test('an outage of Discord in the middle of an answer ends in the log, and the next command is answered', async () => {
  run = async () => {
    made.sandbox.faults.fail({ route: '/webhooks/', status: 503, count: 50 });
    return say('never seen');
  };
  const reply = made.ops.command('/public').catch(() => undefined);
  await made.waitForLine({ level: 'error', msg: 'the error could not be shown to the caller' });
  made.sandbox.faults.clear();
  run = async () => say('back again');
  expect((await made.ops.command('/public')).text).toBe('back again');
  void reply;
});

describe('two at once', () => {
  test('each click gets its answer', async () => {
    run = async () => withButton('0');
    const message = await made.ops.command('/public');
    let clicks = 0;
    run = async () => {
      clicks += 1;
      return withButton(`${clicks}`);
    };
    await Promise.all([message.click('Go'), message.click('Go')]);
    expect(clicks).toBe(2);
    expect(['1', '2']).toContain(message.refresh().text);
  });

  test('an answer by another process is not an error', async () => {
    run = async () => say('once');
    const before = errors().length;
    const { log, lines, waitFor } = keepLog();
    const registry = registryOf([command('public', 'public')]);
    const other = new Dispatcher({ registry, services: null, guildId: made.sandbox.guildId, roles: ROLES, log });
    // Discord tells both processes of one interaction while an old one still stops; each has an object of its own for it.
    made.bot.client.once('interactionCreate', (interaction) => {
      void other.handle(Object.assign(Object.create(interaction), { deferred: false, replied: false }));
    });
    expect((await made.ops.command('/public')).text).toBe('once');
    await waitFor({ level: 'info', msg: 'interaction', outcome: 'gone' });
    expect([errors().length - before, lines.filter((line) => line.level === 'error')]).toEqual([0, []]);
    made.sandbox.violations.length = 0;
  });
});
