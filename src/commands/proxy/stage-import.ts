import type { AttachmentRef } from '../../discord/options.ts';
import type { ProxyType } from '../../domain/proxies/proxy.ts';
import { UserError } from '../../errors.ts';
import type { View } from '../../views/kit/view.ts';
import { importPreview } from '../../views/proxy/import-preview.ts';
import type { Context } from '../define.ts';

export interface ImportSource {
  /** A file, or text that was pasted. */
  from: AttachmentRef | string;
  defaults: {
    type?: ProxyType | undefined;
    provider?: string | undefined;
    country?: string | undefined;
    label?: string | undefined;
  };
  message?: { channelId: string; messageId: string };
}

const COUNTRY = /^[A-Z]{2}$/;

/** Reads and stages one file or list, and shows its preview with every rejected line attached. */
export async function stageImport({ actor, services }: Context, source: ImportSource): Promise<View> {
  const { from, message } = source;
  const country = source.defaults.country?.toUpperCase();
  if (country !== undefined && !COUNTRY.test(country)) {
    throw new UserError('bad_country', `The country is no ISO 3166 code of two letters.`, 'Write DE, US, JP, …');
  }
  const given = Object.entries({ ...source.defaults, country }).filter(([, value]) => value !== undefined);
  const bytes = typeof from === 'string' ? new TextEncoder().encode(from) : await services.attachments.read(from);
  const preview = await services.imports.stage(actor, {
    name: typeof from === 'string' ? null : from.name,
    bytes,
    defaults: Object.fromEntries(given),
    source: message ?? null,
  });
  const rejected = preview.counts.invalid > 0 ? await services.imports.rejections(preview.planId) : [];
  return importPreview(preview, { rejected });
}
