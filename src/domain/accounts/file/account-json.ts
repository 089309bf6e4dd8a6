import { HIDDEN } from '../../parse/fields/mask.ts';
import { Refusal } from '../../parse/fields/refusal.ts';
import type { WrittenAccount } from '../account-fields.ts';
import { accountColumns } from './account-columns.ts';
import type { AccountSink } from './account-sink.ts';

const NO_ENTRY = new Refusal('Each entry must be a string or an object.');
const NESTED = new Refusal('Each value must be a string or a number.');
const DIGITS_LOST = new Refusal('A number lost digits: write it in quotes.');

/** Reads the entries of a list: usernames, or objects with fields as keys. */
export function readAccountJson(entries: readonly unknown[], sink: AccountSink): void {
  for (const [index, entry] of entries.entries()) {
    const written = typeof entry === 'string' ? { username: entry } : writtenIn(entry, sink);
    if (written instanceof Refusal) sink.reject(index + 1, written, HIDDEN);
    else sink.add(index + 1, written);
  }
}

function writtenIn(entry: unknown, sink: AccountSink): WrittenAccount | Refusal {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return NO_ENTRY;
  const written: WrittenAccount = {};
  const pairs = Object.entries(entry);
  const columns = accountColumns(pairs.map(([key]) => key));
  for (const [at, [key, value]] of pairs.entries()) {
    const column = columns[at];
    if (column === undefined) sink.leaveOut([key]);
    else if (typeof value === 'string' || Number.isSafeInteger(value)) written[column] = String(value).trim();
    else if (typeof value === 'number') return DIGITS_LOST;
    else if (value !== null) return NESTED;
  }
  return written;
}
