import { type Db, type Pool, type Tx, transactionOn } from './client.ts';
import { copyIn } from './copy.ts';
import { withRetry } from './errors.ts';
import { Turns } from './lanes/turns.ts';

declare const repeatable: unique symbol;

/**
 * A transaction whose work is retried from its beginning if the database cancelled it or its plan was stale
 * (`StalePlanError`). Writers of assignments accept no other, so that none of their callers can forget to plan again.
 */
export type RepeatableTx = Tx & { readonly [repeatable]: true };

/**
 * Writers of assignments of one process and lane that have a connection: one works, and the next one waits for the lock. All others
 * wait without a connection.
 */
const WRITERS = { places: 2, patienceMs: 15_000 };
const turnsOf = new WeakMap<Db, Turns>();

function turns(db: Db): Turns {
  const known = turnsOf.get(db) ?? new Turns(WRITERS);
  turnsOf.set(db, known);
  return known;
}

/** Runs work in a transaction and retries it if necessary, so its effects outside of the database must be repeatable. */
export function transact<T>(db: Db, work: (tx: RepeatableTx) => Promise<T>): Promise<T> {
  return turns(db).run(() => withRetry(() => db.transaction((tx) => work(tx as RepeatableTx))));
}

/**
 * Runs work on one snapshot of the database, whatever other transactions commit in the meantime: for previews, which take no lock. The
 * work may write rows that no other transaction writes, such as a new plan.
 */
export function snapshot<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withRetry(() => db.transaction(work, { isolationLevel: 'repeatable read' }));
}

/** Streams COPY data to the server within the transaction. @returns the number of rows */
export type CopyHere = (statement: string, chunks: AsyncIterable<Uint8Array>) => Promise<number>;

/** The same as `transact` for work that also copies rows, such as into a temporary table. It makes its chunks again when it is retried. */
export function transactWithCopy<T>(
  { db, pool }: { db: Db; pool: Pool },
  work: (tx: RepeatableTx, copy: CopyHere) => Promise<T>,
): Promise<T> {
  return turns(db).run(() => withRetry(() => withCopy(pool, (tx, copy) => work(tx as RepeatableTx, copy))));
}

/**
 * Runs a transaction once that copies rows, such as those of a file, on its own connection: one that was idle while another copies
 * would be ended by the server after a minute.
 */
export function withCopy<T>(pool: Pool, work: (tx: Tx, copy: CopyHere) => Promise<T>): Promise<T> {
  return transactionOn(pool, (tx, client) => work(tx, (statement, chunks) => copyIn(client, statement, chunks)));
}
