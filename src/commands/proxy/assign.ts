import { UserError } from '../../base/errors.ts';
import { text } from '../../discord/define/options.ts';
import { RefusalCard } from '../../discord/dispatch/refusal-card.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
import type { View } from '../../kit/view.ts';
import { AssignmentRefusal } from '../../services/assignments/refusal.ts';
import { accountCard, accountMoveToId, moveQuestion } from '../../views/account/card.ts';
import { assignmentRefusal, assignNearestId, NO_PROXY } from '../../views/assignment/refusal.ts';
import { withServed } from '../../views/assignment/served-note.ts';
import { accountsOf, planAccounts } from '../account/change.ts';
import { accountTargetOptions } from '../account/filter-options.ts';
import { moveAccount, UNASSIGN_REASON } from '../account/show.ts';
import { type Context, defineCommand, defineComponent } from '../define.ts';

/** Shows a refusal with the best allowed proxy on a button. */
function withNearest(error: unknown): never {
  throw error instanceof AssignmentRefusal ? new RefusalCard(error, assignmentRefusal(error)) : error;
}

async function assignTo({ actor, services }: Context, id: number, proxyId: number): Promise<View> {
  const placed = await services.assignments.assign(actor, id, { proxyId, isMove: true }).catch(withNearest);
  const done = withServed(`Assigned to #${proxyId}`, placed.served);
  return accountCard(await services.accounts.show(id), actor, done);
}

/** The named proxy, with the reason why the account may move to it. */
async function offer({ services }: Context, id: number, proxyId: number) {
  const reason = await services.assignments.consider(id, proxyId).catch(withNearest);
  const { host, port } = (await services.proxies.show(proxyId)).proxy;
  return { id: proxyId, address: formatAddress(host, port), reason };
}

export const assignCommand = defineCommand({
  name: 'proxy assign',
  description: 'Assign a proxy to an account, or release all that a filter matches',
  options: { ...accountTargetOptions, proxy: text('Proxy to assign', { autocomplete: 'proxy', maxLength: 300 }) },
  requires: 'operator',
  ack: 'public',
  async run(context, { proxy, ...target }) {
    const { actor, services } = context;
    const found = await accountsOf(context, target);
    if ('filter' in found) {
      if (proxy !== undefined)
        throw new UserError(
          'one_target',
          'A proxy can be chosen for one account only.',
          'Remove the option proxy, or name an account.',
        );
      return planAccounts(context, { kind: 'release', filter: found.filter });
    }
    const { id } = found;
    const proxyId = proxy === undefined ? undefined : await services.proxies.resolve(proxy);
    const before = await services.accounts.show(id);
    if (before.proxy) {
      return moveQuestion(before, before.proxy, proxyId === undefined ? undefined : await offer(context, id, proxyId));
    }
    if (proxyId !== undefined) return assignTo(context, id, proxyId);
    const placed = await services.assignments.assign(actor, id);
    return accountCard(await services.accounts.show(id), actor, `Assigned to #${placed.proxyId}`);
  },
});

export const unassignCommand = defineCommand({
  name: 'proxy unassign',
  description: 'Put one account on hold, or all that a filter matches',
  options: { ...accountTargetOptions, reason: text('Reason, shown in the history', {}) },
  requires: 'operator',
  ack: 'public',
  async run(context, { reason, ...target }) {
    const { actor, services } = context;
    const found = await accountsOf(context, target);
    if ('filter' in found) return planAccounts(context, { kind: 'hold', filter: found.filter, reason });
    const { id } = found;
    const served = await services.assignments.unassign(actor, id, reason ?? UNASSIGN_REASON);
    return accountCard(await services.accounts.show(id), actor, withServed('Unassigned and put on hold', served));
  },
});

export const assignNamedButton = defineComponent({
  id: accountMoveToId,
  requires: 'operator',
  ack: 'update',
  run: (context, { account, from, proxy }) =>
    moveAccount(context, account, { from, proxyId: proxy }).catch(withNearest),
});

/** Deletes the ephemeral refusal and posts the result publicly. */
export const assignNearestButton = defineComponent({
  id: assignNearestId,
  requires: 'operator',
  ack: 'update',
  async run(context, { account: id, from, proxy }) {
    const options = { from: from === NO_PROXY ? null : from, proxyId: proxy };
    context.followUp(await moveAccount(context, id, options).catch(withNearest));
    return null;
  },
});
