import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** A request under a key, as it stands. `status` is null while it is being worked on. */
export interface KeyedRequest {
  request: string;
  status: number | null;
  body: string | null;
}

/** Keys are forgotten after a day. */
const KEPT_HOURS = 24;

/** Takes a key; undefined where it was free, or where whoever worked on it is gone; else what stands there. */
export async function claimKey(
  db: Db,
  { caller, key, request, lockMs }: { caller: string; key: string; request: string; lockMs: number },
): Promise<KeyedRequest | undefined> {
  const until = sql`now() + make_interval(secs => ${lockMs / 1000})`;
  const { rows } = await db.execute(sql`
    insert into idempotency_keys as k (caller, key, request, locked_until) values (${caller}, ${key}, ${request}, ${until})
    on conflict (caller, key) do update set locked_until = excluded.locked_until
    where k.status is null and k.locked_until < now() and k.request = excluded.request
    returning 1`);
  if (rows.length > 0) return undefined;
  const found = await db.execute<KeyedRequest & Record<string, unknown>>(
    sql`select request, status, body from idempotency_keys where caller = ${caller} and key = ${key}`,
  );
  // Given up between the two looks: as if it were being worked on, so the program tries again.
  return found.rows[0] ?? { request, status: null, body: null };
}

export async function settleKey(
  db: Db,
  { caller, key, status, body }: { caller: string; key: string; status: number; body: string },
): Promise<void> {
  await db.execute(
    sql`update idempotency_keys set status = ${status}, body = ${body} where caller = ${caller} and key = ${key}`,
  );
}

/** Gives a key back that led to nothing. */
export async function releaseKey(db: Db, caller: string, key: string): Promise<void> {
  await db.execute(sql`delete from idempotency_keys where caller = ${caller} and key = ${key} and status is null`);
}

export async function purgeKeys(db: Db): Promise<void> {
  await db.execute(sql`delete from idempotency_keys where created_at < now() - make_interval(hours => ${KEPT_HOURS})`);
}
