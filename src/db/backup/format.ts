import { z } from 'zod';

/**
 * A backup is gzip over UTF-8 text: one line of JSON (the header), for each table in the header's order its rows in the
 * text format of COPY and a line `\.`, and one more line of JSON (the end). The end exists only if everything before it
 * was written.
 */
export const END_OF_TABLE = '\\.\n';

export const headerSchema = z.object({
  program: z.literal('proxy-ops'),
  format: z.literal(1),
  madeAt: z.string(),
  /** The migrations of the schema, by their time in milliseconds. */
  schema: z.array(z.number()),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()).min(1) })),
  /** The days with single checks: each one is a partition. */
  checkDays: z.array(z.iso.date()),
});

export const endSchema = z.object({
  /** Number of rows by table. */
  rows: z.record(z.string(), z.int()),
  /** The last value of each sequence; bigint as text. */
  sequences: z.record(z.string(), z.string().regex(/^\d+$/)),
});

export type Header = z.infer<typeof headerSchema>;
export type End = z.infer<typeof endSchema>;
export type BackupTable = Header['tables'][number];
