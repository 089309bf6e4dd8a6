import { UserError } from '../../../base/errors.ts';
import type { ProxyDefaults } from '../../../domain/parse/proxy-file.ts';
import type { ImportPreview } from '../../../domain/proxies/proxy-import.ts';
import type { View } from '../../../kit/view.ts';
import { importPreview } from '../../../views/proxy/import-preview.ts';
import type { Context } from '../../define.ts';
import { readSource, type Source } from '../../import-source.ts';

const COUNTRY = /^[A-Z]{2}$/;

/** Stages a file or list and shows its preview. */
export async function stageProxies(context: Context, source: Source<ProxyDefaults>): Promise<View> {
  const { actor, services } = context;
  const country = source.defaults.country?.toUpperCase();
  if (country !== undefined && !COUNTRY.test(country)) {
    throw new UserError('bad_country', 'Unknown country.', 'Use a two-letter code such as DE, or an English name.');
  }
  const file = await readSource(context, { ...source, defaults: { ...source.defaults, country } });
  return showImport(context, await services.imports.stage(actor, file));
}

/** The current state of an import, with its rejected lines attached while it can be applied. */
export async function showImport({ services }: Context, preview: ImportPreview, notice?: string): Promise<View> {
  const isOpen = preview.state === 'open' && preview.counts.invalid > 0;
  const rejected = isOpen ? await services.imports.rejections(preview.planId) : [];
  return importPreview(preview, { rejected, notice });
}
