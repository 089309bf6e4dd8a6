import { z } from 'zod';
import type { AccountsSummary } from '../../db/queries/accounts/account-imports.ts';
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
const accountImportInput = z.object({
  fileName: z.string().nullable(),
  source: z.object({ channelId: z.string(), messageId: z.string() }).nullable(),
  encoding: z.string(),
  unknownColumns: z.array(z.string()),
  /** Staged ones. */
  rows: z.number().default(0),
  invalid: z.number(),
});
export type AccountImportInput = z.output<typeof accountImportInput>;

const stepResult: z.ZodType<AccountStepResult> = z.object({
  count: z.number(),
  ...stampShape,
  accounts: z.number(),
  placed: z.number(),
  waiting: z.array(z.object({ name: z.string(), waiting: z.number() })),
  missingProxies: z.number(),
});

/** What was done, and the summary as it was after it: once a plan is closed its staged rows are gone. */
const accountImportResult = z.object({
  steps: z.partialRecord(z.enum(ACCOUNT_IMPORT_STEPS), stepResult).default({}),
  summary: z.custom<AccountsSummary>().optional(),
});

export const accountImportPlans = new StoredPlans({
  kind: 'account.import',
  called: 'import',
  again: 'Run /account import again.',
  input: accountImportInput,
  result: accountImportResult,
});
export type StoredAccountImport = Awaited<ReturnType<typeof accountImportPlans.find>>;

export const NO_COUNTS = Object.fromEntries(ACCOUNT_IMPORT_CLASSES.map((each) => [each, 0])) as Record<
  AccountImportClass,
  number
>;
