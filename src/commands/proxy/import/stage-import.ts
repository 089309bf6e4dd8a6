import type { ImportPreview } from '../../../domain/proxies/proxy-import.ts';
import type { View } from '../../../kit/view.ts';
import { importPreview } from '../../../views/proxy/import-preview.ts';
import type { Context } from '../../define.ts';

/** The current state of an import, with its rejected lines attached while it can be applied. */
export async function showImport(
  { services }: Context,
  preview: ImportPreview,
  notes: { notice?: string | undefined; note?: string } = {},
): Promise<View> {
  const isOpen = preview.state === 'open' && preview.counts.invalid > 0;
  const rejected = isOpen ? await services.imports.rejections(preview.planId) : [];
  return importPreview(preview, { rejected, ...notes });
}
