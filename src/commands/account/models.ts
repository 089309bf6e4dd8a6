import { modelTable } from '../../views/account/models.ts';
import { defineCommand } from '../define.ts';

export const modelsCommand = defineCommand({
  name: 'account models',
  description: 'Models with their accounts, proxies and places',
  options: {},
  requires: 'viewer',
  ack: 'public',
  run: async ({ services }) => modelTable(await services.stats.models()),
});
