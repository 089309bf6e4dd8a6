import { z } from 'zod';
import type { Tx } from '../../db/client.ts';
import type { EditedAccount } from '../../db/queries/accounts/account-edits.ts';
import { findModelId, findModelLike } from '../../db/queries/accounts/models.ts';
import { readPlanBasis, readWaiting } from '../../db/queries/assignments/pool.ts';
import { addressesOf } from '../../db/queries/proxies/proxy-address.ts';
import { readSettings } from '../../db/queries/settings.ts';
import type { ModelMove } from '../../domain/accounts/account-edit.ts';
import { assignmentsOf, planModelChanges } from '../../domain/accounts/model-change.ts';
import { describeReason } from '../../domain/plan/shared/assignment.ts';
import type { Pool } from '../../domain/plan/shared/pool.ts';
import { areFew, planAmongFew } from '../assignments/among-few.ts';
import { readWholePool } from '../assignments/whole-pool.ts';
import { formerInput, StoredPlans, stampShape } from '../shared/stored-plans.ts';

const proxy = { id: z.int(), address: z.string() };
const move = z.strictObject({
  username: z.string(),
  from: z.string(),
  to: z.string(),
  isNewModel: z.boolean(),
  like: z.strictObject({ name: z.string(), accounts: z.int() }).nullable().optional(),
  isHeld: z.boolean(),
  leaves: z.strictObject({ ...proxy, cooldownDays: z.int().nullable() }).nullable(),
  gets: z.strictObject({ ...proxy, reason: z.string() }).nullable(),
}) satisfies z.ZodType<ModelMove>;

/** Version 0.1.0 stored whether there is a cooldown, but not its length. */
const moveOf010 = move.extend({ leaves: z.strictObject({ ...proxy, cools: z.boolean() }).nullable() });
const upgradeMove = ({ leaves, ...rest }: z.output<typeof moveOf010>): ModelMove => ({
  ...rest,
  leaves: leaves && { id: leaves.id, address: leaves.address, cooldownDays: leaves.cools ? null : 0 },
});

export const modelMoves = new StoredPlans({
  kind: 'account.model',
  called: 'plan',
  again: 'Run /account edit again.',
  input: z.strictObject({ accountId: z.int(), move }),
  formerInput: formerInput(z.strictObject({ accountId: z.int(), move: moveOf010 }), ({ accountId, move: former }) => ({
    accountId,
    move: upgradeMove(former),
  })),
  result: z.strictObject(stampShape).nullable(),
  noResult: null,
});

/** Number of a model that does not exist yet; no row reaches it. */
const NEW_MODEL_ID = 1_000_000_000;

/** Plans how an account and its proxy change when the account gets another model. */
export async function planModelMove(tx: Tx, account: EditedAccount, to: string): Promise<ModelMove> {
  const modelId = await findModelId(tx, to);
  const { cooldownDays: days } = await readSettings(tx);
  const { assignment, isHeld } = account;
  return {
    username: account.username,
    from: account.model,
    to,
    isNewModel: modelId === undefined,
    like: modelId === undefined ? await findModelLike(tx, to) : null,
    isHeld,
    leaves: assignment && {
      id: assignment.proxyId,
      address: assignment.address,
      cooldownDays: assignment.others === 0 && assignment.startsCooldown ? days : 0,
    },
    gets: isHeld ? null : await proxyFor(tx, account, modelId ?? NEW_MODEL_ID, days),
  };
}

async function proxyFor(tx: Tx, account: EditedAccount, modelId: number, days: number): Promise<ModelMove['gets']> {
  const { id, waitingSince, assignment } = account;
  const waiting = await readWaiting(tx, { withHeld: false });
  const accounts = [...waiting.filter((each) => each.id !== id), { id, modelId }];
  const planOver = (pool: Pool) =>
    planModelChanges(pool, waiting, [{ id, modelId, waitingSince, leaves: assignment }], days);
  const plan = areFew(accounts)
    ? await planAmongFew(tx, await readPlanBasis(tx), {
        accounts,
        vacated: assignment ? [{ id: assignment.proxyId, modelId: account.modelId }] : [],
        plan: planOver,
        made: ({ assignments }) => assignments,
      })
    : planOver(await readWholePool(tx));
  const made = assignmentsOf(plan, new Set([id])).get(id);
  if (!made) return null;
  const address = (await addressesOf(tx, [made.proxyId])).get(made.proxyId) ?? '';
  return { id: made.proxyId, address, reason: describeReason(made.reason) };
}

/** The data that a preview of a model change depends on. */
export function moveBasis({ from, isHeld, leaves, gets }: ModelMove) {
  return { from, isHeld, leaves: leaves?.id, gets: gets?.id };
}

/** The reason in the history for the end of the former assignment. */
export function reasonOf({ from, to }: ModelMove): string {
  return `its model was changed from ${from} to ${to}`;
}
