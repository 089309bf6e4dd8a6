import { text } from '../../discord/define/options.ts';
import {
  accountAssignId,
  accountCard,
  accountHistoryId,
  accountMoveId,
  accountUnassignId,
} from '../../views/account/card.ts';
import { withServed } from '../../views/assignment/served-note.ts';
import { historyList } from '../../views/history/history-list.ts';
import { defineCommand, defineComponent } from '../define.ts';

/** Reason of an unassignment without one. */
export const UNASSIGN_REASON = 'unassigned manually';

const account = text('Username of the account', { required: true, autocomplete: 'account' });

export const showAccountCommand = defineCommand({
  name: 'account show',
  description: 'Show an account with its proxy and history',
  options: { account },
  requires: 'viewer',
  ack: 'public',
  run: async ({ actor, services }, options) =>
    accountCard(
      await services.accounts.show(await services.accounts.resolve(options.account, { withRemoved: true })),
      actor.level,
    ),
});

export const accountButtons = [
  defineComponent({
    id: accountHistoryId,
    requires: 'viewer',
    ack: 'public',
    run: async ({ actor, services }, { account: id }) =>
      historyList(await services.history.list({ accountId: id }), actor.level),
  }),
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
      const done = withServed(`Moved to #${placed.proxyId}`, placed.served);
      return accountCard(await services.accounts.show(id), actor.level, done);
    },
  }),
  defineComponent({
    id: accountUnassignId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { account: id }) {
      const served = await services.assignments.unassign(actor, id, UNASSIGN_REASON);
      return accountCard(
        await services.accounts.show(id),
        actor.level,
        withServed('Unassigned and put on hold', served),
      );
    },
  }),
];
