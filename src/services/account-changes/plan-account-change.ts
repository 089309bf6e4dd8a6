import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Tx } from '../../db/client.ts';
import {
  type FoundAccounts,
  findAccountTargets,
  formerAccountValues,
  plannedTargets,
  type WrittenAccounts,
} from '../../db/queries/accounts/account-changes.ts';
import { findModelId, findModelLike, namesOf } from '../../db/queries/accounts/models.ts';
import { readWaiting } from '../../db/queries/assignments/pool.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { findVpsId } from '../../db/queries/vps/vps.ts';
import {
  type AccountChange,
  type AccountChangePreview,
  EDITED_FIELDS,
  type ShownAccountChange,
} from '../../domain/accounts/account-change.ts';
import { isEmptyAccountFilter } from '../../domain/accounts/account-filter.ts';
import { planModelChanges } from '../../domain/accounts/model-change.ts';
import { sumOf } from '../../domain/sum.ts';
import { readWholePool } from '../assignments/whole-pool.ts';
import { basisOf } from '../shared/stale-preview.ts';

/** All effects that a change would have now. */
export interface AccountChangePlan extends FoundAccounts {
  written: WrittenAccounts;
  placement: AccountChangePreview['placement'];
  newModel: AccountChangePreview['newModel'];
  former: ShownAccountChange['former'];
}

/** Number of a model that does not exist yet; no row reaches it. */
const NEW_MODEL_ID = 1_000_000_000;

/**
 * Plans a change. A change that is to be applied is planned with the lock on assignments held (`lockAssignments`). A preview goes
 * without it: what it shows is compared with another plan before anything is written.
 *
 * @throws UserError for an empty filter and an unknown VPS
 */
export async function planAccountChange(tx: Tx, change: AccountChange): Promise<AccountChangePlan> {
  if (isEmptyAccountFilter(change.filter)) {
    throw new UserError('no_filter', 'Choose an account or at least one filter.', 'For example, add filter_model.');
  }
  const written = change.kind === 'edit' ? await resolve(tx, change) : {};
  const { basis, ...found } = await findAccountTargets(tx, change, written);
  const placement = await placementOf(tx, change, written);
  const newModel = written.modelId === null ? { like: await findModelLike(tx, modelOf(change)) } : null;
  const former: ShownAccountChange['former'] = {};
  for (const field of fieldsOf(change)) former[field] = await formerAccountValues(tx, field);
  const effects = [found.left, placement?.placed ?? 0, sumOf(placement?.waiting ?? [], ({ waiting }) => waiting)];
  return { ...found, written, placement, newModel, former, basis: basisOf([basis, ...effects]) };
}

const modelOf = (change: AccountChange) => (change.kind === 'edit' ? (change.edit.model ?? '') : '');

/** The fields that an edit sets. */
export function fieldsOf(change: AccountChange) {
  return change.kind === 'edit' ? EDITED_FIELDS.filter((field) => change.edit[field] !== undefined) : [];
}

async function resolve(tx: Tx, { edit }: Extract<AccountChange, { kind: 'edit' }>): Promise<WrittenAccounts> {
  const { model, vps, label, notes } = edit;
  const vpsId = typeof vps === 'string' ? await findVpsId(tx, vps) : vps;
  if (typeof vps === 'string' && vpsId === undefined) throw notFound('vps', vps);
  return { modelId: model === undefined ? undefined : ((await findModelId(tx, model)) ?? null), vpsId, label, notes };
}

/** Where the accounts would go that get another model or are released; null if the change moves none to a proxy. */
async function placementOf(
  tx: Tx,
  { kind }: AccountChange,
  { modelId }: WrittenAccounts,
): Promise<AccountChangePlan['placement']> {
  const isModel = kind === 'edit' && modelId !== undefined;
  if (!isModel && kind !== 'release') return null;
  const target = isModel ? (modelId ?? NEW_MODEL_ID) : undefined;
  const accounts = await plannedTargets(tx, { modelId: target, withHeld: kind === 'release' });
  if (accounts.length === 0) return null;
  const pool = await readWholePool(tx);
  const { cooldownDays: days } = await readSettings(tx);
  // Accounts that are released wait from now on.
  const turned = kind === 'release' ? accounts.map((each) => ({ ...each, waitingSince: pool.now })) : accounts;
  const plan = planModelChanges(pool, await readWaiting(tx, { withHeld: false }), turned, days);
  const its = new Map(accounts.map(({ id, modelId: of }) => [id, of]));
  const names = new Map((await namesOf(tx, [])).models.map(({ id, name }) => [id, name]));
  const waiting = Map.groupBy(
    plan.waiting.filter((id) => its.has(id)),
    (id) => its.get(id),
  );
  return {
    placed: accounts.length - sumOf([...waiting.values()], ({ length }) => length),
    waiting: [...waiting]
      .map(([of, ids]) => ({ name: names.get(of ?? 0) ?? '', waiting: ids.length }))
      .sort((one, other) => other.waiting - one.waiting),
    missingProxies: sumOf(
      plan.models.filter((each) => waiting.has(each.modelId)),
      (each) => each.missingProxies,
    ),
  };
}
