import { text } from '../../discord/options.ts';
import { accountCard, moveQuestion } from '../../views/account/card.ts';
import { fillApplyId, fillPreview } from '../../views/assignment/fill-preview.ts';
import { defineCommand, defineComponent } from '../define.ts';

const account = text('Its username', { required: true, suggestions: 'account' });

export const assignCommand = defineCommand({
  name: 'proxy assign',
  description: 'Give an account a proxy, the best if none is named',
  options: { account, proxy: text('The proxy', { suggestions: 'proxy', maxLength: 300 }) },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, options) {
    const id = await services.accounts.resolve(options.account);
    const proxyId = options.proxy === undefined ? undefined : await services.proxies.resolve(options.proxy);
    const before = await services.accounts.show(id);
    if (before.proxy && proxyId === undefined) return moveQuestion(before);
    const placed = await services.assignments.assign(actor, id, {
      ...(proxyId !== undefined && { proxyId }),
      isMove: proxyId !== undefined,
    });
    return accountCard(await services.accounts.show(id), actor.level, `Assigned to #${placed.proxyId}`);
  },
});

export const unassignCommand = defineCommand({
  name: 'proxy unassign',
  description: 'Take the proxy away and hold the account',
  options: { account, reason: text('Why', {}) },
  requires: 'operator',
  ack: 'public',
  async run({ actor, services }, options) {
    const id = await services.accounts.resolve(options.account);
    await services.assignments.unassign(actor, id, options.reason ?? 'unassigned by hand');
    return accountCard(await services.accounts.show(id), actor.level, 'Unassigned and held');
  },
});

export const fillCommand = defineCommand({
  name: 'proxy fill',
  description: 'Plan all waiting and held accounts',
  options: { model: text('Only of this model', { suggestions: 'model' }) },
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
      const { preview, isStale } = await services.assignments.applyFill(actor, plan);
      return fillPreview(
        preview,
        isStale ? 'The pool has changed since; nothing was done. This is the plan now.' : undefined,
      );
    },
  }),
];
