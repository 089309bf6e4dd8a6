import type { ParsedRow } from '../../domain/parse/parsed-file.ts';
import { BATCH_ROWS, type SealedSecrets, secretsOf } from './seal-secrets.ts';
import type { Sealer } from './seal-thread.ts';

/** A parsed row with its place among the rows whose secrets were encrypted together. */
export interface StagedProxy {
  row: ParsedRow;
  at: number;
  sealed: SealedSecrets;
}

/** Batches that are encrypted while one is written. */
const BATCHES_AHEAD = 3;

/** The rows with their secrets encrypted, in their order. */
export async function* stagedBatches(rows: readonly ParsedRow[], seal: Sealer): AsyncGenerator<StagedProxy[]> {
  const coming: Promise<StagedProxy[]>[] = [];
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    coming.push(stage(rows.slice(from, from + BATCH_ROWS), seal));
    const next = coming.length > BATCHES_AHEAD ? coming.shift() : undefined;
    if (next) yield await next;
  }
  for (const batch of coming) yield await batch;
}

async function stage(rows: readonly ParsedRow[], seal: Sealer): Promise<StagedProxy[]> {
  const sealed = await seal(secretsOf(rows));
  return rows.map((row, at) => ({ row, at, sealed }));
}
