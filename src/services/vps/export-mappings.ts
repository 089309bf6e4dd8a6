import type { Db } from '../../db/client.ts';
import { readMappings } from '../../db/queries/vps/vps-map.ts';
import { type ExportedMapping, writeMappingJson, writeMappingsCsv } from '../../domain/vps/mapping-file.ts';
import type { ExportFile } from '../proxies/export-service.ts';
import { datedName } from '../shared/dated-name.ts';

/** One row per relation, grouped by VPS. */
export function exportMappings(
  db: Db,
  vpsIds: readonly number[],
  { format, nameOf }: { format: 'csv' | 'json'; nameOf: (account: string) => string },
): ExportFile {
  let count = 0;
  async function* rows(): AsyncGenerator<ExportedMapping[]> {
    for (const id of vpsIds) {
      const batch = await readMappings(db, id);
      count += batch.length;
      yield batch.map((row) => ({ ...row, account: row.account && nameOf(row.account) }));
    }
  }
  const parts = format === 'csv' ? csvParts(rows()) : jsonParts(rows());
  return { name: datedName('vps', format), count: () => count, parts };
}

async function* csvParts(batches: AsyncIterable<ExportedMapping[]>): AsyncGenerator<string> {
  yield writeMappingsCsv([]);
  for await (const batch of batches) if (batch.length > 0) yield writeMappingsCsv(batch);
}

async function* jsonParts(batches: AsyncIterable<ExportedMapping[]>): AsyncGenerator<string> {
  let separator = '[\n';
  for await (const batch of batches) {
    for (const row of batch) {
      yield separator + writeMappingJson(row);
      separator = ',\n';
    }
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
