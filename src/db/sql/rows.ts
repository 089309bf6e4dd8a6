import type { SQL } from 'drizzle-orm';
import { z } from 'zod';

/** Anything that runs statements, such as the pool or a transaction. */
export interface Queryable {
  execute(statement: SQL): PromiseLike<{ rows: unknown[]; rowCount: number | null }>;
}

/** A schema that only checks: what it accepts is passed on as it is, so it cannot convert. */
export type RowSchema<Row> = z.ZodType<Row, Row>;

/** A statement returned a row that its schema does not describe. The message has names and types, never values. */
export class RowError extends Error {
  override readonly name = 'RowError';
}

let isEveryRowChecked = false;

/**
 * Checks every row from now on, as all tests do. Otherwise only the first row of each result is checked: that finds a wrong column
 * or type, while a check of 100,000 rows would take longer than the statement.
 */
export function checkEveryRow(): void {
  isEveryRowChecked = true;
}

/**
 * Runs a statement and returns its rows. The rows have the type of the schema, so that it cannot claim what the database does not
 * return.
 *
 * @param schema made once, outside of functions: making it takes longer than using it
 * @throws RowError if a row does not match the schema
 */
export async function rows<Row>(db: Queryable, schema: RowSchema<Row>, statement: SQL): Promise<Row[]> {
  const { rows: found } = await db.execute(statement);
  checkRows(schema, found);
  return found;
}

/** Like `rows`, for a statement that returns one row or none. */
export async function firstRow<Row>(db: Queryable, schema: RowSchema<Row>, statement: SQL): Promise<Row | undefined> {
  return (await rows(db, schema, statement))[0];
}

/** Like `rows`, for a statement that always returns one row, such as an aggregate without groups. */
export async function onlyRow<Row>(db: Queryable, schema: RowSchema<Row>, statement: SQL): Promise<Row> {
  const found = await rows(db, schema, statement);
  const [row] = found;
  if (row === undefined || found.length > 1)
    throw new RowError(`one row was expected, and ${found.length} were returned`);
  return row;
}

const NUMBERED = z.strictObject({ id: z.int() });

/** The numbers that a statement returns in its only column, `id`. */
export async function ids(db: Queryable, statement: SQL): Promise<number[]> {
  return (await rows(db, NUMBERED, statement)).map(({ id }) => id);
}

/** Runs a statement whose rows are of no interest. @returns how many rows it wrote or found */
export async function run(db: Queryable, statement: SQL): Promise<number> {
  return (await db.execute(statement)).rowCount ?? 0;
}

/**
 * For rows that were read without `rows`, over a prepared statement.
 *
 * @throws RowError if a row does not match the schema
 */
export function checkRows<Row>(schema: RowSchema<Row>, found: unknown[]): asserts found is Row[] {
  const checked = isEveryRowChecked ? found : found.slice(0, 1);
  for (const row of checked) {
    const { error } = schema.safeParse(row);
    if (error) throw new RowError(`a row does not match its schema: ${z.prettifyError(error)}`);
  }
}
