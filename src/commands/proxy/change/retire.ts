import { choice, flag, text } from '../../../discord/define/options.ts';
import { REBALANCE_GOALS } from '../../../domain/plan/moves/rebalance.ts';
import { defineCommand } from '../../define.ts';
import { filterOptions } from '../filter-options.ts';
import { planChange, targetOf } from './change.ts';

/** One proxy, or all that a filter finds. */
export const targetOptions = { proxy: text('One proxy', { autocomplete: 'proxy', maxLength: 300 }), ...filterOptions };
const reason = text('Why', { maxLength: 200 });

export const deactivateCommand = defineCommand({
  name: 'proxy deactivate',
  description: 'Switch proxies off; their accounts move first',
  options: { ...targetOptions, reason, blocked: flag('Burned: it must not come back', {}) },
  requires: 'operator',
  ack: 'public',
  run: async (context, { reason: why, blocked, ...target }) =>
    planChange(context, {
      kind: 'deactivate',
      target: await targetOf(context, target),
      isBlocked: blocked ?? false,
      reason: why,
    }),
});

export const activateCommand = defineCommand({
  name: 'proxy activate',
  description: 'Switch proxies back on',
  options: targetOptions,
  requires: 'operator',
  ack: 'public',
  run: async (context, target) => planChange(context, { kind: 'activate', target: await targetOf(context, target) }),
});

export const removeCommand = defineCommand({
  name: 'proxy remove',
  description: 'Remove proxies; their accounts move first',
  options: { ...targetOptions, reason },
  requires: 'operator',
  ack: 'public',
  run: async (context, { reason: why, ...target }) =>
    planChange(context, { kind: 'remove', target: await targetOf(context, target), reason: why }),
});

export const releaseCommand = defineCommand({
  name: 'proxy release',
  description: 'End a cool-down early',
  options: targetOptions,
  requires: 'operator',
  ack: 'public',
  run: async (context, target) => planChange(context, { kind: 'release', target: await targetOf(context, target) }),
});

export const rebalanceCommand = defineCommand({
  name: 'proxy rebalance',
  description: 'Move accounts, as few as can be',
  options: {
    model: text('Only of this model', { autocomplete: 'model' }),
    goal: choice('Even loads (default), or fewest proxies', REBALANCE_GOALS, {}),
  },
  requires: 'operator',
  ack: 'public',
  run: (context, { model, goal }) => planChange(context, { kind: 'rebalance', model, goal: goal ?? 'spread' }),
});
