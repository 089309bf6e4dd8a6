import type { PlanState, Stamp } from '../plan-state.ts';
import type { RejectedMapping } from './mapping-file.ts';

/** What writing mappings changes. */
export interface MappingEffect {
  newVps: number;
  newLinks: number;
  notedLinks: number;
  knownLinks: number;
  /** Accounts that get a VPS, and those that leave another one for it. */
  addedAccounts: number;
  movedAccounts: number;
  /** Of all that is counted here, one by one: equal numbers of other things are told apart by it. */
  fingerprint: string;
}

/** VPS that are known in another environment than a file names: how many, and the first few. Theirs stays. */
export interface KeptEnvironments {
  count: number;
  first: readonly { vps: string; environment: string; written: string }[];
}

export const NONE_KEPT: KeptEnvironments = { count: 0, first: [] };

/** What an import of mappings would do, or has done. */
export interface VpsImportPreview extends MappingEffect {
  planId: number;
  fileName: string | null;
  state: PlanState;
  rows: number;
  rejected: readonly RejectedMapping[];
  unknownColumns: readonly string[];
  kept: KeptEnvironments;
  result: Stamp | null;
}

/** How many things an import would change. */
export function changesOf({ newVps, newLinks, notedLinks, addedAccounts, movedAccounts }: MappingEffect): number {
  return newVps + newLinks + notedLinks + addedAccounts + movedAccounts;
}
