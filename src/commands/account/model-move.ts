import { staleNotice } from '../../kit/stale-notice.ts';
import { modelApplyId, modelCancelId, modelMovePreview, modelUseId } from '../../views/account/model-move.ts';
import { defineComponent } from '../define.ts';

export const modelMoveButtons = [
  defineComponent({
    id: modelApplyId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { plan }) {
      const outcome = await services.accountEdits.applyModel(actor, plan);
      return modelMovePreview(outcome.preview, staleNotice(outcome));
    },
  }),
  defineComponent({
    id: modelUseId,
    requires: 'operator',
    ack: 'update',
    run: async ({ services }, { plan }) => modelMovePreview(await services.accountEdits.takeModel(plan)),
  }),
  defineComponent({
    id: modelCancelId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { plan }) =>
      modelMovePreview(await services.accountEdits.cancelModel(actor, plan)),
  }),
];
