import { modelList } from '../../views/account/models.ts';
import { defineCommand } from '../define.ts';

export const modelsCommand = defineCommand({
  name: 'account models',
  description: 'List models with their accounts, proxies and free slots',
  options: {},
  requires: 'viewer',
  ack: 'public',
  run: async ({ services }) => modelList(await services.stats.models()),
});
