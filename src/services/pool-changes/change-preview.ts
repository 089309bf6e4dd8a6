import type { Tx } from '../../db/client.ts';
import { namesOf } from '../../db/queries/accounts/models.ts';
import { countWaitingByModel } from '../../db/queries/assignments/pool.ts';
import { sampleTargets } from '../../db/queries/proxies/change-targets.ts';
import { describeReason } from '../../domain/plan/shared/assignment.ts';
import { formatAddress } from '../../domain/proxies/address.ts';
import type { ChangePreview, PoolChange } from '../../domain/proxies/pool-change.ts';
import { sumOf } from '../../domain/sum.ts';
import type { ChangePlan } from './change-plan.ts';
import type { StoredChange } from './stored-change.ts';

const SAMPLE = 5;

/** The preview of a closed plan, from its row alone. */
export function closedPreview({ id, state, cancelledBy, input, result }: StoredChange): ChangePreview {
  const { change, shown } = input;
  return {
    planId: id,
    state,
    cancelledBy,
    change,
    count: result?.count ?? shown?.count ?? 0,
    only: shown?.only ?? null,
    unchanged: 0,
    former: shown?.former ?? {},
    sample: [],
    moved: result?.moved ?? shown?.moved ?? 0,
    stranded: result?.stranded ?? 0,
    models: [],
    waiting: 0,
    moves: [],
    result,
  };
}

/** The proxy that a change of one proxy concerns. */
export async function onlyTarget(tx: Tx, change: PoolChange, { count }: ChangePlan): Promise<ChangePreview['only']> {
  if (change.kind === 'rebalance' || count !== 1) return null;
  const [target] = await sampleTargets(tx, 1);
  return target ? { id: target.id, address: formatAddress(target.host, target.port) } : null;
}

/** The part of a plan that is stored. */
export const inputOf = (
  change: PoolChange,
  { basis, count, moves, former }: ChangePlan,
  only: ChangePreview['only'],
) => ({
  change,
  basis,
  shown: { count, moved: moves.length, only, ...(change.kind === 'edit' && { former }) },
});

/** The preview or the result of a plan. */
export async function describeChange(
  tx: Tx,
  {
    planId,
    state,
    change,
    plan,
    only,
    result,
  }: Pick<ChangePreview, 'planId' | 'state' | 'change' | 'only' | 'result'> & { plan: ChangePlan },
): Promise<ChangePreview> {
  const shown = plan.moves.slice(0, SAMPLE);
  const names = await namesOf(tx, shown);
  const nameOf = new Map(names.models.map((model) => [model.id, model.name]));
  const sample = change.kind === 'rebalance' || state !== 'open' ? [] : await sampleTargets(tx, SAMPLE);
  const opensSlots = change.kind === 'activate' || change.kind === 'release';
  const waiting = state === 'open' && opensSlots ? await countWaitingByModel(tx) : [];
  return {
    planId,
    state,
    cancelledBy: null,
    change,
    count: plan.count,
    only,
    waiting: sumOf(waiting, (model) => model.count),
    unchanged: plan.unchanged,
    former: plan.former,
    sample: sample.map(({ id, host, port, load }) => ({ id, load, address: formatAddress(host, port) })),
    moved: plan.moves.length,
    stranded: plan.stranded.length,
    models: plan.models.map(({ modelId, ...each }) => ({ ...each, name: nameOf.get(modelId) ?? '' })),
    moves: shown.flatMap((move, index) => {
      const pair = names.pairs[index];
      if (!pair) return [];
      const { username, model } = pair;
      return {
        username,
        model,
        fromProxyId: move.fromProxyId,
        toProxyId: move.proxyId,
        reason: describeReason(move.reason),
      };
    }),
    result,
  };
}
