import type { Tx } from '../../db/client.ts';
import {
  readAddedAccounts,
  readPlacement,
  readRemodelledAccounts,
  sampleAdded,
} from '../../db/queries/accounts/account-import-plans.ts';
import { namesOf } from '../../db/queries/accounts/models.ts';
import { readWaiting } from '../../db/queries/assignments/pool.ts';
import { addressesOf } from '../../db/queries/proxies/proxy-address.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type {
  AccountImportStep,
  AccountPlacement,
  AccountSample,
  WaitingOfModel,
} from '../../domain/accounts/account-import.ts';
import { assignmentsOf, planModelChanges } from '../../domain/accounts/model-change.ts';
import { type BatchPlan, planBatch } from '../../domain/plan/batch.ts';
import { describeReason } from '../../domain/plan/shared/assignment.ts';
import { sum, sumOf } from '../../domain/sum.ts';
import { readWholePool } from '../assignments/whole-pool.ts';

/**
 * The effect of importing the staged rows. They are planned together with the accounts that are already waiting, which
 * come first.
 */
export async function planAdded(tx: Tx, planId: number): Promise<{ plan: AccountPlacement; sample: AccountSample[] }> {
  const { ids, modelIds, models } = await readAddedAccounts(tx, planId);
  const pool = await readWholePool(tx);
  const added = ids.map((id, at) => ({ id, modelId: modelIds[at] as number, waitingSince: pool.now }));
  const plan = planBatch(pool, [...(await readWaiting(tx, { withHeld: false })), ...added]);
  const placement = placementOf(
    plan,
    new Map(added.map(({ id, modelId }) => [id, modelId])),
    await allNames(tx, models),
  );
  return { plan: placement, sample: await sampleOf(tx, planId, plan) };
}

/** The effect of the model changes; null if there are none. */
export async function planRemodelled(tx: Tx, planId: number): Promise<AccountPlacement> {
  const { accounts, models } = await readRemodelledAccounts(tx, planId);
  const pool = await readWholePool(tx);
  const { cooldownDays: days } = await readSettings(tx);
  const plan = planModelChanges(pool, await readWaiting(tx, { withHeld: false }), accounts, days);
  return placementOf(plan, new Map(accounts.map(({ id, modelId }) => [id, modelId])), await allNames(tx, models));
}

/** The result of an applied step, in the same figures as its preview. */
export async function placementAfter(tx: Tx, planId: number, step: AccountImportStep): Promise<AccountPlacement> {
  const { limit } = await readSettings(tx);
  const models = await readPlacement(tx, planId, step);
  const waiting = models.filter((each) => each.waiting > 0).sort(mostFirst);
  return {
    accounts: sumOf(models, (each) => each.accounts),
    placed: sumOf(models, (each) => each.accounts - each.waiting),
    waiting: waiting.map(({ name, waiting: count }) => ({ name, waiting: count })),
    missingProxies: sumOf(waiting, (each) => Math.ceil(each.allWaiting / limit)),
  };
}

/** @param its the accounts to count, with their models */
function placementOf(
  plan: BatchPlan,
  its: ReadonlyMap<number, number>,
  names: ReadonlyMap<number, string>,
): AccountPlacement {
  const waiting = new Map<number, number>();
  for (const id of plan.waiting) {
    const modelId = its.get(id);
    if (modelId !== undefined) waiting.set(modelId, (waiting.get(modelId) ?? 0) + 1);
  }
  const missing = plan.models.filter(({ modelId }) => waiting.has(modelId));
  return {
    accounts: its.size,
    placed: its.size - sum(waiting.values()),
    waiting: [...waiting]
      .map(([modelId, count]) => ({ name: names.get(modelId) ?? '', waiting: count }))
      .sort(mostFirst),
    missingProxies: sumOf(missing, ({ missingProxies }) => missingProxies),
  };
}

/** Orders models by the number of their waiting accounts, the highest first. */
function mostFirst(a: WaitingOfModel, b: WaitingOfModel): number {
  return b.waiting - a.waiting || (a.name < b.name ? -1 : 1);
}

/** Names of all models, including those that the import creates. */
async function allNames(tx: Tx, unborn: readonly { id: number; name: string }[]): Promise<Map<number, string>> {
  const { models } = await namesOf(tx, []);
  return new Map([...unborn, ...models].map(({ id, name }) => [id, name]));
}

async function sampleOf(tx: Tx, planId: number, plan: BatchPlan): Promise<AccountSample[]> {
  const rows = await sampleAdded(tx, planId);
  const given = assignmentsOf(plan, new Set(rows.map(({ accountId }) => accountId)));
  const addresses = await addressesOf(
    tx,
    [...given.values()].map(({ proxyId }) => proxyId),
  );
  return rows.map(({ accountId, ...row }) => {
    const made = given.get(accountId);
    const proxy = made && {
      id: made.proxyId,
      address: addresses.get(made.proxyId) ?? '',
      reason: describeReason(made.reason),
    };
    return { ...row, proxy: proxy ?? null };
  });
}
