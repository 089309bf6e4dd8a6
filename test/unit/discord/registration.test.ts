import { expect, test } from 'vitest';
import {
  type Command,
  defineCommand,
  defineMessageCommand,
  type Registry,
} from '../../../src/discord/define/command.ts';
import {
  attachment,
  channel,
  choice,
  flag,
  integer,
  type OptionShape,
  text,
} from '../../../src/discord/define/options.ts';
import { commandPayloads } from '../../../src/discord/register-commands.ts';

const run = async () => ({ components: [] });

const command = (name: string, parts: { description?: string; options?: OptionShape } = {}) =>
  defineCommand<null>()({
    name,
    description: 'Does it',
    options: {},
    requires: 'viewer',
    ack: 'public',
    run,
    ...parts,
  });

const payloads = (...handlers: Registry<null>['handlers']) =>
  JSON.parse(JSON.stringify(commandPayloads({ groups: { pool: 'The pool' }, handlers, autocomplete: {} })));

test('commands with one first word are registered as one command with subcommands, message commands beside it', () => {
  const menu = defineMessageCommand<null>()({ name: 'Read the list', requires: 'viewer', ack: 'public', run });
  expect(payloads(command('pool show'), menu, command('pool list'), command('help'))).toEqual([
    {
      type: 1,
      name: 'pool',
      description: 'The pool',
      options: [
        { type: 1, name: 'show', description: 'Does it', options: [] },
        { type: 1, name: 'list', description: 'Does it', options: [] },
      ],
    },
    { type: 1, name: 'help', description: 'Does it', options: [] },
    { type: 3, name: 'Read the list' },
  ]);
});

test('every kind of option is registered as declared, required ones first', () => {
  const options: Command<null>['options'] = {
    name: text('Name', { autocomplete: 'names', maxLength: 50 }),
    kind: choice('Kind', ['a_b', 'c'], {}),
    count: integer('Count', { min: 1, max: 9, required: true }),
    all: flag('All', {}),
    file: attachment('File', {}),
    to: channel('To', {}),
  };
  const [registered] = payloads(command('help', { options }));
  expect(registered.options).toEqual([
    { type: 4, name: 'count', description: 'Count', required: true, min_value: 1, max_value: 9 },
    { type: 3, name: 'name', description: 'Name', required: false, max_length: 50, autocomplete: true },
    {
      type: 3,
      name: 'kind',
      description: 'Kind',
      required: false,
      choices: [
        { name: 'a b', value: 'a_b' },
        { name: 'c', value: 'c' },
      ],
    },
    { type: 5, name: 'all', description: 'All', required: false },
    { type: 11, name: 'file', description: 'File', required: false },
    { type: 7, name: 'to', description: 'To', required: false, channel_types: [0, 5] },
  ]);
});

test.each([
  ['a name in capitals', command('Help')],
  ['a description that is too long', command('help', { description: 'x'.repeat(101) })],
  ['an option without a description', command('help', { options: { all: flag('', {}) } })],
  ['a name of an option that is none', command('help', { options: { 'all of it': flag('All', {}) } })],
])('%s is refused before Discord sees it', (_what, handler) => {
  expect(() => payloads(handler)).toThrow();
});
