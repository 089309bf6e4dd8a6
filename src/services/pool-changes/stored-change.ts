import { z } from 'zod';
import { REBALANCE_GOALS } from '../../domain/plan/moves/rebalance.ts';
import type { PoolChange } from '../../domain/proxies/pool-change.ts';
import { proxyFilter } from '../proxies/proxy-filter.ts';
import { StoredPlans, stampShape } from '../shared/stored-plans.ts';

const target = z.union([z.object({ ids: z.array(z.int()) }), z.object({ filter: proxyFilter })]);
const text = z.string().nullable().optional();
const tags = z.union([
  z.object({ set: z.array(z.string()) }),
  z.object({ add: z.array(z.string()), drop: z.array(z.string()) }),
]);
const edit = z.object({
  label: text,
  notes: text,
  provider: text,
  country: text,
  city: text,
  tags: tags.optional(),
  expiresAt: text,
  monthlyCost: z.number().nullable().optional(),
});
const reason = z.string().optional();

/** A change as its plan is stored; read again by a program that may be newer than the row. */
const poolChange: z.ZodType<PoolChange> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('edit'), target, edit }),
  z.object({ kind: z.literal('deactivate'), target, isBlocked: z.boolean(), reason }),
  z.object({ kind: z.literal('activate'), target }),
  z.object({ kind: z.literal('remove'), target, reason }),
  z.object({ kind: z.literal('release'), target }),
  z.object({ kind: z.literal('move'), target, reason: z.string() }),
  z.object({ kind: z.literal('separate'), target }),
  z.object({
    kind: z.literal('rebalance'),
    modelId: z.int().optional(),
    model: z.string().optional(),
    goal: z.enum(REBALANCE_GOALS),
  }),
]);

const changeResult = z.object({
  ...stampShape,
  count: z.number(),
  moved: z.number(),
  stranded: z.number(),
  served: z.number(),
});

export const changePlans = new StoredPlans({
  kind: 'pool.change',
  called: 'plan',
  again: 'Run the command again.',
  /** The change, and a hash of all that it would do at the moment of its preview. */
  input: z.object({ change: poolChange, basis: z.string() }),
  result: changeResult.nullable(),
  noResult: null,
});
export type StoredChange = Awaited<ReturnType<typeof changePlans.find>>;
