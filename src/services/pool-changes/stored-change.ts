import { z } from 'zod';
import type { KindName } from '../../domain/parse/fields/kinds.ts';
import { REBALANCE_GOALS } from '../../domain/plan/moves/rebalance.ts';
import type { EditUndoResult } from '../../domain/proxies/edit-undo.ts';
import { detail, EDITABLE_KEYS, type EditableKey, type KindOf } from '../../domain/proxies/fields.ts';
import { proxyFilter } from '../../domain/proxies/filters.ts';
import type { PoolChange } from '../../domain/proxies/pool-change.ts';
import { formerValues } from '../shared/former-values.ts';
import { StoredPlans, stampShape } from '../shared/stored-plans.ts';

const target = z.union([z.strictObject({ ids: z.array(z.int()) }), z.strictObject({ filter: proxyFilter })]);

/** Schema of a field's new value, by kind of field. */
const EDITS = {
  text: z.string().nullable(),
  list: z.union([
    z.strictObject({ set: z.array(z.string()) }),
    z.strictObject({ add: z.array(z.string()), drop: z.array(z.string()) }),
  ]),
  moment: z.iso.datetime().nullable(),
  amount: z.number().nullable(),
} satisfies Record<KindName, z.ZodType>;

const edit = z.strictObject(
  Object.fromEntries(EDITABLE_KEYS.map((key) => [key, EDITS[detail(key).kind.name].optional()])) as {
    [K in EditableKey]: z.ZodOptional<(typeof EDITS)[KindOf<K>]>;
  },
);
const reason = z.string().optional();
/** The incident from whose message the change was planned. */
const incidentId = z.int().optional();

/**
 * A change as stored with its plan. Strict, since a key of another version of the program must not be dropped silently.
 */
const poolChange: z.ZodType<PoolChange> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('edit'), target, edit }),
  z.strictObject({ kind: z.literal('deactivate'), target, isBlocked: z.boolean(), reason, incidentId }),
  z.strictObject({ kind: z.literal('activate'), target }),
  z.strictObject({ kind: z.literal('remove'), target, reason }),
  z.strictObject({ kind: z.literal('release'), target }),
  z.strictObject({ kind: z.literal('move'), target, reason: z.string(), incidentId }),
  z.strictObject({ kind: z.literal('separate'), target }),
  z.strictObject({
    kind: z.literal('rebalance'),
    modelId: z.int().optional(),
    model: z.string().optional(),
    goal: z.enum(REBALANCE_GOALS),
  }),
]);

const undoResult = z.strictObject({
  ...stampShape,
  restorable: z.int(),
  kept: z.int(),
  keptIds: z.array(z.int()),
  served: z.int(),
}) satisfies z.ZodType<EditUndoResult>;

const changeResult = z.object({
  ...stampShape,
  count: z.number(),
  moved: z.number(),
  stranded: z.number(),
  served: z.number(),
  undo: undoResult.optional(),
});

/** The number of proxies, of moved accounts and, of one proxy, which it is. Plans of earlier versions do not have it. */
const shown = z.strictObject({
  count: z.int(),
  moved: z.int(),
  only: z.strictObject({ id: z.int(), address: z.string() }).nullable(),
  former: z.partialRecord(z.enum(EDITABLE_KEYS), formerValues).optional(),
});

export const changePlans = new StoredPlans({
  kind: 'pool.change',
  called: 'plan',
  again: 'Run the command again.',
  /** The change, a hash of all effects that its preview showed, and what it says when it is closed. */
  input: z.strictObject({ change: poolChange, basis: z.string(), shown: shown.optional() }),
  result: changeResult.nullable(),
  noResult: null,
});
export type StoredChange = Awaited<ReturnType<typeof changePlans.find>>;
