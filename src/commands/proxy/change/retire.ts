import { choice, flag, text } from '../../../discord/define/options.ts';
import { REBALANCE_GOALS } from '../../../domain/plan/moves/rebalance.ts';
import { defineCommand } from '../../define.ts';
import { targetOptions } from '../filter-options.ts';
import { planChange, targetOf } from './change.ts';

const reason = text('Reason, shown on the card and in the audit log', { maxLength: 200 });

export const deactivateCommand = defineCommand({
  name: 'proxy deactivate',
  description: 'Deactivate proxies and move their accounts',
  options: { ...targetOptions, reason, blocked: flag('Block them as burned, so that imports keep them blocked', {}) },
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
  description: 'Activate proxies again',
  options: targetOptions,
  requires: 'operator',
  ack: 'public',
  run: async (context, target) => planChange(context, { kind: 'activate', target: await targetOf(context, target) }),
});

export const removeCommand = defineCommand({
  name: 'proxy remove',
  description: 'Remove proxies and move their accounts',
  options: { ...targetOptions, reason },
  requires: 'operator',
  ack: 'public',
  run: async (context, { reason: why, ...target }) =>
    planChange(context, { kind: 'remove', target: await targetOf(context, target), reason: why }),
});

export const releaseCommand = defineCommand({
  name: 'proxy release',
  description: 'End the cooldown of proxies',
  options: targetOptions,
  requires: 'operator',
  ack: 'public',
  run: async (context, target) => planChange(context, { kind: 'release', target: await targetOf(context, target) }),
});

export const rebalanceCommand = defineCommand({
  name: 'proxy rebalance',
  description: 'Rebalance accounts with the fewest moves',
  options: {
    model: text('Only accounts of this model', { autocomplete: 'model' }),
    goal: choice('spread: even loads (default); compact: fewest proxies', REBALANCE_GOALS, {}),
  },
  requires: 'operator',
  ack: 'public',
  run: (context, { model, goal }) => planChange(context, { kind: 'rebalance', model, goal: goal ?? 'spread' }),
});
