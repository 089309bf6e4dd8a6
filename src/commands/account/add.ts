import { text } from '../../discord/define/options.ts';
import { accountCard } from '../../views/account/card.ts';
import { defineCommand } from '../define.ts';

export const addAccountCommand = defineCommand({
  name: 'account add',
  description: 'Add one account and give it a proxy',
  options: {
    username: text('The account', { required: true, maxLength: 100 }),
    model: text('The model that it belongs to', { required: true, autocomplete: 'model' }),
    vps: text('The VPS that runs it', { autocomplete: 'vps' }),
    label: text('A label', {}),
  },
  requires: 'operator',
  ack: 'public',
  run: async ({ actor, services }, options) =>
    accountCard(await services.accounts.add(actor, options), actor.level, 'Added'),
});
