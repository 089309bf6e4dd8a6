import { describe, expect, test } from 'vitest';
import { defineCommand, defineComponent, type Registry } from '../../../../src/discord/define/command.ts';
import { Routes } from '../../../../src/discord/dispatch/routes.ts';
import { commandPayloads } from '../../../../src/discord/register-commands.ts';
import { defineId } from '../../../../src/kit/custom-id.ts';
import { text as words } from '../../../../src/kit/parts.ts';

const run = async () => ({ components: [words('x')] });
const button = () =>
  defineComponent<null>()({ id: defineId('proxy.open', {}), requires: 'viewer', ack: 'update', run });
const registry = (...handlers: Registry<null>['handlers']): Registry<null> => ({
  groups: { proxy: 'Proxies' },
  handlers,
  autocomplete: {},
});

test('two handlers of one name stop the start, since one of them would never be reached', () => {
  expect(() => new Routes(registry(button(), button()))).toThrow('two handlers for the component proxy.open');
});

describe('a name that Discord cannot have stops the start', () => {
  const named = (name: string) => {
    const command = defineCommand<null>();
    return command({ name, description: 'One', options: {}, requires: 'viewer', ack: 'public', run });
  };

  test('of three words, one of which would be dropped', () => {
    const rotate = named('proxy rotate account');
    const message = 'the command “proxy rotate account” must have one word or two: subcommand groups are not supported';
    expect(() => new Routes(registry(rotate))).toThrow(message);
    expect(() => commandPayloads(registry(rotate))).toThrow(message);
    // @ts-expect-error a literal name of three words is refused by its type already
    defineCommand<null>()({ name: 'a b c', description: 'One', options: {}, requires: 'viewer', ack: 'public', run });
  });

  test('of a group alone, and of a group that has no description', () => {
    expect(() => new Routes(registry(named('proxy')))).toThrow('the command proxy has subcommands, so it needs one');
    expect(() => new Routes(registry(named('account add')))).toThrow(
      'the group account of account add has no description',
    );
    expect(() => new Routes(registry(named('help'), named('proxy show')))).not.toThrow();
  });
});
