import { describe, expect, test } from 'vitest';
import { registry } from '../../../src/commands/index.ts';
import { commandPayloads } from '../../../src/discord/register-commands.ts';
import { readAccountEdit } from '../../../src/domain/accounts/account-edit.ts';
import { ACCOUNT_LIMITS, readAccount } from '../../../src/domain/accounts/account-fields.ts';
import { Refusal } from '../../../src/domain/parse/fields/refusal.ts';
import { DEFAULT_KEYS, detail, EDITABLE_KEYS, nounOf, setOptionOf } from '../../../src/domain/proxies/fields.ts';
import { readMappings } from '../../../src/domain/vps/mapping-file.ts';
import { readLinkNotes, readVpsEdit, VPS_LIMITS } from '../../../src/domain/vps/vps-fields.ts';

interface Payload {
  name: string;
  options: { name: string; options?: { name: string; max_length?: number }[] }[];
}
const payloads = JSON.parse(JSON.stringify(commandPayloads(registry))) as Payload[];
const maxOf = (command: string, option: string) => {
  const [group, name] = command.split(' ');
  const found = payloads.find((each) => each.name === group)?.options.find((each) => each.name === name);
  return found?.options?.find((each) => each.name === option)?.max_length;
};

/** Each field that people write, with its limit, its options, and what reads it wherever it comes from. */
const FIELDS: [string, number, readonly string[], (text: string) => unknown][] = [
  ['account username', ACCOUNT_LIMITS.username, ['account add username'], (text) => account({ username: text })],
  [
    'account model',
    ACCOUNT_LIMITS.model,
    ['account add model', 'account edit model'],
    (text) => account({ model: text }),
  ],
  ['account vps', ACCOUNT_LIMITS.vps, ['account add vps', 'account edit vps'], (text) => account({ vps: text })],
  [
    'account label',
    ACCOUNT_LIMITS.label,
    ['account add label', 'account edit label'],
    (text) => account({ label: text }),
  ],
  ['edited label', ACCOUNT_LIMITS.label, ['account edit label'], (label) => readAccountEdit({ label })],
  ['account notes', ACCOUNT_LIMITS.notes, ['account edit notes'], (text) => account({ notes: text })],
  ['edited notes', ACCOUNT_LIMITS.notes, ['account edit notes'], (notes) => readAccountEdit({ notes })],
  ['VPS name', VPS_LIMITS.name, ['vps add name', 'vps edit name'], (name) => readVpsEdit({ name })],
  ['VPS name in a file', VPS_LIMITS.name, ['vps add name'], (text) => mapping({ vps: text })],
  ...(['environment', 'host', 'region', 'notes'] as const).map((key): (typeof FIELDS)[number] => [
    ...([`VPS ${key}`, VPS_LIMITS[key], [`vps add ${key}`, `vps edit ${key}`]] as const),
    (text) => readVpsEdit({ [key]: text }),
  ]),
  ['environment in a file', VPS_LIMITS.environment, ['vps list environment'], (text) => mapping({ environment: text })],
  ['link notes', VPS_LIMITS.linkNotes, ['vps link notes'], readLinkNotes],
  ['link notes in a file', VPS_LIMITS.linkNotes, ['vps link notes'], (text) => mapping({ notes: text })],
  ...EDITABLE_KEYS.filter((key) => detail(key).kind.name === 'text' && key !== 'country').map(
    (key): (typeof FIELDS)[number] => [
      ...([`proxy ${key}`, detail(key).kind.maxChars, [`proxy edit ${setOptionOf(key)}`]] as const),
      (text) => detail(key).kind.read(text, nounOf(detail(key))),
    ],
  ),
];

const account = (written: object) => readAccount({ username: 'ann', model: 'Amber', ...written }, {});
function mapping(cells: { vps?: string; environment?: string; notes?: string }): unknown {
  const row = [{ vps: 'nova', proxy: '#1', ...cells }];
  const { rejected } = readMappings(JSON.stringify(row), { fileName: 'a.json', maxRows: 1 });
  return rejected[0] ? new Refusal(rejected[0].reason) : row;
}

describe.each(FIELDS)('the limit of %s', (_name, limit, options, read) => {
  test('is that of its options', () => {
    for (const option of options) {
      const [group, command, name] = option.split(' ');
      expect([option, maxOf(`${group} ${command}`, name ?? '')]).toEqual([option, limit]);
    }
  });

  test('counts as Discord counts, in UTF-16 units', () => {
    for (const letter of ['x', '😀']) {
      const longest = letter.repeat(limit / letter.length).padEnd(limit, 'x');
      expect(longest.length).toBe(limit);
      expect(read(longest)).not.toBeInstanceOf(Refusal);
      expect(read(`${longest}${letter}`)).toBeInstanceOf(Refusal);
    }
  });
});

test('what an import says for all lines has the limits of the fields', () => {
  for (const key of DEFAULT_KEYS) {
    expect([key, maxOf('proxy import', detail(key).column)]).toEqual([key, detail(key).kind.maxChars]);
  }
});
