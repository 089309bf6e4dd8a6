import { createHash } from 'node:crypto';
import { HttpProblem } from '../server/problem.ts';

/** What a list was asked for, in short: a cursor of one list is no cursor of another. */
const markOf = (query: unknown) => createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 8);

/** Where a list goes on: behind the row of this number, wherever that stands by then. */
export function writeCursor(query: unknown, after: number): string {
  return Buffer.from(`${markOf(query)}.${after}`).toString('base64url');
}

/** @throws HttpProblem for a cursor of another list, or none at all */
export function readCursor(query: unknown, cursor: string): number {
  const [mark, after = ''] = Buffer.from(cursor, 'base64url').toString().split('.');
  if (mark === markOf(query) && /^\d{1,9}$/.test(after)) return Number(after);
  throw new HttpProblem(400, { code: 'bad_cursor', detail: 'The cursor belongs to another list. Begin without one.' });
}
