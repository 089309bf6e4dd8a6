import type { Tx } from '../../db/client.ts';
import { findSource } from '../../db/queries/sources/sources.ts';
import { sampleRows } from '../../db/queries/sources/sync-sample.ts';
import type { SyncPreview } from '../../domain/sources/source.ts';
import type { StoredSync } from './sync-plan.ts';

const SAMPLE = 3;

/** The findings of a sync; a closed plan is shown as it was. */
export async function describeSync(tx: Tx, plan: StoredSync): Promise<SyncPreview> {
  const { basis: _basis, sourceId, ...found } = plan.input;
  const source = await findSource(tx, sourceId);
  return {
    ...found,
    planId: plan.id,
    state: plan.state,
    cancelledBy: plan.cancelledBy,
    source: { id: sourceId, name: source?.name ?? '', isRemoved: source?.removedAt !== null },
    sample: plan.state === 'open' ? await sampleRows(tx, plan.id, SAMPLE) : [],
    result: plan.result,
  };
}
