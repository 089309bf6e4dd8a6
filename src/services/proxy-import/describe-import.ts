import type { Db, Tx } from '../../db/client.ts';
import { countWaitingByModel } from '../../db/queries/assignments/pool.ts';
import { countBrought, countStaged } from '../../db/queries/proxies/imports/brought.ts';
import { type BatchSummary, classifyBatch, summarizeBatch } from '../../db/queries/proxies/imports/classes.ts';
import { findRejections } from '../../db/queries/proxies/imports/rejections.ts';
import { findSettable } from '../../db/queries/proxies/imports/settable.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { servedByFreeProxies } from '../../domain/capacity.ts';
import { stagedListOf } from '../../domain/imports/staged-list.ts';
import { type ImportPreview, importSteps } from '../../domain/proxies/proxy-import.ts';
import { sum } from '../../domain/sum.ts';
import { batchOf, isUntouched, NO_COUNTS, type StoredImport } from './import-plan.ts';

const REJECTIONS_SHOWN = 3;
/** Of proxies that an import leaves as they are, apart from their credentials. */
const KNOWN_CLASSES = ['known', 'blocked', 'type', 'credentials'] as const;

/** The preview of an import; a closed one is shown as it was when it was closed. */
export async function describeImport(tx: Tx, plan: StoredImport): Promise<ImportPreview> {
  const { summary } = plan.result;
  if (plan.state !== 'open' && summary) return viewImport(tx, plan, summary);
  const now = await summaryNow(tx, plan);
  const isKnown = plan.state === 'open' && KNOWN_CLASSES.some((each) => now.counts[each]);
  return { ...(await viewImport(tx, plan, now)), settable: isKnown ? await findSettable(tx, batchOf(plan)) : [] };
}

/** How many accounts wait, and how many of them the import would serve. */
export async function countServed(db: Db | Tx, counts: BatchSummary['counts']): Promise<ImportPreview['waiting']> {
  const { limit } = await readSettings(db);
  const waiting = (await countWaitingByModel(db)).map(({ count }) => count);
  return { accounts: sum(waiting), served: servedByFreeProxies(waiting, importSteps.count(counts, 'import'), limit) };
}

/** The preview of an import with this summary. */
export async function viewImport(tx: Tx, plan: StoredImport, summary: BatchSummary): Promise<ImportPreview> {
  const { input } = plan;
  const taken = input.choice?.taken ?? 'first';
  return {
    ...stagedListOf(plan),
    counts: { ...NO_COUNTS, ...summary.counts, invalid: input.invalid.both + input.invalid[taken] },
    sample: summary.sample,
    expired: summary.expired ?? 0,
    blocked: summary.blocked,
    rejected: await findRejections(tx, batchOf(plan), REJECTIONS_SHOWN),
    choice: input.choice,
    lostColumns: input.lostColumns ?? [],
    forms: formsRead(input.forms ?? [], taken),
    waiting: await countServed(tx, summary.counts),
    results: plan.result.steps,
    settable: [],
    ...(await (isUntouched(plan) ? countStaged(tx, plan.id) : countBrought(tx, plan.id))),
  };
}

/** The line formats of a file with their line counts in the selected reading. */
function formsRead(
  forms: NonNullable<StoredImport['input']['forms']>,
  taken: 'first' | 'second',
): ImportPreview['forms'] {
  const counted = forms.map(({ form, lines }) => ({ form, lines: lines.both + lines[taken] }));
  return counted.filter(({ lines }) => lines > 0);
}

/** The effect that the rows would have now. */
export async function summaryNow(tx: Tx, plan: StoredImport): Promise<BatchSummary> {
  const batch = batchOf(plan);
  await classifyBatch(tx, batch);
  const summary = await summarizeBatch(tx, batch);
  return { ...summary, counts: importSteps.withoutOwn(summary.counts, plan.result.steps) };
}
