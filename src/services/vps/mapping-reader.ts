import type { RejectedMapping, WrittenMapping } from '../../domain/vps/mapping-file.ts';
import type { FileWorkers } from '../file-worker/file-workers.ts';

/** Options of the worker, sent with the file. */
export interface MappingReadJob {
  fileName: string | null;
}

export interface MappingReadSummary {
  rejected: RejectedMapping[];
  unknownColumns: string[];
}

/** A request for the next rows, a list in JSON. */
export interface MappingReadRequest {
  kind: 'rows';
}

const SCRIPT = new URL('./read-worker.ts', import.meta.url);

/** Parses a file of mappings in a worker thread. @throws UserError if the file cannot be read */
export async function readMappingFile(
  workers: FileWorkers,
  { name, bytes }: { name: string | null; bytes: Uint8Array },
): Promise<MappingReadSummary & { rows: WrittenMapping[] }> {
  const job: MappingReadJob = { fileName: name };
  await using file = await workers.open<MappingReadSummary, MappingReadRequest>(SCRIPT, bytes, job);
  const rows: WrittenMapping[] = [];
  for await (const piece of file.pieces({ kind: 'rows' })) {
    rows.push(...(JSON.parse(Buffer.from(piece).toString()) as WrittenMapping[]));
  }
  return { rows, ...(await file.summary()) };
}
