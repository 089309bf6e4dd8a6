import { z } from 'zod';

/**
 * A backup is gzip over UTF-8 text: one line of JSON (the header), for each table in the header's order its rows as COPY writes them
 * (text format) and a line `\.`, and one more line of JSON (the end). The end stands there only if everything before it was written.
 */
export const END_OF_TABLE = '\\.\n';

export const headerSchema = z.object({
  program: z.literal('proxy-ops'),
  format: z.literal(1),
  madeAt: z.string(),
  /** The migrations that made the schema, by their time in milliseconds. */
  schema: z.array(z.number()),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()).min(1) })),
  /** The days of which single checks were kept: each is a partition. */
  checkDays: z.array(z.iso.date()),
});

export const endSchema = z.object({
  /** Rows by table. */
  rows: z.record(z.string(), z.int()),
  /** The last number that each sequence has given; bigint as text. */
  sequences: z.record(z.string(), z.string().regex(/^\d+$/)),
});

export type Header = z.infer<typeof headerSchema>;
export type End = z.infer<typeof endSchema>;
export type BackupTable = Header['tables'][number];
