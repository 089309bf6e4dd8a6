import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type Autocomplete,
  defineCommand,
  defineComponent,
  defineMessageCommand,
  defineModal,
} from '../../../src/discord/define/command.ts';
import { checkboxField, choiceField, fileField, textField } from '../../../src/discord/define/modal.ts';
import { attachment, choice, flag, integer, text } from '../../../src/discord/define/options.ts';
import { defineId, idNumber } from '../../../src/kit/custom-id.ts';
import { button, card, row, selectMenu, text as words } from '../../../src/kit/parts.ts';
import { type MadeUpBot, registryOf, say, startMadeUpBot } from './made-up-bot.ts';

/** The input that reached the handlers, newest last. */
const seen: unknown[] = [];
const keep = async (_: unknown, ...input: unknown[]) => {
  seen.push(...input);
  return say('kept');
};

const optionsCommand = defineCommand<null>()({
  name: 'options',
  description: 'Takes one of each',
  options: {
    name: text('A name', { required: true, autocomplete: 'names', maxLength: 20 }),
    color: choice('A word', ['red', 'dark_blue'], {}),
    days: integer('A number', { min: 1, max: 30 }),
    blocked: flag('Yes or no', {}),
    file: attachment('A file', {}),
  },
  requires: 'viewer',
  ack: ({ blocked }) => (blocked ? 'ephemeral' : 'public'),
  run: (context, options) => keep(context, options),
});

const modal = defineModal<null>()({
  id: defineId('test.modal', { proxy: idNumber }),
  title: 'One of each',
  fields: {
    label: textField('Label', { maxLength: 10, description: 'What people call it' }),
    notes: textField('Notes', { isLong: true, placeholder: 'Anything' }),
    color: choiceField('Color', ['red', 'blue'], { placeholder: 'Pick one' }),
    file: fileField('File', {}),
    sure: checkboxField('Sure', {}),
  },
  requires: 'operator',
  ack: 'public',
  run: (context, params, values) => keep(context, params, values),
});

const modalCommand = defineCommand<null>()({
  name: 'modal',
  description: 'Opens a modal',
  options: { label: text('Label', {}) },
  requires: 'viewer',
  ack: 'modal',
  run: async (_, { label }) => modal.open({ proxy: 7 }, { label, color: 'blue', sure: 'yes' }),
});

const itemId = defineId('test.item', { proxy: idNumber, step: z.enum(['open', 'close']) });
const pickId = defineId('test.pick', {});
const card7 = {
  components: [
    card(
      'neutral',
      words('card'),
      row(
        button('Open', itemId.encode({ proxy: 7, step: 'open' })),
        button('Old', '0:test.item:7:open'),
        button('Changed', '1:test.item:7:explode'),
        button('Gone', '1:test.gone'),
        button('Foreign', 'whatever'),
      ),
      selectMenu(pickId.encode({}), 'Pick', [
        { label: 'One', value: '1' },
        { label: 'Two', value: '2' },
      ]),
    ),
  ],
};
const cardCommand = defineCommand<null>()({
  name: 'card',
  description: 'Shows buttons',
  options: {},
  requires: 'viewer',
  ack: 'public',
  run: async () => card7,
});
const itemButton = defineComponent<null>()({ id: itemId, requires: 'operator', ack: 'ephemeral', run: keep });
const pickMenu = defineComponent<null>()({ id: pickId, requires: 'viewer', ack: 'ephemeral', run: keep });
const messageCommand = defineMessageCommand<null>()({
  name: 'Read this',
  requires: 'viewer',
  ack: 'ephemeral',
  run: keep,
});

let suggest: Autocomplete<null>['suggest'];
let made: MadeUpBot;
beforeAll(async () => {
  const handlers = [optionsCommand, modalCommand, modal, cardCommand, itemButton, pickMenu, messageCommand];
  made = await startMadeUpBot(
    registryOf(handlers, {
      names: { suggest: (context, typed) => suggest(context, typed), read: (text) => text.replace(/^Shown: /, '') },
    }),
  );
});
afterAll(() => made.stop());
afterEach(() => {
  expect(made.sandbox.violations).toEqual([]);
  seen.length = 0;
});

describe('a command', () => {
  test('gets its options as they were declared', async () => {
    const file = { name: 'a.csv', data: Buffer.from('x,y') };
    await made.ops.command('/options', { name: ' ann ', color: 'dark_blue', days: 30, blocked: false, file });
    expect(seen).toEqual([
      {
        name: 'ann',
        color: 'dark_blue',
        days: 30,
        blocked: false,
        file: { name: 'a.csv', size: 3, url: expect.stringContaining('a.csv') },
      },
    ]);
  });

  test('is acknowledged as its options say', async () => {
    expect((await made.ops.command('/options', { name: 'a' })).isEphemeral).toBe(false);
    expect((await made.ops.command('/options', { name: 'a', blocked: true })).isEphemeral).toBe(true);
  });

  test('is refused before it runs where a suggestion let something through', async () => {
    const refusal = await made.ops.command('/options', { name: '   ' });
    expect([refusal.isEphemeral, seen]).toEqual([true, []]);
    expect(refusal.text).toContain('Invalid value for the option “name”');
  });

  test('of a message menu gets the message', async () => {
    const posted = await made.ops.post({ content: 'a list', files: [{ name: 'b.txt', data: Buffer.from('b') }] });
    await made.ops.messageCommand('Read this', posted);
    expect(seen).toEqual([
      {
        id: posted.id,
        channelId: made.sandbox.channelId,
        content: 'a list',
        attachments: [{ name: 'b.txt', size: 1, url: expect.stringContaining('b.txt') }],
      },
    ]);
  });
});

