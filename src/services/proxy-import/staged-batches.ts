import type { ParsedRow } from '../../domain/parse/parsed-file.ts';
import { type SealedSecrets, secretsOf } from './seal-secrets.ts';
import type { Sealer } from './seal-thread.ts';

/** A parsed row with its place among the rows whose secrets were encrypted together. */
export interface StagedProxy {
  row: ParsedRow;
  at: number;
  sealed: SealedSecrets;
}

/** Batches that are encrypted while further ones are read and the first one is written. */
const BATCHES_AHEAD = 4;

/** The rows with their secrets encrypted, in their order. They are read no further ahead than encryption needs to go on all the time. */
export async function* stagedBatches(
  batches: Iterable<readonly ParsedRow[]>,
  seal: Sealer,
): AsyncGenerator<StagedProxy[]> {
  const coming: Promise<StagedProxy[]>[] = [];
  for (const rows of batches) {
    coming.push(stage(rows, seal));
    const next = coming.length > BATCHES_AHEAD ? coming.shift() : undefined;
    if (next) yield await next;
  }
  for (const batch of coming) yield await batch;
}

async function stage(rows: readonly ParsedRow[], seal: Sealer): Promise<StagedProxy[]> {
  const sealed = await seal(secretsOf(rows));
  return rows.map((row, at) => ({ row, at, sealed }));
}
