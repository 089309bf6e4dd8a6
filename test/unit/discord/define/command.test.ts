import { expect, test } from 'vitest';
import { defineCommand, defineComponent, defineModal, type Registry } from '../../../../src/discord/define/command.ts';
import { textField } from '../../../../src/discord/define/modal.ts';
import { choice, text } from '../../../../src/discord/define/options.ts';
import { defineId, idNumber } from '../../../../src/kit/custom-id.ts';
import { text as words } from '../../../../src/kit/parts.ts';

type Lists = 'proxy' | 'model';
const command = defineCommand<null, Lists>();
const component = defineComponent<null>();
const defined = { name: 'x', description: 'X', options: {}, requires: 'viewer' } as const;
const clicked = { id: defineId('x', { proxy: idNumber }), requires: 'viewer' } as const;
const view = async () => ({ components: [words('x')] });
const nothing = async () => null;
const modal = defineModal<null>()({
  id: defineId('m', {}),
  title: 'M',
  fields: { label: textField('Label', {}) },
  requires: 'viewer',
  ack: 'public',
  run: view,
});
const open = async () => modal.open({});

test('an acknowledgement takes only the kind of answer that can follow it', () => {
  command({ ...defined, ack: 'public', run: view });
  command({ ...defined, ack: 'modal', run: open });
  command({ ...defined, ack: () => 'ephemeral', modal: () => open, run: view });
  component({ ...clicked, ack: 'update', run: nothing });
  component({ ...clicked, ack: 'modal', run: open });
  // @ts-expect-error a modal must be the first response, so nothing can be acknowledged before
  command({ ...defined, ack: 'public', run: open });
  // @ts-expect-error a command has no clicked message
  command({ ...defined, ack: 'update', run: view });
  // @ts-expect-error the options can open a modal only through `modal`
  command({ ...defined, ack: () => 'modal', run: view });
  // @ts-expect-error Discord waits for a modal
  command({ ...defined, ack: 'modal', run: view });
  // @ts-expect-error a public answer is not deleted
  component({ ...clicked, ack: 'public', run: nothing });
  // @ts-expect-error an update is acknowledged before the modal could be opened
  component({ ...clicked, ack: 'update', run: open });
  const submitted = { id: defineId('m', {}), title: 'M', fields: {}, requires: 'viewer' } as const;
  // @ts-expect-error a modal cannot open another modal
  defineModal<null>()({ ...submitted, ack: 'modal', run: open });
});

test('an option names a list of the registry, and the registry has every list', () => {
  const shown = command({
    ...defined,
    options: { proxy: text('P', { autocomplete: 'proxy' }) },
    ack: 'public',
    run: view,
  });
  // @ts-expect-error there is no such list
  command({ ...defined, options: { proxy: text('P', { autocomplete: 'proxies' }) }, ack: 'public', run: view });
  const list = { suggest: async () => [], read: (text: string) => text };
  const registry: Registry<null, Lists> = { groups: {}, handlers: [shown], autocomplete: { proxy: list, model: list } };
  // @ts-expect-error the list of models is missing
  const incomplete: Registry<null, Lists> = { ...registry, autocomplete: { proxy: list } };
  expect([registry, incomplete]).toHaveLength(2);
});

test('the options decide once whether a modal opens, and the values have the types of their options', async () => {
  const both = command({
    ...defined,
    options: { name: text('N', { required: true }), color: choice('C', ['red', 'blue'], {}) },
    ack: ({ color }) => (color === 'red' ? 'ephemeral' : 'public'),
    modal: ({ color }) => (color ? undefined : open),
    async run(_, { name, color }) {
      const typed: [string, 'red' | 'blue' | undefined] = [name, color];
      return { components: [words(typed.join())] };
    },
  });
  const given = (values: Record<string, string>) => both.read((option) => values[option]);
  expect(given({ name: 'a' }).ack).toBe('modal');
  expect(given({ name: 'a', color: 'red' }).ack).toBe('ephemeral');
  expect(given({ name: 'a', color: 'blue' }).ack).toBe('public');
  expect(() => given({ name: 'a', color: 'green' })).toThrow('Invalid value for the option “color”');
});

test('options can require more than their command, and say so before anything is acknowledged', () => {
  const secret = command({
    ...defined,
    options: { kind: choice('K', ['plain', 'secret'], {}) },
    requiresFor: ({ kind }) => (kind === 'secret' ? 'operator' : undefined),
    ack: 'public',
    run: view,
  });
  expect(['plain', 'secret'].map((kind) => secret.read(() => kind).requires)).toEqual([undefined, 'operator']);
});
