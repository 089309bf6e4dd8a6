import { z } from 'zod';
import type { Batch, BatchSummary } from '../../db/queries/proxies/proxy-imports.ts';
import type { ProxyDefaults } from '../../domain/parse/proxy-file.ts';
import { IMPORT_STEPS } from '../../domain/proxies/proxy-import.ts';
import { type StoredPlan, StoredPlans, stampShape } from '../shared/stored-plans.ts';

export interface ImportFile {
  /** Null for pasted text. */
  name: string | null;
  bytes: Uint8Array;
  defaults: ProxyDefaults;
  /** The message that the list stood in. */
  source: { channelId: string; messageId: string } | null;
}

const choiceSchema = z.object({
  taken: z.enum(['first', 'second']),
  lines: z.number(),
  first: z.object({ form: z.string(), example: z.string() }),
  second: z.object({ form: z.string(), example: z.string() }),
});

/** What a staged import remembers of its file. */
const importInput = z.object({
  fileName: z.string().nullable(),
  source: z.object({ channelId: z.string(), messageId: z.string() }).nullable(),
  encoding: z.string(),
  unknownColumns: z.array(z.string()),
  choice: choiceSchema.nullable(),
  invalid: z.object({ both: z.number(), first: z.number(), second: z.number() }),
});
export type ImportInput = z.output<typeof importInput>;

const stepsSchema = z.partialRecord(
  z.enum(IMPORT_STEPS),
  z.object({ count: z.number(), ...stampShape, served: z.number().optional() }),
);

/** What was done, and the summary as it was after it: once a plan is closed its staged rows are gone. */
const importResult = z.object({ steps: stepsSchema.default({}), summary: z.custom<BatchSummary>().optional() });

type ImportResult = z.output<typeof importResult>;

export const importPlans = new StoredPlans({
  kind: 'proxy.import',
  called: 'import',
  again: 'Run /proxy import again.',
  input: importInput,
  result: importResult,
});
export type StoredImport = StoredPlan<ImportInput, ImportResult>;

export const NO_COUNTS = { new: 0, revived: 0, known: 0, blocked: 0, type: 0, credentials: 0, duplicate: 0 };

export function batchOf({ id, input }: StoredImport): Batch {
  return { planId: id, reading: input.choice?.taken === 'second' ? 2 : 1 };
}

export function isUntouched({ result }: StoredImport): boolean {
  return Object.keys(result.steps).length === 0;
}
