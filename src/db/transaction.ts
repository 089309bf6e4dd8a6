import type { Db, Tx } from './client.ts';
import { withRetry } from './errors.ts';

declare const repeatable: unique symbol;

/**
 * A transaction whose work is retried from its beginning if the database cancelled it or its plan was stale
 * (`StalePlanError`). Writers of assignments accept no other, so that none of their callers can forget to plan again.
 */
export type RepeatableTx = Tx & { readonly [repeatable]: true };

/** Runs work in a transaction and retries it if necessary, so its effects outside of the database must be repeatable. */
export function transact<T>(db: Db, work: (tx: RepeatableTx) => Promise<T>): Promise<T> {
  return withRetry(() => db.transaction((tx) => work(tx as RepeatableTx)));
}
