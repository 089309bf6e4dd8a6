import { choice, text } from '../../discord/define/options.ts';
import { ACCOUNT_STATES } from '../../domain/accounts/account-view.ts';
import { accountCard } from '../../views/account/card.ts';
import { accountList, accountOpenId, accountPageId } from '../../views/account/list.ts';
import { defineCommand, defineComponent } from '../define.ts';

export const listAccountsCommand = defineCommand({
  name: 'account list',
  description: 'List accounts',
  options: {
    model: text('Only accounts of this model', { autocomplete: 'model' }),
    vps: text('Only accounts of this VPS', { autocomplete: 'vps' }),
    state: choice('Only accounts in this state', ACCOUNT_STATES, {}),
    search: text('Part of a username or label', {}),
  },
  requires: 'viewer',
  ack: 'public',
  run: async ({ actor, services }, filter) => accountList(await services.accounts.list(filter), actor.level),
});

export const listAccountsButtons = [
  defineComponent({
    id: accountPageId,
    requires: 'viewer',
    ack: 'update',
    run: async ({ actor, services }, { list, ...from }) =>
      accountList(await services.accounts.page(list, from), actor.level),
  }),
  defineComponent({
    id: accountOpenId,
    requires: 'viewer',
    ack: 'public',
    run: async ({ actor, services }, _params, [id = '0']) =>
      accountCard(await services.accounts.show(Number(id)), actor),
  }),
];
