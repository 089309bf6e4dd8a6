import { z } from 'zod';
import { accountsSummary } from '../../db/queries/accounts/account-import-classes.ts';
import type { AccountDefaults } from '../../domain/accounts/account-fields.ts';
import {
  ACCOUNT_IMPORT_CLASSES,
  ACCOUNT_IMPORT_STEPS,
  type AccountImportClass,
  type AccountStepResult,
} from '../../domain/accounts/account-import.ts';
import { type AccountUndoResult, UNDO_REASONS } from '../../domain/accounts/account-undo.ts';
import { StoredPlans, stampShape } from '../shared/stored-plans.ts';

export interface AccountFile {
  /** Null for pasted text. */
  name: string | null;
  bytes: Uint8Array;
  /** Applied to rows without these values. */
  defaults: AccountDefaults;
  /** The message that contained the list. */
  source: { channelId: string; messageId: string } | null;
}

/** Input of a staged import, as stored with its plan. */
const accountImportInput = z.strictObject({
  fileName: z.string().nullable(),
  source: z.strictObject({ channelId: z.string(), messageId: z.string() }).nullable(),
  encoding: z.string(),
  unknownColumns: z.array(z.string()),
  /** Number of staged rows. */
  rows: z.int(),
  invalid: z.int(),
  /** The VPS that were created from the preview. */
  createdVps: z.array(z.int()).optional(),
});
export type AccountImportInput = z.output<typeof accountImportInput>;

const stepResult: z.ZodType<AccountStepResult> = z.strictObject({
  count: z.int(),
  ...stampShape,
  accounts: z.int(),
  placed: z.int(),
  waiting: z.array(z.strictObject({ name: z.string(), waiting: z.int() })),
  missingProxies: z.int(),
  newModels: z.array(z.int()).optional(),
});

const undoResult = z.strictObject({
  ...stampShape,
  removed: z.int(),
  restored: z.int(),
  keptCount: z.int(),
  kept: z.array(z.strictObject({ username: z.string(), why: z.enum(UNDO_REASONS) })),
  models: z.int(),
  vps: z.int(),
  served: z.int(),
}) satisfies z.ZodType<AccountUndoResult>;

/**
 * Counts of the applied steps, and the summary after the last one: a closed plan has no staged rows left to compute it
 * from.
 */
const accountImportResult = z.strictObject({
  steps: z.partialRecord(z.enum(ACCOUNT_IMPORT_STEPS), stepResult),
  summary: accountsSummary.optional(),
  undo: undoResult.optional(),
});

export const accountImportPlans = new StoredPlans({
  kind: 'account.import',
  called: 'import',
  again: 'Run /account import again.',
  input: accountImportInput,
  result: accountImportResult,
  noResult: { steps: {} },
});
export type StoredAccountImport = Awaited<ReturnType<typeof accountImportPlans.find>>;

export const NO_COUNTS = Object.fromEntries(ACCOUNT_IMPORT_CLASSES.map((each) => [each, 0])) as Record<
  AccountImportClass,
  number
>;
