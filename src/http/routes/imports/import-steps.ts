import type { AccountImportPreview } from '../../../domain/accounts/account-import.ts';
import type { Actor } from '../../../domain/actor.ts';
import type { ImportPreview } from '../../../domain/proxies/proxy-import.ts';
import type { AccountImportService } from '../../../services/account-import/account-import-service.ts';
import type { ProxyImportService } from '../../../services/proxy-import/proxy-import-service.ts';
import { HttpProblem } from '../../server/problem.ts';

/** How often a step is tried anew where the pool changes between look and act. */
const MAX_TRIES = 5;
const OVERTAKEN = new HttpProblem(409, { code: 'overtaken', detail: 'The pool is changing too fast; try again.' });

type Step = 'import' | 'update' | 'add';

/** What a step would take now. */
function countOf({ counts }: ImportPreview, step: Step): number {
  const { new: added, revived, type, credentials } = counts;
  return { import: added + revived, update: type + credentials, add: credentials }[step];
}

/** Imports what is new, and does with known proxies what was asked for. @returns the import as it is then */
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

async function doStep(
  imports: ProxyImportService,
  actor: Actor,
  preview: ImportPreview,
  step: Step,
): Promise<ImportPreview> {
  let shown = preview;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const count = countOf(shown, step);
    if (count === 0 || shown.results[step]) return shown;
    const outcome = await imports.apply(actor, shown.planId, step, count);
    if (!outcome.isStale) return outcome.preview;
    shown = outcome.preview;
  }
  throw OVERTAKEN;
}

/** Imports and assigns what is new, and takes over what the file says of known accounts where that was asked for. */
export async function commitAccounts(
  imports: AccountImportService,
  actor: Actor,
  preview: AccountImportPreview,
  updates: 'skip' | 'update',
): Promise<AccountImportPreview> {
  const { preview: imported, isStale } = await imports.commit(actor, preview.planId);
  if (isStale) throw OVERTAKEN;
  if (updates === 'skip') return imported;
  const updated = await imports.update(actor, preview.planId);
  if (updated.isStale) throw OVERTAKEN;
  return updated.preview;
}
