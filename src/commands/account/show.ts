import { text } from '../../discord/define/options.ts';
import { STALE_NOTICE } from '../../kit/stale-notice.ts';
import { noticeLine } from '../../kit/text.ts';
import type { View } from '../../kit/view.ts';
import {
  accountAssignId,
  accountCard,
  accountHistoryId,
  accountMoveId,
  accountUnassignId,
} from '../../views/account/card.ts';
import { withServed } from '../../views/assignment/served-note.ts';
import { historyList } from '../../views/history/history-list.ts';
import { type Context, defineCommand, defineComponent } from '../define.ts';

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
      actor,
    ),
});

const moveText = (from: number | null, to: number) =>
  from === null ? `Assigned to #${to}` : `Moved from #${from} to #${to}`;

/**
 * Answers the question whether an account should move off the proxy that it showed. If it is not there any more,
 * nothing is done and its card is shown.
 */
export async function moveAccount(
  { actor, services }: Context,
  id: number,
  options: { from: number | null; proxyId?: number },
): Promise<View> {
  const moved = await services.assignments.move(actor, id, options);
  const account = await services.accounts.show(id);
  if (!moved) return accountCard(account, actor, undefined, noticeLine(STALE_NOTICE));
  return accountCard(account, actor, withServed(moveText(options.from, moved.proxyId), moved.served));
}

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
      return accountCard(await services.accounts.show(id), actor, `Assigned to #${placed.proxyId}`);
    },
  }),
  defineComponent({
    id: accountMoveId,
    requires: 'operator',
    ack: 'update',
    run: (context, { account, from }) => moveAccount(context, account, { from }),
  }),
  defineComponent({
    id: accountUnassignId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { account: id }) {
      const served = await services.assignments.unassign(actor, id, UNASSIGN_REASON);
      return accountCard(await services.accounts.show(id), actor, withServed('Unassigned and put on hold', served));
    },
  }),
];
