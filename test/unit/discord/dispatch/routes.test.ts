import { expect, test } from 'vitest';
import { defineComponent, type Registry } from '../../../../src/discord/define/command.ts';
import { Routes } from '../../../../src/discord/dispatch/routes.ts';
import { defineId } from '../../../../src/kit/custom-id.ts';
import { text as words } from '../../../../src/kit/parts.ts';

const run = async () => ({ components: [words('x')] });
const button = () =>
  defineComponent<null>()({ id: defineId('proxy.open', {}), requires: 'viewer', ack: 'update', run });
const registry = (...handlers: Registry<null>['handlers']): Registry<null> => ({
  groups: {},
  handlers,
  autocomplete: {},
});

test('two handlers of one name stop the start, since one of them would never be reached', () => {
  expect(() => new Routes(registry(button(), button()))).toThrow('two handlers for the component proxy.open');
});
