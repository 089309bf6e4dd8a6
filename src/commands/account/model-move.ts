import { modelApplyId, modelCancelId, modelMovePreview } from '../../views/account/model-move.ts';
import { defineComponent } from '../define.ts';

export const modelMoveButtons = [
  defineComponent({
    id: modelApplyId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { plan }) {
      const { preview, isStale } = await services.accountEdits.applyModel(actor, plan);
      return modelMovePreview(
        preview,
        isStale ? 'Accounts or proxies have changed since; nothing was done. This is the plan now.' : undefined,
      );
    },
  }),
  defineComponent({
    id: modelCancelId,
    requires: 'operator',
    ack: 'update',
    run: async ({ services }, { plan }) => modelMovePreview(await services.accountEdits.cancelModel(plan)),
  }),
];
