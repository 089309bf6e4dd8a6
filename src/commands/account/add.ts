import { flag, text } from '../../discord/define/options.ts';
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
    new_model: flag('Create the model although another one has a similar name', {}),
  },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, { new_model: isNewModel, ...account }) {
    return accountCard(await services.accounts.add(actor, account, { isNewModel }), actor, 'Added');
  },
});
