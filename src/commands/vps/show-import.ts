import type { VpsImportPreview } from '../../domain/vps/vps-import.ts';
import { toCsv } from '../../kit/csv.ts';
import type { View } from '../../kit/view.ts';
import { vpsImportPreview } from '../../views/vps/vps-import-preview.ts';
import type { Context } from '../define.ts';
import { packFile } from '../pack-file.ts';

/** From this many rejected rows on, they are attached as a file. */
const LISTED_FROM = 4;

/** An import of VPS that was just staged, with its rejected rows attached. */
export async function showVpsImport({ upload }: Context, preview: VpsImportPreview): Promise<View> {
  if (preview.rejected.length < LISTED_FROM) return vpsImportPreview(preview);
  const rows = preview.rejected.map(({ line, reason }) => [line, reason]);
  const rejections = await packFile('skipped-rows.csv', () => toCsv(['line', 'reason'], rows), upload);
  return vpsImportPreview(preview, { rejections });
}
