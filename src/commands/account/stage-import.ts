import type { AccountImportPreview } from '../../domain/accounts/account-import.ts';
import type { View } from '../../kit/view.ts';
import { accountImportPreview } from '../../views/account/import-preview.ts';
import type { Context } from '../define.ts';

/** The current state of an import, with its rejected rows attached while it can be applied, and the accounts that its undo has left. */
export async function showAccountImport(
  { services }: Context,
  preview: AccountImportPreview,
  notes: { notice?: string | undefined; note?: string } = {},
): Promise<View> {
  const rejected = preview.state === 'open' ? await services.accountImports.rejections(preview.planId) : [];
  const { undo } = preview;
  const isMore = undo !== null && undo.keptCount > undo.kept.length;
  const kept = isMore ? await services.accountImports.kept(preview.planId) : [];
  return accountImportPreview(preview, { rejected, kept, ...notes });
}
