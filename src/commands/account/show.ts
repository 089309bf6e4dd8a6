import { text } from '../../discord/options.ts';
import {
  accountAssignId,
  accountCard,
  accountMoveId,
  accountRemoveId,
  accountUnassignId,
  removeBackId,
  removeQuestion,
  removeSureId,
} from '../../views/account/card.ts';
import { defineCommand, defineComponent } from '../define.ts';

const account = text('Its username', { required: true, suggestions: 'account' });

export const showAccountCommand = defineCommand({
  name: 'account show',
  description: 'One account with its proxy and its history',
  options: { account },
  requires: 'viewer',
  ack: 'public',
  run: async ({ actor, services }, options) =>
    accountCard(await services.accounts.show(await services.accounts.resolve(options.account)), actor.level),
});

export const removeAccountCommand = defineCommand({
  name: 'account remove',
  description: 'Remove an account; its proxy becomes free',
  options: { account },
  requires: 'operator',
  ack: 'public',
  run: async ({ services }, options) =>
    removeQuestion(await services.accounts.show(await services.accounts.resolve(options.account))),
});

export const accountButtons = [
  defineComponent({
    id: accountAssignId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { account: id }) {
      const placed = await services.assignments.assign(actor, id);
      return accountCard(await services.accounts.show(id), actor.level, `Assigned to #${placed.proxyId}`);
    },
  }),
  defineComponent({
    id: accountMoveId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { account: id }) {
      const placed = await services.assignments.assign(actor, id, { isMove: true });
      return accountCard(await services.accounts.show(id), actor.level, `Moved to #${placed.proxyId}`);
    },
  }),
  defineComponent({
    id: accountUnassignId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { account: id }) {
      await services.assignments.unassign(actor, id, 'unassigned by hand');
      return accountCard(await services.accounts.show(id), actor.level, 'Unassigned and held');
    },
  }),
  defineComponent({
    id: accountRemoveId,
    requires: 'operator',
    ack: 'update',
    run: async ({ services }, { account: id }) => removeQuestion(await services.accounts.show(id)),
  }),
  defineComponent({
    id: removeSureId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { account: id }) =>
      accountCard(await services.accounts.remove(actor, id), actor.level),
  }),
  defineComponent({
    id: removeBackId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { account: id }) => accountCard(await services.accounts.show(id), actor.level),
  }),
];
