import { accountCard } from '../../views/account/card.ts';
import { accountList, accountOpenId, accountPageId } from '../../views/account/list.ts';
import { defineCommand, defineComponent } from '../define.ts';
import { accountFilterOptions } from './filter-options.ts';

export const listAccountsCommand = defineCommand({
  name: 'account list',
  description: 'List accounts',
  options: accountFilterOptions,
  requires: 'viewer',
  ack: 'public',
  run: async ({ actor, services }, filter) => {
    const isMasked = actor.level === 'viewer' || undefined;
    return accountList(await services.accounts.list({ ...filter, isMasked }), actor.level);
  },
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
