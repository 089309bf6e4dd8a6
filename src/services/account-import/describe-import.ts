import type { Tx } from '../../db/client.ts';
import {
  type AccountsSummary,
  classifyAccounts,
  summarizeAccounts,
} from '../../db/queries/accounts/account-import-classes.ts';
import { findAlike } from '../../db/queries/accounts/account-imports.ts';
import { findRejections } from '../../db/queries/proxies/imports/rejections.ts';
import { type AccountImportPreview, accountImportSteps } from '../../domain/accounts/account-import.ts';
import { stagedListOf } from '../../domain/imports/staged-list.ts';
import { NO_COUNTS, type StoredAccountImport } from './account-import-plan.ts';
import { planAdded, planRemodelled } from './plan-staged.ts';

const REJECTIONS_SHOWN = 3;

/** The preview or the result of an import. */
export async function describeImport(tx: Tx, plan: StoredAccountImport): Promise<AccountImportPreview> {
  const { summary } = plan.result;
  if (plan.state !== 'open' && summary) return view(tx, plan, summary);
  return view(tx, plan, await summaryNow(tx, plan));
}

/** Plans the remaining steps, for which the rows must be classified. */
async function view(tx: Tx, plan: StoredAccountImport, summary: AccountsSummary): Promise<AccountImportPreview> {
  const { input } = plan;
  const isOpen = plan.state === 'open';
  const isAdding = isOpen && accountImportSteps.count(summary.counts, 'import') > 0;
  const added = isAdding ? await planAdded(tx, plan.id) : { plan: null, sample: [] };
  return {
    ...stagedListOf(plan),
    counts: { ...NO_COUNTS, ...summary.counts, invalid: input.invalid },
    plan: added.plan,
    moves: isOpen && (summary.counts.model ?? 0) > 0 ? await planRemodelled(tx, plan.id) : null,
    sample: added.sample,
    newModels: summary.newModels,
    alike: isOpen && summary.newModels.count > 0 ? await findAlike(tx, plan.id) : [],
    missingVps: summary.missingVps,
    missingVpsCount: summary.missingVpsCount ?? summary.missingVps.length,
    rejected: await findRejections(tx, { planId: plan.id, reading: 1 }, REJECTIONS_SHOWN),
    results: plan.result.steps,
    undo: plan.result.undo ?? null,
  };
}

/** The counts of the rows as the accounts are now. Leaves the rows classified in the session. */
export async function summaryNow(tx: Tx, plan: StoredAccountImport): Promise<AccountsSummary> {
  await classifyAccounts(tx, plan.id);
  const summary = await summarizeAccounts(tx, plan.id);
  return { ...summary, counts: accountImportSteps.withoutOwn(summary.counts, plan.result.steps) };
}
