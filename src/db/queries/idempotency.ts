import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';
import { idempotencyKeys } from '../schema/api.ts';
import { excluded, interval } from '../sql/columns.ts';

/** The request that uses a key. `status` and `body` are null until it is answered. */
export interface KeyedRequest {
  request: string;
  status: number | null;
  body: string | null;
}

/** Keys are deleted after a day. */
const KEPT_MS = 24 * 3_600_000;

const isKey = (caller: string, key: string) => and(eq(idempotencyKeys.caller, caller), eq(idempotencyKeys.key, key));

/**
 * Claims a key for a request. The claim is an insert, so of two concurrent requests only one gets it.
 *
 * @returns undefined if the key was free, or the process that worked on it has died; else the request that uses it
 */
export async function claimKey(
  db: Db,
  { caller, key, request, lockMs }: { caller: string; key: string; request: string; lockMs: number },
): Promise<KeyedRequest | undefined> {
  const { status, lockedUntil, body } = idempotencyKeys;
  const isAbandoned = and(
    isNull(status),
    lt(lockedUntil, sql`now()`),
    eq(idempotencyKeys.request, excluded(idempotencyKeys, 'request')),
  );
  const claimed = await db
    .insert(idempotencyKeys)
    .values({ caller, key, request, lockedUntil: sql`now() + ${interval(lockMs)}` })
    .onConflictDoUpdate({
      target: [idempotencyKeys.caller, idempotencyKeys.key],
      set: { lockedUntil: excluded(idempotencyKeys, 'lockedUntil') },
      ...(isAbandoned && { setWhere: isAbandoned }),
    })
    .returning({ key: idempotencyKeys.key });
  if (claimed.length > 0) return undefined;
  const [found] = await db
    .select({ request: idempotencyKeys.request, status, body })
    .from(idempotencyKeys)
    .where(isKey(caller, key));
  // Released between the two statements: reported as in progress, so that the program tries again.
  return found ?? { request, status: null, body: null };
}

export async function settleKey(
  db: Db,
  { caller, key, status, body }: { caller: string; key: string; status: number; body: string },
): Promise<void> {
  await db.update(idempotencyKeys).set({ status, body }).where(isKey(caller, key));
}

/** Releases a key whose request changed nothing. */
export async function releaseKey(db: Db, caller: string, key: string): Promise<void> {
  await db.delete(idempotencyKeys).where(and(isKey(caller, key), isNull(idempotencyKeys.status)));
}

export async function purgeKeys(db: Db): Promise<void> {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, sql`now() - ${interval(KEPT_MS)}`));
}
