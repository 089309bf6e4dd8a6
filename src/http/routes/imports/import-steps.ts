import type { AccountImportPreview } from '../../../domain/accounts/account-import.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { ImportPreview } from '../../../domain/proxies/proxy-import.ts';
import type { AccountImportService } from '../../../services/account-import/account-import-service.ts';
import type { ProxyImportService } from '../../../services/proxy-import/proxy-import-service.ts';
import { applyPreview } from '../apply-preview.ts';

type Step = 'import' | 'update' | 'add';

/** The number of proxies that a step affects now. */
function countOf({ counts }: ImportPreview, step: Step): number {
  const { new: added, revived, type, credentials } = counts;
  return { import: added + revived, update: type + credentials, add: credentials }[step];
}

/** Imports new proxies and updates known ones as requested. @returns the resulting import */
export async function commitProxies(
  imports: ProxyImportService,
  actor: Actor,
  preview: ImportPreview,
  updates: 'skip' | 'update' | 'add',
): Promise<ImportPreview> {
  let shown = preview;
  for (const step of ['import', ...(updates === 'skip' ? [] : [updates])] as Step[]) {
    shown = await doStep(imports, actor, shown, step);
  }
  return shown;
}

function doStep(imports: ProxyImportService, actor: Actor, shown: ImportPreview, step: Step): Promise<ImportPreview> {
  return applyPreview(shown, async (preview) => {
    const count = countOf(preview, step);
    if (count === 0 || preview.results[step]) return { preview, isStale: false };
    return imports.apply(actor, preview.planId, step, count);
  });
}

/** Imports and assigns new accounts, and updates known ones if requested. */
export async function commitAccounts(
  imports: AccountImportService,
  actor: Actor,
  preview: AccountImportPreview,
  updates: 'skip' | 'update',
): Promise<AccountImportPreview> {
  const imported = await applyPreview(preview, ({ planId }) => imports.commit(actor, planId));
  return updates === 'skip' ? imported : applyPreview(imported, ({ planId }) => imports.update(actor, planId));
}
