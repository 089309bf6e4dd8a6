import { z } from 'zod';
import { accountsSummary } from '../../db/queries/accounts/account-imports.ts';
import type { AccountDefaults } from '../../domain/accounts/account-fields.ts';
import {
  ACCOUNT_IMPORT_CLASSES,
  ACCOUNT_IMPORT_STEPS,
  type AccountImportClass,
  type AccountStepResult,
} from '../../domain/accounts/account-import.ts';
import { StoredPlans, stampShape } from '../shared/stored-plans.ts';

export interface AccountFile {
  /** Null for pasted text. */
  name: string | null;
  bytes: Uint8Array;
  /** For rows that name none. */
  defaults: AccountDefaults;
  /** The message that the list stood in. */
  source: { channelId: string; messageId: string } | null;
}

/** What a staged import remembers of its file. */
const accountImportInput = z.strictObject({
  fileName: z.string().nullable(),
  source: z.strictObject({ channelId: z.string(), messageId: z.string() }).nullable(),
  encoding: z.string(),
  unknownColumns: z.array(z.string()),
  /** Staged ones. */
  rows: z.int(),
  invalid: z.int(),
});
export type AccountImportInput = z.output<typeof accountImportInput>;

const stepResult: z.ZodType<AccountStepResult> = z.strictObject({
  count: z.int(),
  ...stampShape,
  accounts: z.int(),
  placed: z.int(),
  waiting: z.array(z.strictObject({ name: z.string(), waiting: z.int() })),
  missingProxies: z.int(),
});

/** What was done, and the summary as it was after it: once a plan is closed its staged rows are gone. */
const accountImportResult = z.strictObject({
  steps: z.partialRecord(z.enum(ACCOUNT_IMPORT_STEPS), stepResult),
  summary: accountsSummary.optional(),
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
