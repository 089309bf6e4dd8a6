import type { AttachmentRef } from '../../discord/options.ts';
import type { AccountDefaults } from '../../domain/accounts/account-fields.ts';
import { accountImportPreview } from '../../views/account/import-preview.ts';
import type { View } from '../../views/kit/view.ts';
import type { Context } from '../define.ts';

export interface AccountSource {
  /** A file, or text that was pasted. */
  from: AttachmentRef | string;
  defaults: AccountDefaults;
  message?: { channelId: string; messageId: string };
}

/** Reads and stages one file or list, and shows its preview with every row that is left out attached. */
export async function stageAccounts({ actor, services }: Context, source: AccountSource): Promise<View> {
  const { from, defaults, message } = source;
  const bytes = typeof from === 'string' ? new TextEncoder().encode(from) : await services.attachments.read(from);
  const preview = await services.accountImports.stage(actor, {
    name: typeof from === 'string' ? null : from.name,
    bytes,
    defaults,
    source: message ?? null,
  });
  return accountImportPreview(preview, { rejected: await services.accountImports.rejections(preview.planId) });
}
