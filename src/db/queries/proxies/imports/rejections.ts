import { and, eq, inArray } from 'drizzle-orm';
import type { RejectedLine } from '../../../../domain/proxies/proxy-import.ts';
import type { Db, Tx } from '../../../client.ts';
import { importRejections } from '../../../schema/plans/proxy-import.ts';
import type { Batch } from './classes.ts';

/** The first lines that were not understood, in the order of the file. */
export async function findRejections(db: Db | Tx, batch: Batch, limit: number): Promise<RejectedLine[]> {
  return db
    .select({ line: importRejections.line, reason: importRejections.reason, text: importRejections.text })
    .from(importRejections)
    .where(and(eq(importRejections.planId, batch.planId), inArray(importRejections.reading, [0, batch.reading])))
    .orderBy(importRejections.line)
    .limit(limit);
}
