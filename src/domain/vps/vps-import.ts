import type { PlanState, Stamp } from '../plan-state.ts';
import type { RejectedMapping } from './mapping-file.ts';

/** The effect of an import of mappings. */
export interface MappingEffect {
  newVps: number;
  newLinks: number;
  notedLinks: number;
  knownLinks: number;
  /** Number of accounts that get a VPS, and of those that move from another one. */
  addedAccounts: number;
  movedAccounts: number;
  /** Identifies everything that is counted here, so that equal numbers of different items are distinguished. */
  fingerprint: string;
}

/** Known VPS for which a file names another environment: how many, and the first few. They keep theirs. */
export interface KeptEnvironments {
  count: number;
  first: readonly { vps: string; environment: string; written: string }[];
}

export const NONE_KEPT: KeptEnvironments = { count: 0, first: [] };

/** The effect that an import of mappings would have, or has had. */
export interface VpsImportPreview extends MappingEffect {
  planId: number;
  fileName: string | null;
  state: PlanState;
  cancelledBy: string | null;
  rows: number;
  rejected: readonly RejectedMapping[];
  unknownColumns: readonly string[];
  kept: KeptEnvironments;
  result: Stamp | null;
}

/** The number of changes of an import. */
export function changesOf({ newVps, newLinks, notedLinks, addedAccounts, movedAccounts }: MappingEffect): number {
  return newVps + newLinks + notedLinks + addedAccounts + movedAccounts;
}
