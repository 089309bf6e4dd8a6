import { ImportSteps } from '../imports/import-steps.ts';
import type { StagedList } from '../imports/staged-list.ts';
import type { Stamp } from '../plan-state.ts';
import type { RejectedLine } from '../proxies/proxy-import.ts';
import type { LikeModel } from './account-edit.ts';
import type { AccountUndoResult } from './account-undo.ts';

/**
 * The classes of staged rows, decided against the current accounts. `model`, `vps` and `details` are known accounts
 * that an update would change, by the first of these that differs; `conflict` repeats an earlier row with another model
 * or VPS; `no_vps` names an unknown VPS.
 */
export const ACCOUNT_IMPORT_CLASSES = [
  'new',
  'revived',
  'model',
  'vps',
  'details',
  'known',
  'duplicate',
  'conflict',
  'no_vps',
] as const;
export type AccountImportClass = (typeof ACCOUNT_IMPORT_CLASSES)[number];

export const ACCOUNT_IMPORT_STEPS = ['import', 'update'] as const;
export type AccountImportStep = (typeof ACCOUNT_IMPORT_STEPS)[number];

export const accountImportSteps = new ImportSteps<AccountImportStep, AccountImportClass>({
  import: ['new', 'revived'],
  update: ['model', 'vps', 'details'],
});

/** Accounts of a model that have, or would have, no proxy. */
export interface WaitingOfModel {
  name: string;
  waiting: number;
}

/** The effect of a step on proxies: how many of its accounts get one, which wait, and how many proxies are missing. */
export interface AccountPlacement {
  /** New accounts; for an update, the accounts that change their model and are not on hold. */
  accounts: number;
  placed: number;
  /** Ordered by the number of accounts, the highest first. */
  waiting: readonly WaitingOfModel[];
  /** The number of additional proxies that all waiting accounts need, including those from other sources. */
  missingProxies: number;
}

export interface AccountSample {
  line: number;
  username: string;
  model: string;
  vps: string | null;
  /** The proxy that it would get, with the reason; null if it would wait. */
  proxy: { id: number; address: string; reason: string } | null;
}

export interface AccountStepResult extends AccountPlacement, Stamp {
  count: number;
  /** The numbers of the models that the step created; steps of version 0.1.0 do not have it. */
  newModels?: number[] | undefined;
}

/** A new model of a file that looks like an existing one. */
export interface AlikeModel {
  /** The first row that names it. */
  line: number;
  name: string;
  rows: number;
  like: LikeModel;
}

export interface AccountImportPreview extends StagedList {
  counts: Record<AccountImportClass | 'invalid', number>;
  /** The effect of importing now; null if there is nothing left to import. */
  plan: AccountPlacement | null;
  /** The effect of the model changes; null if there are none. */
  moves: AccountPlacement | null;
  /** The first rows that would be imported. */
  sample: readonly AccountSample[];
  /** The number of models that the import would create, with the first few names. */
  newModels: { count: number; names: readonly string[] };
  /** New models that look like an existing one; the first few. */
  alike: readonly AlikeModel[];
  /** Unknown VPS in the rows; the first few. */
  missingVps: readonly { name: string; rows: number }[];
  /** Number of all unknown VPS in the rows. */
  missingVpsCount: number;
  rejected: readonly RejectedLine[];
  results: Partial<Record<AccountImportStep, AccountStepResult>>;
  undo: AccountUndoResult | null;
}

/** The figures of a preview, which must still hold when its button is pressed. */
export interface ShownStep {
  /** The number of rows in the step. */
  count: number;
  /** The number of these that get a proxy. */
  placed: number;
}
