import { modelTable } from '../../views/account/list.ts';
import { defineCommand } from '../define.ts';

export const modelsCommand = defineCommand({
  name: 'account models',
  description: 'Models with their accounts, proxies and places',
  options: {},
  requires: 'viewer',
  ack: 'public',
  async run({ services }) {
    const { models, limit } = await services.accounts.models();
    return modelTable(models, limit);
  },
});
