import type { ParsedRow } from '../../domain/parse/parsed-file.ts';
import type { SealedSecrets } from './seal-secrets.ts';
import type { Sealer } from './seal-thread.ts';

/** A parsed row with its place among the rows whose secrets were encrypted together. */
export interface StagedProxy {
  row: ParsedRow;
  at: number;
  sealed: SealedSecrets;
}

/** Rows whose secrets are encrypted together. */
const BATCH_ROWS = 1024;
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
  const sealed = await seal({
    password: rows.map(({ fields }) => fields.password),
    change_ip_url: rows.map(({ fields }) => fields.changeIpUrl),
  });
  return rows.map((row, at) => ({ row, at, sealed }));
}
