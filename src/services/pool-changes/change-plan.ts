import { UserError } from '../../base/errors.ts';
import type { Tx } from '../../db/client.ts';
import {
  accountsOnTargets,
  assignedOf,
  findTargets,
  managedOnTargets,
  targetIds,
} from '../../db/queries/proxies/change-targets.ts';
import { formerValuesOf } from '../../db/queries/proxies/pool-changes.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { readStanding } from '../../db/queries/vps/vps-map.ts';
import type { Move, MovePlan } from '../../domain/plan/moves/moves.ts';
import { planRebalance } from '../../domain/plan/moves/rebalance.ts';
import { planSeparation } from '../../domain/plan/moves/separate.ts';
import type { AssignedAccount } from '../../domain/plan/shared/pool.ts';
import { isEmptyFilter } from '../../domain/proxies/filters.ts';
import { type ChangedModel, type FormerFields, type PoolChange, staysPut } from '../../domain/proxies/pool-change.ts';
import { MAX_ACCOUNTS_PER_PROXY } from '../../domain/proxies/proxy.ts';
import { FEW_ACCOUNTS } from '../assignments/among-few.ts';
import { planMovesNow } from '../assignments/plan-moves.ts';
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
  former: FormerFields;
  models: readonly (Omit<ChangedModel, 'name'> & { modelId: number })[];
  /**
   * Equal as long as the change would have the same effect. The choice between two equally good proxies is left out: it
   * depends on their speed, which each check changes, so that a plan would otherwise rarely survive until its click.
   */
  basis: string;
}

/**
 * Plans a change. A change that is to be applied is planned with the lock on assignments held (`lockAssignments`). A preview goes
 * without it: what it shows is compared with another plan before anything is written.
 */
export async function planPoolChange(tx: Tx, change: PoolChange): Promise<ChangePlan> {
  assertTargeted(change);
  if (change.kind === 'rebalance') return rebalance(tx, change);
  const { limit } = await readSettings(tx);
  const { basis, ...found } = await findTargets(tx, change, limit);
  const former = change.kind === 'edit' ? await formerValuesOf(tx, change.edit) : {};
  const plan = kindOf(change).isLeft && found.count > 0 ? await planOf(tx, change) : undefined;
  if (!plan) return { ...found, former, moves: [], stranded: [], models: [], basis };
  const models = plan.models.map(({ modelId, placed, waiting, missingProxies }) => ({
    modelId,
    moved: placed,
    stranded: waiting,
    missingProxies,
    proxies: null,
  }));
  return { ...found, ...plan, former, models, basis: basisOf([basis, plan.stranded.length, ...leavingOf(plan.moves)]) };
}

/** Whether a change concerns a few named proxies, whose accounts are planned without the whole pool. */
export function isOfFew(change: PoolChange): boolean {
  if (change.kind === 'rebalance' || change.kind === 'separate' || !('ids' in change.target)) return false;
  return change.target.ids.length * MAX_ACCOUNTS_PER_PROXY <= FEW_ACCOUNTS;
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
  const closed = await targetIds(tx);
  return planMovesNow(tx, { accounts: assigned, closed, stranded: staysPut(change) ? 'stays' : 'waits' });
}

async function rebalance(tx: Tx, { modelId, goal }: Extract<PoolChange, { kind: 'rebalance' }>): Promise<ChangePlan> {
  const { moves, models } = planRebalance(await readWholePool(tx), await assignedOf(tx, modelId), goal);
  const touched = new Set(moves.flatMap(({ proxyId, fromProxyId }) => [proxyId, fromProxyId]));
  return {
    count: touched.size,
    unchanged: 0,
    former: {},
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
