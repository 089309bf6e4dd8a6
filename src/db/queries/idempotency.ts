import { and, eq, isNull, lt, lte, sql } from 'drizzle-orm';
import type { Db, Tx } from '../client.ts';
import { idempotencyKeys } from '../schema/api.ts';
import { excluded, interval } from '../sql/columns.ts';

/** The request that uses a key. `status` and `body` are null until it is answered, and `work` is until something is done. */
export interface KeyedRequest {
  request: string;
  status: number | null;
  body: string | null;
  work: unknown;
}

/** Keys are deleted after a day. */
const KEPT_MS = 24 * 3_600_000;

const isKey = (caller: string, key: string) => and(eq(idempotencyKeys.caller, caller), eq(idempotencyKeys.key, key));

/**
 * Claims a key for a request. The claim is an insert, so of two concurrent requests only one gets it.
 *
 * @returns `work`, if the key was free, or was left by an attempt that has failed or whose process has died; else the request that
 * uses it
 */
export async function claimKey(
  db: Db,
  { lockMs, ...claim }: { caller: string; key: string; request: string; attempt: string; lockMs: number },
): Promise<{ work: unknown } | KeyedRequest> {
  const { caller, key, request } = claim;
  const { status, lockedUntil, body, work } = idempotencyKeys;
  const isAbandoned = and(
    isNull(status),
    lte(lockedUntil, sql`now()`),
    eq(idempotencyKeys.request, excluded(idempotencyKeys, 'request')),
  );
  const [claimed] = await db
    .insert(idempotencyKeys)
    .values({ ...claim, lockedUntil: sql`now() + ${interval(lockMs)}` })
    .onConflictDoUpdate({
      target: [idempotencyKeys.caller, idempotencyKeys.key],
      set: {
        attempt: excluded(idempotencyKeys, 'attempt'),
        lockedUntil: excluded(idempotencyKeys, 'lockedUntil'),
      },
      ...(isAbandoned && { setWhere: isAbandoned }),
    })
    .returning({ work });
  if (claimed) return claimed;
  const [found] = await db
    .select({ request: idempotencyKeys.request, status, body, work })
    .from(idempotencyKeys)
    .where(isKey(caller, key));
  // Released between the two statements: reported as in progress, so that the program tries again.
  return found ?? { request, status: null, body: null, work: null };
}

export async function settleKey(
  db: Db,
  { caller, key, status, body }: { caller: string; key: string; status: number; body: string },
): Promise<void> {
  await db.update(idempotencyKeys).set({ status, body }).where(isKey(caller, key));
}

/** Notes what a request has done. @returns whether the key is still in use by a request that has done nothing yet */
export async function keepWork(
  db: Db | Tx,
  { caller, key, work }: { caller: string; key: string; work: unknown },
): Promise<boolean> {
  const { rowCount } = await db
    .update(idempotencyKeys)
    .set({ work })
    .where(and(isKey(caller, key), isNull(idempotencyKeys.status), isNull(idempotencyKeys.work)));
  return rowCount === 1;
}

/**
 * Releases a key that an attempt holds and that has no answer, so that the request can be repeated at once. What it has done is kept.
 * If its transaction is still being committed, this waits for that.
 */
export async function releaseKey(
  db: Db,
  { caller, key, attempt }: { caller: string; key: string; attempt: string },
): Promise<void> {
  await db
    .update(idempotencyKeys)
    .set({ lockedUntil: sql`now()` })
    .where(and(isKey(caller, key), eq(idempotencyKeys.attempt, attempt), isNull(idempotencyKeys.status)));
}

export async function purgeKeys(db: Db): Promise<void> {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, sql`now() - ${interval(KEPT_MS)}`));
}
