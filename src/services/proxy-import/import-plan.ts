import { z } from 'zod';
import type { Batch, BatchSummary } from '../../db/queries/proxies/imports/classes.ts';
import type { ProxyDefaults } from '../../domain/parse/parsed-file.ts';
import { PROXY_TYPES } from '../../domain/proxies/proxy.ts';
import { IMPORT_CLASSES, IMPORT_STEPS } from '../../domain/proxies/proxy-import.ts';
import { type StoredPlan, StoredPlans, stampShape } from '../shared/stored-plans.ts';

export interface ImportFile {
  /** Null for pasted text. */
  name: string | null;
  bytes: Uint8Array;
  defaults: ProxyDefaults;
  /** The message that contained the list. */
  source: { channelId: string; messageId: string } | null;
}

const choiceSchema = z.strictObject({
  taken: z.enum(['first', 'second']),
  lines: z.int(),
  first: z.strictObject({ form: z.string(), example: z.string() }),
  second: z.strictObject({ form: z.string(), example: z.string() }),
});

/** Input of a staged import, as stored with its plan. */
const importInput = z.strictObject({
  fileName: z.string().nullable(),
  source: z.strictObject({ channelId: z.string(), messageId: z.string() }).nullable(),
  encoding: z.string(),
  unknownColumns: z.array(z.string()),
  /** Imports that were staged by 0.1.0 lack these two. */
  lostColumns: z.array(z.strictObject({ name: z.string(), used: z.string() })).optional(),
  forms: z
    .array(
      z.strictObject({
        form: z.string(),
        lines: z.strictObject({ both: z.int(), first: z.int(), second: z.int() }),
      }),
    )
    .optional(),
  choice: choiceSchema.nullable(),
  invalid: z.strictObject({ both: z.int(), first: z.int(), second: z.int() }),
  /** Lines that a preview shows before others. Imports that were staged before 0.2.0 lack them. */
  examples: z.array(z.int()).optional(),
});
export type ImportInput = z.output<typeof importInput>;

const stepsSchema = z.partialRecord(
  z.enum(IMPORT_STEPS),
  z.strictObject({ count: z.int(), ...stampShape, served: z.int().optional() }),
);

const summarySchema: z.ZodType<BatchSummary> = z.strictObject({
  counts: z.partialRecord(z.enum(IMPORT_CLASSES), z.int()),
  expired: z.int().optional(),
  sample: z.array(
    z.strictObject({
      line: z.int(),
      host: z.string(),
      port: z.int(),
      type: z.enum(PROXY_TYPES),
      username: z.string(),
      label: z.string().nullable(),
      country: z.string().nullable(),
    }),
  ),
  blocked: z.array(z.strictObject({ id: z.int(), host: z.string(), port: z.int(), reason: z.string().nullable() })),
});

/**
 * Counts of the applied steps, and the summary after the last one: a closed plan has no staged rows left to compute it
 * from.
 */
const importResult = z.strictObject({ steps: stepsSchema, summary: summarySchema.optional() });

type ImportResult = z.output<typeof importResult>;

export const importPlans = new StoredPlans({
  kind: 'proxy.import',
  called: 'import',
  again: 'Run /proxy import again.',
  input: importInput,
  result: importResult,
  noResult: { steps: {} },
});
export type StoredImport = StoredPlan<ImportInput, ImportResult>;

export const NO_COUNTS = { new: 0, revived: 0, known: 0, blocked: 0, type: 0, credentials: 0, duplicate: 0 };

export function batchOf({ id, input }: StoredImport): Batch {
  return { planId: id, reading: input.choice?.taken === 'second' ? 2 : 1, examples: input.examples ?? [] };
}

export function isUntouched({ result }: StoredImport): boolean {
  return Object.keys(result.steps).length === 0;
}
