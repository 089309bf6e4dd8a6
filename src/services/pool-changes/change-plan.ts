import { UserError } from '../../base/errors.ts';
import type { Tx } from '../../db/client.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import {
  accountsOnTargets,
  assignedOf,
  findTargets,
  managedOnTargets,
  targetIds,
} from '../../db/queries/proxies/change-targets.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { readStanding } from '../../db/queries/vps/vps-map.ts';
import { type Move, type MovePlan, planMoves } from '../../domain/plan/moves/moves.ts';
import { planRebalance } from '../../domain/plan/moves/rebalance.ts';
import { planSeparation } from '../../domain/plan/moves/separate.ts';
import type { AssignedAccount } from '../../domain/plan/shared/pool.ts';
import { isEmptyFilter } from '../../domain/proxies/filters.ts';
import { type ChangedModel, type PoolChange, staysPut } from '../../domain/proxies/pool-change.ts';
import { readWholePool } from '../assignments/whole-pool.ts';
import { basisOf } from '../shared/stale-preview.ts';
import { kindOf } from './change-kinds.ts';

/** All effects that a change would have now. */
export interface ChangePlan {
  count: number;
  unchanged: number;
  moves: readonly Move[];
  /** Accounts that no other proxy can take. */
  stranded: readonly AssignedAccount[];
  models: readonly (Omit<ChangedModel, 'name'> & { modelId: number })[];
  /**
   * Equal as long as the change would have the same effect. The choice between two equally good proxies is left out: it
   * depends on their speed, which each check changes, so that a plan would otherwise rarely survive until its click.
   */
  basis: string;
}

/** Plans a change. The lock keeps other assignment writers out until the transaction ends. */
export async function planPoolChange(tx: Tx, change: PoolChange): Promise<ChangePlan> {
  assertTargeted(change);
  await lockAssignments(tx);
  if (change.kind === 'rebalance') return rebalance(tx, change);
  const { limit } = await readSettings(tx);
  const { basis, ...found } = await findTargets(tx, change, limit);
  const plan = kindOf(change).isLeft && found.count > 0 ? await planOf(tx, change) : undefined;
  if (!plan) return { ...found, moves: [], stranded: [], models: [], basis };
  const models = plan.models.map(({ modelId, placed, waiting, missingProxies }) => ({
    modelId,
    moved: placed,
    stranded: waiting,
    missingProxies,
    proxies: null,
  }));
  return { ...found, ...plan, models, basis: basisOf([basis, plan.stranded.length, ...leavingOf(plan.moves)]) };
}

const FILTER_EXAMPLE: Partial<Record<PoolChange['kind'], string>> = {
  activate: 'status: inactive',
  deactivate: 'health: failing',
  release: 'usage: cooling',
  remove: 'usage: unused',
};

/**
 * An empty filter matches every proxy. That is never intended, neither by a command nor by a plan whose filter was
 * lost.
 */
function assertTargeted(change: PoolChange): void {
  if (!('target' in change && 'filter' in change.target && isEmptyFilter(change.target.filter))) return;
  throw new UserError(
    'no_filter',
    'Choose a proxy or at least one filter.',
    `For example, add ${FILTER_EXAMPLE[change.kind] ?? 'a provider'}.`,
  );
}

/** Plans where the accounts of the changed proxies go; undefined if there are none. */
async function planOf(tx: Tx, change: PoolChange): Promise<MovePlan | undefined> {
  if (change.kind === 'separate') {
    return planSeparation(await readWholePool(tx), await managedOnTargets(tx), await readStanding(tx));
  }
  const assigned = await accountsOnTargets(tx);
  if (assigned.length === 0) return undefined;
  // Proxies without accounts must not receive any either, since they leave the pool too.
  const leaving = new Set(await targetIds(tx));
  const pool = await readWholePool(tx);
  const proxies = pool.proxies.map((proxy) => (leaving.has(proxy.id) ? { ...proxy, eligible: false } : proxy));
  return planMoves({ ...pool, proxies }, assigned, staysPut(change) ? 'stays' : 'waits');
}

async function rebalance(tx: Tx, { modelId, goal }: Extract<PoolChange, { kind: 'rebalance' }>): Promise<ChangePlan> {
  const { moves, models } = planRebalance(await readWholePool(tx), await assignedOf(tx, modelId), goal);
  const touched = new Set(moves.flatMap(({ proxyId, fromProxyId }) => [proxyId, fromProxyId]));
  return {
    count: touched.size,
    unchanged: 0,
    moves,
    stranded: [],
    models: models
      .filter((model) => model.moves > 0)
      .map(({ modelId: id, moves: moved, proxiesBefore, proxiesAfter }) => ({
        modelId: id,
        moved,
        stranded: 0,
        missingProxies: 0,
        proxies: { before: proxiesBefore, after: proxiesAfter },
      })),
    basis: basisOf([
      goal,
      ...models.map((each) => [each.modelId, each.moves, each.proxiesBefore, each.proxiesAfter].join(':')),
    ]),
  };
}

/** The account and the proxy of each move. */
const leavingOf = (moves: readonly Move[]) =>
  moves.map(({ accountId, fromProxyId }) => `${accountId}:${fromProxyId}`).toSorted();
