import { z } from 'zod';

/** What no text of one line holds: control characters, and NUL above all, which PostgreSQL refuses. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const SINGLE_LINE = /^[^\u0000-\u001f\u007f]*$/;

/** One line of text. */
export const line = (max: number) => z.string().max(max).regex(SINGLE_LINE, 'holds control characters');

/** A moment in JSON. */
export const moment = z.iso.datetime({ offset: true });