describe('suggestions', () => {
  test('give the value where their shown text arrives', async () => {
    await made.ops.command('/options', { name: ' Shown: ann' });
    expect(seen).toEqual([expect.objectContaining({ name: 'ann' })]);
  });

  const ask = (typed: string, user: 'otto' | 'vera' | 'sam' = 'otto') =>
    made.ops.as(user).autocomplete('/options', 'name', typed);

  test('are bounded to what Discord shows, in number and length', async () => {
    suggest = async (_, typed) => [
      { name: `${'x'.repeat(99)}👩‍👩‍👧`, value: typed },
      { name: 'too long a value', value: 'x'.repeat(101) },
      { name: '\u202E\u200B', value: 'unseen' },
      ...Array.from({ length: 30 }, (_each, n) => ({ name: `n${n}\u202E`, value: `${n}` })),
    ];
    const choices = await ask('ann');
    expect(choices).toHaveLength(25);
    expect(choices[0]).toMatchObject({ name: `${'x'.repeat(99)}…`, value: 'ann' });
    expect(choices[1]).toMatchObject({ name: 'n0', value: '0' });
  });

  test('know the role of the person who types, and are empty for a stranger', async () => {
    suggest = async ({ level }) => [{ name: level, value: 'x' }];
    expect([await ask('', 'otto'), await ask('', 'vera'), await ask('', 'sam')]).toMatchObject([
      [{ name: 'operator' }],
      [{ name: 'viewer' }],
      [],
    ]);
  });

  test('that fail are none, and the fault is in the log', async () => {
    suggest = async () => {
      throw new Error('no database');
    };
    expect(await ask('a')).toEqual([]);
    await made.waitForLine({ level: 'error', msg: 'autocomplete failed' });
  });

  test('that come too late are no fault', async () => {
    const begun = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    suggest = async () => {
      begun.resolve();
      await held.promise;
      return [];
    };
    const late = ask('a').catch(() => undefined);
    await begun.promise;
    made.sandbox.clock.advance(3001);
    await late;
    held.resolve();
    await made.waitForLine({ level: 'info', msg: 'the interaction has expired or was answered elsewhere' });
    made.sandbox.violations.length = 0;
  });
});

describe('a modal', () => {
  test('opens filled in, and its fields come back as they were declared', async () => {
    const opened = await made.ops.command('/modal', { label: 'desk 7' });
    expect(opened.modal?.fields.map(({ label }) => label)).toEqual(['Label', 'Notes', 'Color', 'File', 'Sure']);
    expect(opened.modal?.fields[0]?.component).toMatchObject({ value: 'desk 7', max_length: 10 });
    await opened.submit({
      Label: 'desk 8',
      Notes: ' two\nlines ',
      Color: ['red'],
      File: { name: 'c.txt', data: Buffer.from('c') },
      Sure: true,
    });
    expect(seen).toEqual([
      { proxy: 7 },
      {
        label: 'desk 8',
        notes: 'two\nlines',
        color: 'red',
        file: { name: 'c.txt', size: 1, url: expect.stringContaining('c.txt') },
        sure: true,
      },
    ]);
  });

  test('that is left empty says so', async () => {
    const opened = await made.ops.command('/modal');
    await opened.submit({ Label: '', Notes: '', Color: [], Sure: false });
    expect(seen[1]).toEqual({ label: undefined, notes: undefined, color: undefined, file: undefined, sure: false });
  });

  test('is not opened with more than a field takes', async () => {
    const refusal = await made.ops.command('/modal', { label: 'eleven chars' });
    expect([refusal.isEphemeral, refusal.text]).toEqual([true, '**Label must be at most 10 characters.**']);
  });

  test('is read by the role of its sender', async () => {
    const opened = await made.ops.as('vera').command('/modal');
    const refusal = await opened.submit({ Label: 'x' });
    expect([refusal.text, seen]).toEqual(['**This requires the operator role; you are a viewer.**', []]);
  });
});

describe('a click', () => {
  test('brings the values that the id carries', async () => {
    const shown = await made.ops.command('/card');
    await shown.click('Open');
    expect(seen).toEqual([{ proxy: 7, step: 'open' }, []]);
  });

  test('on a menu brings what was chosen', async () => {
    const shown = await made.ops.command('/card');
    await shown.choose('Two');
    expect(seen).toEqual([{}, ['2']]);
  });

  test.each(['Old', 'Changed', 'Gone', 'Foreign'])('on a button that is out of date says so: %s', async (label) => {
    const shown = await made.ops.command('/card');
    const refusal = await shown.click(label);
    expect([refusal.isEphemeral, refusal.text]).toEqual([
      true,
      '**This message is out of date.**\nRun the command again, for example /proxy list.',
    ]);
    expect([shown.refresh().text, seen]).toEqual(['card', []]);
  });

  test('by a person without a role is refused with the required roles', async () => {
    const shown = await made.ops.command('/card');
    const same = made.ops
      .as('sam')
      .messages()
      .find((message) => message.message.id === shown.message.id);
    const refusal = await same?.click('Gone');
    expect(refusal?.isEphemeral).toBe(true);
    expect(refusal?.text).toMatch(/To use this bot you need one of these roles: .+, .+, .+/);
  });
});
