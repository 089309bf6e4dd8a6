import { accountKey, accountState, type Effects } from '../checks/ledger.ts';
import { applied, notApplied } from '../process/outcome.ts';
import type { SeenAccount } from '../world/snapshot.ts';
import { type Desk, keepButton, liveAccounts, liveProxies, MODELS, type Operation, somebody } from './desk.ts';

const held = (account: SeenAccount, isHeld: boolean): Effects => ({
  must: new Map([[accountKey(account.username), accountState({ ...account, isHeld })]]),
});

export function unassign(desk: Desk): Operation | undefined {
  const account = desk.random.some(liveAccounts(desk).filter(({ isHeld }) => !isHeld));
  if (!account) return undefined;
  return {
    name: `unassign ${account.username}`,
    actor: somebody(desk),
    effects: held(account, true),
    run: async ({ services }, actor) =>
      applied(`${await services.assignments.unassign(actor, account.id, 'paused')} served`),
  };
}

/** The best proxy, or one that the person names and that may not be allowed. */
export function assign(desk: Desk): Operation | undefined {
  const { random } = desk;
  const account = random.some(liveAccounts(desk).filter(({ proxyId }) => proxyId === null));
  if (!account) return undefined;
  const proxyId = random.chance(0.5) ? random.some(liveProxies(desk))?.id : undefined;
  return {
    name: `assign ${account.username} to ${proxyId === undefined ? 'the best proxy' : `#${proxyId}`}`,
    actor: somebody(desk),
    effects: held(account, false),
    run: async ({ services }, actor) =>
      applied(`#${(await services.assignments.assign(actor, account.id, { proxyId })).proxyId}`),
  };
}

export function reassign(desk: Desk): Operation | undefined {
  const { random } = desk;
  const account = random.some(liveAccounts(desk).filter(({ proxyId }) => proxyId !== null));
  if (!account) return undefined;
  const from = account.proxyId;
  return {
    name: `reassign ${account.username} from #${from}`,
    actor: somebody(desk),
    effects: held(account, false),
    run: async ({ services }, actor) => {
      const moved = await services.assignments.move(actor, account.id, { from });
      return moved ? applied(`#${moved.proxyId}`) : notApplied('stale');
    },
  };
}

export function fill(desk: Desk): Operation {
  const model = desk.random.some([...MODELS, undefined]);
  return {
    name: `plan a fill of ${model ?? 'all models'}`,
    actor: somebody(desk),
    effects: {},
    run: async ({ services }, actor) => {
      const { planId, placed } = await services.assignments.planFill(actor, model);
      keepButton(desk, {
        name: `fill by plan ${planId}`,
        effects: () => ({ may: (key, before, after) => key.startsWith('account ') && before === `${after}, held` }),
        click: async (parts, by) => {
          const { preview, isStale } = await parts.services.assignments.applyFill(by, planId);
          return isStale || preview.state !== 'applied'
            ? notApplied('stale')
            : applied(`${preview.result?.count} assigned`);
        },
      });
      return applied(`plan ${planId}, ${placed} placed`);
    },
  };
}
