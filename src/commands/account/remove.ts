import { cancelledLine } from '../../kit/plan-lines.ts';
import { accountCard, accountRemoveId, removeBackId, removeQuestion, removeSureId } from '../../views/account/card.ts';
import { withServed } from '../../views/assignment/served-note.ts';
import { defineCommand, defineComponent } from '../define.ts';
import { accountsOf, planAccounts } from './change.ts';
import { accountTargetOptions } from './filter-options.ts';

export const removeAccountCommand = defineCommand({
  name: 'account remove',
  description: 'Remove one account, or all that a filter matches',
  options: accountTargetOptions,
  requires: 'operator',
  ack: 'public',
  async run(context, options) {
    const found = await accountsOf(context, options);
    if ('filter' in found) return planAccounts(context, { kind: 'remove', filter: found.filter });
    return removeQuestion(await context.services.accounts.show(found.id));
  },
});

export const accountRemoveButtons = [
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
    async run({ actor, services }, { account: id }) {
      const { account, served } = await services.accounts.remove(actor, id);
      return accountCard(account, actor, withServed('Removed', served));
    },
  }),
  defineComponent({
    id: removeBackId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { account: id }) =>
      accountCard(await services.accounts.show(id), actor, undefined, cancelledLine(actor.id)),
  }),
];
