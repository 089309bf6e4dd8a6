import { z } from 'zod';
import { MAX_ROW_NUMBER, readRowNumber } from '../../domain/input/row-number.ts';

/** No control characters; PostgreSQL, for one, rejects NUL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
export const SINGLE_LINE = /^[^\u0000-\u001f\u007f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
const LINES = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/;

/** One line of text. */
export const line = (max: number) => z.string().max(max).regex(SINGLE_LINE, 'must not contain control characters');
/** Text of several lines. */
export const lines = (max: number) => z.string().max(max).regex(LINES, 'must not contain control characters');

/** The number of a row in a path. */
export const rowId = z
  .string()
  .refine(
    (text) => readRowNumber(text) !== undefined,
    `must be a number from 1 to ${MAX_ROW_NUMBER}, without leading zeros`,
  )
  .describe('Number of a proxy, without #');

/** The number of a row in JSON. */
export const rowNumber = z.int().min(1).max(MAX_ROW_NUMBER);

/** A timestamp in JSON. */
export const moment = z.iso.datetime({ offset: true });

/** A switch in a query string. */
export const toggle = z.enum(['true', 'false', '1', '0', '']).describe('`true` or `false`');
/** Whether a switch is on; `?name` alone is on. */
export const isOn = (value: z.output<typeof toggle> | undefined) => value === 'true' || value === '1' || value === '';
