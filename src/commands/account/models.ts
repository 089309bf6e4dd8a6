import { modelList, modelPageId } from '../../views/account/models.ts';
import { defineCommand, defineComponent } from '../define.ts';

export const modelsCommand = defineCommand({
  name: 'account models',
  description: 'List models with their accounts, proxies and free slots',
  options: {},
  requires: 'viewer',
  ack: 'public',
  run: async ({ services }) => modelList(await services.stats.models()),
});

export const modelsButtons = [
  defineComponent({
    id: modelPageId,
    requires: 'viewer',
    ack: 'update',
    run: async ({ services }, { list, ...from }) => modelList(await services.stats.modelPage(list, from)),
  }),
];
