import type { PlanState, Stamp } from '../plan-state.ts';
import type { RejectedMapping } from './mapping-file.ts';

/** What an import of mappings would do, or has done. */
export interface VpsImportPreview {
  planId: number;
  fileName: string | null;
  state: PlanState;
  rows: number;
  newVps: number;
  newLinks: number;
  notedLinks: number;
  knownLinks: number;
  addedAccounts: number;
  movedAccounts: number;
  rejected: readonly RejectedMapping[];
  result: Stamp | null;
}

/** How many things an import would change. */
export function changesOf(
  preview: Pick<VpsImportPreview, 'newVps' | 'newLinks' | 'notedLinks' | 'addedAccounts' | 'movedAccounts'>,
): number {
  const { newVps, newLinks, notedLinks, addedAccounts, movedAccounts } = preview;
  return newVps + newLinks + notedLinks + addedAccounts + movedAccounts;
}
