import { text } from '../../discord/define/options.ts';
import { cancelledLine } from '../../kit/plan-lines.ts';
import { accountCard, accountRemoveId, removeBackId, removeQuestion, removeSureId } from '../../views/account/card.ts';
import { withServed } from '../../views/assignment/served-note.ts';
import { defineCommand, defineComponent } from '../define.ts';

export const removeAccountCommand = defineCommand({
  name: 'account remove',
  description: 'Remove an account and free its slot',
  options: { account: text('Username of the account', { required: true, autocomplete: 'account' }) },
  requires: 'operator',
  ack: 'public',
  run: async ({ services }, options) =>
    removeQuestion(await services.accounts.show(await services.accounts.resolve(options.account))),
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
