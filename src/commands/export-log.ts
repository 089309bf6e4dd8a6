import type { View } from '../kit/view.ts';
import { logExport } from '../views/exports/export-card.ts';
import type { Context } from './define.ts';
import { csvParts, packFile } from './pack-file.ts';

/** A log as a file. @throws UserError if it is too large even when compressed */
export async function exportLog<Row>(
  { upload }: Context,
  {
    log,
    fileName,
    batches,
    toCsv,
  }: {
    log: Parameters<typeof logExport>[1];
    fileName: string;
    batches: AsyncIterable<readonly Row[]>;
    toCsv: (batch: readonly Row[], withHeader: boolean) => string;
  },
): Promise<View> {
  return logExport(await packFile(fileName, csvParts(batches, toCsv), upload), log);
}
