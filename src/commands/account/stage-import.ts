import type { AccountDefaults } from '../../domain/accounts/account-fields.ts';
import type { AccountImportPreview } from '../../domain/accounts/account-import.ts';
import type { View } from '../../kit/view.ts';
import { accountImportPreview } from '../../views/account/import-preview.ts';
import type { Context } from '../define.ts';
import { readSource, type Source } from '../import-source.ts';

/** Stages a file or list and shows its preview. */
export async function stageAccounts(context: Context, source: Source<AccountDefaults>): Promise<View> {
  const { actor, services } = context;
  return showAccountImport(context, await services.accountImports.stage(actor, await readSource(context, source)));
}

/** The current state of an import, with its rejected rows attached while it can be applied. */
export async function showAccountImport(
  { services }: Context,
  preview: AccountImportPreview,
  notice?: string,
): Promise<View> {
  const rejected = preview.state === 'open' ? await services.accountImports.rejections(preview.planId) : [];
  return accountImportPreview(preview, { rejected, notice });
}
