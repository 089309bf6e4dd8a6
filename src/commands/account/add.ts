import { text } from '../../discord/define/options.ts';
import { accountCard } from '../../views/account/card.ts';
import { defineCommand } from '../define.ts';

export const addAccountCommand = defineCommand({
  name: 'account add',
  description: 'Add an account and assign it a proxy',
  options: {
    username: text('Username of the account', { required: true, maxLength: 100 }),
    model: text('Model that the account belongs to', { required: true, autocomplete: 'model' }),
    vps: text('VPS that manages the account', { autocomplete: 'vps' }),
    label: text('Label of the account', {}),
  },
  requires: 'operator',
  ack: 'public',
  run: async ({ actor, services }, options) => accountCard(await services.accounts.add(actor, options), actor, 'Added'),
});
