import { z } from 'zod';

/** What no text of one line holds: control characters, and NUL above all, which PostgreSQL refuses. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
export const SINGLE_LINE = /^[^\u0000-\u001f\u007f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const LINES = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/;

/** One line of text. */
export const line = (max: number) => z.string().max(max).regex(SINGLE_LINE, 'holds control characters');
/** Text of several lines. */
export const lines = (max: number) => z.string().max(max).regex(LINES, 'holds control characters');

/** A number that stands for a row, in an address. */
export const rowId = z
  .string()
  .regex(/^\d{1,9}$/, 'is no number of up to 9 digits')
  .describe('The number of a proxy, without #');

/** A moment in JSON. */
export const moment = z.iso.datetime({ offset: true });

/** A switch in an address. */
export const toggle = z.enum(['true', 'false', '1', '0', '']).describe('`true` or `false`');
/** Whether a switch is on; `?name` alone is on. */
export const isOn = (value: z.output<typeof toggle> | undefined) => value === 'true' || value === '1' || value === '';
