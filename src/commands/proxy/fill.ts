import { text } from '../../discord/define/options.ts';
import { staleNotice } from '../../kit/stale-notice.ts';
import { fillApplyId, fillCancelId, fillPreview, fillTogetherId } from '../../views/assignment/fill-preview.ts';
import { defineCommand, defineComponent } from '../define.ts';
import { planChange } from './change/change.ts';

export const fillCommand = defineCommand({
  name: 'proxy fill',
  description: 'Assign proxies to waiting and on-hold accounts',
  options: { model: text('Only accounts of this model', { autocomplete: 'model' }) },
  requires: 'operator',
  ack: 'public',
  run: async ({ actor, services }, { model }) => fillPreview(await services.assignments.planFill(actor, model)),
});

export const fillButtons = [
  defineComponent({
    id: fillApplyId,
    requires: 'operator',
    ack: 'update',
    async run({ actor, services }, { plan }) {
      const outcome = await services.assignments.applyFill(actor, plan);
      return fillPreview(outcome.preview, staleNotice(outcome));
    },
  }),
  defineComponent({
    id: fillCancelId,
    requires: 'operator',
    ack: 'update',
    run: async ({ actor, services }, { plan }) => fillPreview(await services.assignments.cancelFill(actor, plan)),
  }),
  defineComponent({
    id: fillTogetherId,
    requires: 'operator',
    ack: 'public',
    run: (context, { model: modelId }) => planChange(context, { kind: 'rebalance', modelId, goal: 'compact' }),
  }),
];
