import { expect, test } from 'vitest';
import { type CommandRequest, checkCommand, checkCommandList } from '../../../sandbox/server/checks/commands.ts';
import type { CommandOption } from '../../../sandbox/server/state/model.ts';

const TEXT = 3;
const INTEGER = 4;

function option(name: string, more: Partial<CommandOption> = {}): CommandOption {
  return { type: TEXT, name, description: 'An option', ...more };
}

function subcommand(name: string, options: CommandOption[] = []): CommandOption {
  return { type: 1, name, description: 'A subcommand', options };
}

function command(...options: CommandOption[]): CommandRequest {
  return { name: 'proxy', description: 'Proxies', options };
}

const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));

test('commands as discord.js sends them pass', () => {
  const filters = command(
    subcommand('list', [
      option('status', { choices: [{ name: 'Active', value: 'active' }] }),
      option('days', { type: INTEGER, min_value: 1 }),
    ]),
    {
      type: 2,
      name: 'more',
      description: 'A group',
      options: [subcommand('show', [option('proxy', { required: true, autocomplete: true })])],
    },
  );
  expect(checkCommand({ ...filters, default_member_permissions: '32', nsfw: false, type: 1 })).toEqual([]);
  expect(checkCommand({ name: 'Import proxies', type: 3 })).toEqual([]);
});

test.each([
  ['a name with capitals', { ...command(), name: 'Proxy' }, 'APPLICATION_COMMAND_INVALID_NAME'],
  ['a name with blanks', { ...command(), name: 'proxy list' }, 'APPLICATION_COMMAND_INVALID_NAME'],
  ['no description', { name: 'proxy' }, 'BASE_TYPE_BAD_LENGTH'],
  ['a description of 101 characters', { ...command(), description: 'x'.repeat(101) }, 'BASE_TYPE_MAX_LENGTH'],
  ['26 options', command(...many(26, (n) => option(`o${n}`))), 'BASE_TYPE_MAX_LENGTH'],
  ['26 subcommands', command(...many(26, (n) => subcommand(`s${n}`))), 'BASE_TYPE_MAX_LENGTH'],
  [
    '26 choices',
    command(option('o', { choices: many(26, (n) => ({ name: `${n}`, value: `${n}` })) })),
    'BASE_TYPE_MAX_LENGTH',
  ],
  [
    'a choice value of 101 characters',
    command(option('o', { choices: [{ name: 'x', value: 'x'.repeat(101) }] })),
    'BASE_TYPE_MAX_LENGTH',
  ],
  [
    'a required option after another',
    command(option('a'), option('b', { required: true })),
    'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
  ],
  ['two options of one name', command(option('a'), option('a')), 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS'],
  ['a subcommand beside an option', command(subcommand('a'), option('b')), 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID'],
  [
    'choices beside autocomplete',
    command(option('a', { autocomplete: true, choices: [{ name: 'x', value: 'x' }] })),
    'APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES',
  ],
  [
    'a minimum above the maximum',
    command(option('a', { type: INTEGER, min_value: 2, max_value: 1 })),
    'APPLICATION_COMMAND_OPTION_BOUNDS',
  ],
  ['a type that does not exist', command(option('a', { type: 99 })), 'UNION_TYPE_CHOICES'],
  ['a key that nobody knows', { ...command(), colour: 'red' } as CommandRequest, 'UNKNOWN_KEY'],
  ['a menu with a description', { name: 'Import', type: 3, description: 'x' }, 'APPLICATION_COMMAND_DESCRIPTION'],
])('%s is refused', (_name, sent, code) => {
  expect(checkCommand(sent).map((issue) => issue.code)).toContain(code);
});

test('a command has 8,000 characters over all names, descriptions and choices', () => {
  const filler = (description: number) =>
    many(25, (n) => option(`option-${10 + n}`, { description: 'x'.repeat(description) }));
  const sized = (extra: number) => ({
    name: 'proxy',
    description: 'x'.repeat(extra),
    options: [subcommand('first', filler(100)), subcommand('second', filler(100)), subcommand('third', filler(78))],
  });
  // 5 of the name, 16 of the subcommands' names, 36 of their descriptions, 75 names of 9 and 6,950 of descriptions.
  const fixed = 5 + 16 + 36 + 75 * 9 + 50 * 100 + 25 * 78;
  const last = subcommand(
    'last',
    many(3, (n) => option(`o${n}`, { description: 'x'.repeat(80) })),
  );
  const withLast = (extra: number) => ({ ...sized(extra), options: [...sized(extra).options, last] });
  const all = fixed + 4 + 12 + 3 * 82;
  expect(all).toBeGreaterThan(7_900);
  expect(checkCommand(withLast(8_000 - all))).toEqual([]);
  expect(checkCommand(withLast(8_001 - all)).map(({ code }) => code)).toEqual(['APPLICATION_COMMAND_TOO_LARGE']);
});

test('a name is taken once a type', () => {
  const menu = { name: 'proxy', type: 3 };
  expect(checkCommandList([command(), menu])).toEqual([]);
  expect(checkCommandList([command(), command()]).map(({ code }) => code)).toEqual([
    'APPLICATION_COMMANDS_DUPLICATE_NAME',
  ]);
  const menus = many(16, (n) => ({ name: `Menu ${n}`, type: 3 }));
  expect(checkCommandList(menus).map(({ code }) => code)).toEqual(['BASE_TYPE_MAX_LENGTH']);
});
