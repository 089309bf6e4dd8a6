import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { onlyRow, type Queryable, run } from './rows.ts';

/**
 * The advisory locks. Each is held until its transaction ends. A transaction that takes several takes them in this order, so that no
 * two transactions wait for each other.
 */
const LOCKS = {
  identities: 'proxies.identity',
  assignments: 'proxy-ops.assignments',
  alerts: 'proxy-ops.alerts',
  checkPartitions: 'proxy-ops.check-partitions',
  sweep: 'proxy-ops.sweep',
  keys: 'proxy-ops.keys',
} as const;

export type LockName = keyof typeof LOCKS;

const keyOf = (name: LockName): SQL => sql`hashtext(${LOCKS[name]})`;

/** Waits until no other transaction holds the lock, shared or not. */
export async function lock(tx: Queryable, name: LockName): Promise<void> {
  await run(tx, sql`select pg_advisory_xact_lock(${keyOf(name)})`);
}

/** Waits until no other transaction holds the lock unshared. */
export async function lockShared(tx: Queryable, name: LockName): Promise<void> {
  await run(tx, sql`select pg_advisory_xact_lock_shared(${keyOf(name)})`);
}

const TRIED = z.strictObject({ isLocked: z.boolean() });

/** Takes the lock if it is free. @returns whether it was */
export async function tryLock(tx: Queryable, name: LockName): Promise<boolean> {
  const { isLocked } = await onlyRow(tx, TRIED, sql`select pg_try_advisory_xact_lock(${keyOf(name)}) as "isLocked"`);
  return isLocked;
}
