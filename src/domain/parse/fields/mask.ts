import type { LineReading } from '../forms/reading.ts';
import { parseQuad } from './ip-address.ts';

/** Stands for what is not shown, however long it is. */
export const HIDDEN = '•••';
const MAX_CHARS = 200;
/** What stays visible of a line that is not understood: the marks between its parts. */
const PARTS = /[^\s:;,|@/[\](){}<>\x7f]+/g;

/** A line as one reading has it: host and port, everything else hidden; a host that may as well be a word is hidden too. */
export function maskReading(text: string, reading: LineReading): string {
  return writeMasked(text, reading, String(reading.port));
}

/**
 * The same with the port hidden too. Of a line with two readings it is shown: what is the port in one of them may be the
 * password in the other.
 */
export function maskOpenReading(text: string, reading: LineReading): string {
  return writeMasked(text, reading, HIDDEN);
}

function writeMasked(text: string, reading: LineReading, port: string): string {
  const host = reading.isStrong ? text.slice(reading.hostFrom, reading.hostTo) : HIDDEN;
  return cutMasked(reading.layout.write({ host, port, user: HIDDEN, password: HIDDEN }));
}

/** A line that nobody understands: its marks, and its first part where that is a dotted quad. */
export function maskUnread(text: string): string {
  let isFirst = true;
  const masked = text.slice(0, MAX_CHARS * 2).replace(PARTS, (part) => {
    const isAddress = isFirst && parseQuad(part) >= 0;
    isFirst = false;
    return isAddress ? part : HIDDEN;
  });
  return cutMasked(masked.replaceAll('\x7f', ','));
}

/** Cuts what is already masked to the length that is shown. */
export function cutMasked(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text;
}
