import { STAGED_COLUMNS, type StagedColumn, type StagedTable } from '../../domain/parse/staged-rows.ts';
import { CopyBuffer } from './copy-buffer.ts';

/** Writes one column of a row. */
export type ColumnWriter<R> = (out: CopyBuffer, row: R) => void;

/** Writes a row of a plan. */
type RowWriter<R> = (out: CopyBuffer, planId: number, row: R) => void;

/** The columns of a table apart from the plan's number. */
type ColumnWriters<T extends StagedTable, R> = Record<Exclude<StagedColumn<T>, 'plan_id'>, ColumnWriter<R>>;

/** A column whose values are written by a method of the buffer, and NULL if the row has none. */
function column<V>(write: (out: CopyBuffer, value: V) => void) {
  return <R>(valueIn: (row: R) => V | null): ColumnWriter<R> =>
    (out, row) => {
      const value = valueIn(row);
      if (value === null) out.null();
      else write(out, value);
    };
}

/** Makes a column of a type from the function that gives its values. */
export const smallint = column<number>((out, value) => out.smallint(value));
export const integer = column<number>((out, value) => out.integer(value));
export const text = column<string>((out, value) => out.text(value));
/** For `uuid` as well, whose value is 16 bytes. */
export const bytea = column<Uint8Array>((out, value) => out.bytea(value));
/** A column of the type that the values of a field have: `text`, `numeric`, `timestamptz` or `text[]`. */
export const detail = column<string | number | Date | readonly string[]>((out, value) => {
  if (typeof value === 'string') out.text(value);
  else if (typeof value === 'number') out.numeric(value);
  else if (value instanceof Date) out.timestamptz(value);
  else out.texts(value);
});

/** A function that writes the rows of a table for `copyStatement`. */
export function rowWriter<T extends StagedTable, R>(table: T, writers: ColumnWriters<T, R>): RowWriter<R> {
  const byName: Record<string, ColumnWriter<R>> = { ...writers };
  const others = STAGED_COLUMNS[table].slice(1).map((name) => byName[name]);
  return (out, plan, row) => {
    out.row(1 + others.length);
    out.bigint(plan);
    for (const write of others) write?.(out, row);
  };
}

/** A function that writes the rejected lines of a file of proxies or accounts. */
export const rejectionWriter = <R extends { line: number; reason: string; text: string }>(
  readingOf: (row: R) => number,
): RowWriter<R> =>
  rowWriter('import_rejections', {
    line: integer((row) => row.line),
    reading: smallint(readingOf),
    reason: text((row) => row.reason),
    text: text((row) => row.text),
  });

/** The rows of a plan as pieces of COPY data. Each piece is valid until the next one is there. */
export async function* copyPieces<R>(
  planId: number,
  batches: Iterable<readonly R[]> | AsyncIterable<readonly R[]>,
  write: RowWriter<R>,
): AsyncGenerator<Uint8Array> {
  const out = new CopyBuffer();
  for await (const batch of batches) {
    for (const row of batch) {
      write(out, planId, row);
      if (out.isFull) yield out.take();
    }
  }
  out.end();
  yield out.take();
}
