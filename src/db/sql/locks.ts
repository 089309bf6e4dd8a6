import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { sqlState } from '../errors.ts';
import { prepared } from './prepared.ts';
import { onlyRow, type Queryable, run } from './rows.ts';

/** SQLSTATE of a wait that `lock_timeout` ended. */
const LOCK_NOT_AVAILABLE = '55P03';

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
  await run(tx, prepared(sql`select pg_advisory_xact_lock(${keyOf(name)})`));
}

/**
 * The same, for at most a time; other waits of the transaction are not bounded by it.
 *
 * @returns whether the lock was taken; if not, the transaction has failed
 */
export async function lockWithin(tx: Queryable, name: LockName, ms: number): Promise<boolean> {
  const timeout = (value: string) => sql`set_config('lock_timeout', ${value}, true)`;
  const statement = sql`select ${timeout(`${ms}ms`)}, pg_advisory_xact_lock(${keyOf(name)}), ${timeout('0')}`;
  try {
    await run(tx, prepared(statement));
    return true;
  } catch (error) {
    if (sqlState(error) === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

/** Waits until no other transaction holds the lock unshared. */
export async function lockShared(tx: Queryable, name: LockName): Promise<void> {
  await run(tx, prepared(sql`select pg_advisory_xact_lock_shared(${keyOf(name)})`));
}

const TRIED = z.strictObject({ isLocked: z.boolean() });

/** Takes the lock if it is free. @returns whether it was */
export async function tryLock(tx: Queryable, name: LockName): Promise<boolean> {
  const { isLocked } = await onlyRow(tx, TRIED, sql`select pg_try_advisory_xact_lock(${keyOf(name)}) as "isLocked"`);
  return isLocked;
}
