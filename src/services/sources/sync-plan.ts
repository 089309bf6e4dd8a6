import { z } from 'zod';
import { SYNC_CLASSES, type SyncCounts } from '../../domain/sources/source.ts';
import { type StoredPlan, StoredPlans, stampShape } from '../shared/stored-plans.ts';

const counts: z.ZodType<SyncCounts> = z.strictObject(
  Object.fromEntries(SYNC_CLASSES.map((each) => [each, z.int()])) as Record<keyof SyncCounts, z.ZodInt>,
);

const missing = z.strictObject({ missing: z.int(), expired: z.int(), accounts: z.int(), isSuspicious: z.boolean() });

/** The findings of a sync, as its preview shows it. Its entries are the rows of `sync_rows`. */
const syncInput = z.strictObject({
  sourceId: z.int(),
  listed: z.int(),
  refused: z.int(),
  counts,
  /** Number of accounts on the proxies that were replaced. */
  moving: z.int(),
  missing,
  problem: z.string().nullable(),
  /** The same as long as syncs find the same. */
  basis: z.string(),
});
export type SyncInput = z.output<typeof syncInput>;

const syncResult = z.strictObject({ ...stampShape, counts, moved: z.int() });

export const syncPlans = new StoredPlans({
  kind: 'source.sync',
  called: 'plan',
  again: 'Run /source sync again.',
  input: syncInput,
  result: syncResult.nullable(),
  noResult: null,
});
export type StoredSync = StoredPlan<SyncInput, z.output<typeof syncResult> | null>;
