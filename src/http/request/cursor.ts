import { createHash } from 'node:crypto';
import { readRowNumber } from '../../domain/input/row-number.ts';
import { HttpProblem } from '../server/problem.ts';

/** A digest of the query, so that a cursor is valid for its own list only. */
const markOf = (query: unknown) => createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 8);

/** A cursor that continues after the row with this id, wherever it is then. */
export function writeCursor(query: unknown, after: number): string {
  return Buffer.from(`${markOf(query)}.${after}`).toString('base64url');
}

/** @throws HttpProblem for a cursor of another list or an invalid one */
export function readCursor(query: unknown, cursor: string): number {
  const [mark, after = ''] = Buffer.from(cursor, 'base64url').toString().split('.');
  if (mark === markOf(query) && readRowNumber(after) !== undefined) return Number(after);
  throw new HttpProblem(400, {
    code: 'bad_cursor',
    detail: 'The cursor is not valid for this list. Start without one.',
  });
}
