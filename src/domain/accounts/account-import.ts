import { ImportSteps } from '../imports/import-steps.ts';
import type { PlanState, Stamp } from '../plan-state.ts';
import type { RejectedLine } from '../proxies/proxy-import.ts';

/**
 * What becomes of a staged row, decided against the accounts as they are now. `model`, `vps` and `details` are known accounts that
 * an update would change, by the first of these that differs; `conflict` repeats an earlier row with another model or VPS; `no_vps` names
 * a VPS that is not there.
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

/** Accounts of a model that would go without a proxy, or did. */
export interface WaitingOfModel {
  name: string;
  waiting: number;
}

/** What a step does to proxies: how many of its accounts get one, who waits, and what is missing. */
export interface AccountPlacement {
  /** New accounts; of an update those whose model changes and that are not held. */
  accounts: number;
  placed: number;
  /** The most first. */
  waiting: readonly WaitingOfModel[];
  /** How many more proxies would serve all that wait, those of other origin too. */
  missingProxies: number;
}

export interface AccountSample {
  line: number;
  username: string;
  model: string;
  vps: string | null;
  /** The proxy that it would get, and why; null where it would wait. */
  proxy: { id: number; address: string; reason: string } | null;
}

export interface AccountStepResult extends AccountPlacement, Stamp {
  count: number;
}

export interface AccountImportPreview {
  planId: number;
  /** Null for pasted text. */
  fileName: string | null;
  state: PlanState;
  expiresAt: Date;
  encoding: string;
  counts: Record<AccountImportClass | 'invalid', number>;
  /** What importing would do now; null where there is nothing to import, or no more. */
  plan: AccountPlacement | null;
  /** What the changes of models would do now; null where there are none. */
  moves: AccountPlacement | null;
  /** The first rows that would be imported. */
  sample: readonly AccountSample[];
  /** Models that would come to life, the first few, and how many. */
  newModels: { count: number; names: readonly string[] };
  /** VPS that rows name and that are not there; the first few. */
  missingVps: readonly { name: string; rows: number }[];
  rejected: readonly RejectedLine[];
  unknownColumns: readonly string[];
  results: Partial<Record<AccountImportStep, AccountStepResult>>;
  /** The message that the list stood in, if it came from one. */
  source: { channelId: string; messageId: string } | null;
}

/** What a preview has shown, and what has to hold still when its button is pressed. */
export interface ShownStep {
  /** The number of rows that the step takes. */
  count: number;
  /** How many of them get a proxy. */
  placed: number;
}
