import { type SQL, sql } from 'drizzle-orm';
import type { PlainKey } from '../../../domain/proxies/fields.ts';
import { detail } from '../../../domain/proxies/fields.ts';
import { MISSING_REASON } from '../../../domain/sources/source.ts';

/**
 * Conditions over an entry `r` of a list, the proxy `p` that it names, and what the source last said of that, `b`. The comparison
 * of a list and the application of a plan share them.
 */

/** The fields that a source keeps in step. */
export const FOLLOWED_KEYS = ['country', 'city', 'expiresAt', 'monthlyCost'] as const satisfies readonly PlainKey[];
export const FOLLOWED_COLUMNS = FOLLOWED_KEYS.map((key) => detail(key).column);

/** The list has another value, and no person has edited the one of the pool since the source last said something of it. */
export const takes = (column: string): SQL =>
  sql.raw(`(r.${column} is not null and r.${column} is distinct from p.${column}
    and (case when b.proxy_id is null then p.${column} is null else p.${column} is not distinct from b.${column} end))`);

export const TAKES_TYPE = sql.raw('(r.type <> p.type and (b.proxy_id is null or p.type = b.type))');

export const TAKES_CREDENTIALS = sql.raw(`((r.username, r.password_fingerprint) <> (p.username, p.password_fingerprint)
  and (b.proxy_id is null or (p.username, p.password_fingerprint) = (b.username, b.password_fingerprint)))`);

export const TAKES_ANY = sql.join(
  FOLLOWED_COLUMNS.map((column) => takes(column)),
  sql` or `,
);

/** The sync that finds such a proxy again activates it. */
export const IS_OFF_AS_MISSING = sql`(p.status = 'inactive' and p.status_reason = ${MISSING_REASON})`;

/** A removed proxy that the source had lost, or that had no source. One that a person removed while it was listed stays removed. */
export const isBackFromRemoval = (sourceId: SQL | number): SQL =>
  sql`(p.removed_at is not null and (p.source_id is null or p.source_id = ${sourceId} and p.missing_since is not null))`;

/**
 * A proxy `q` of the pool can take the accounts of another: it carries nothing, is reserved for no model, may get accounts (R7), and
 * shares its exit IP with no other model (R8). A removed one must not be blocked.
 */
export const canSucceed = (sourceId: SQL | number): SQL => sql`(
  (q.source_id is null or q.source_id = ${sourceId})
  and q.status = 'active' and (q.expires_at is null or q.expires_at > now())
  and not exists (select from account_proxy_assignments s where s.proxy_id = q.id)
  and not exists (select from proxy_model_claims c where c.proxy_id = q.id and (c.cooling_until is null or c.cooling_until > now()))
  and not exists (
    select from proxy_health qh where qh.proxy_id = q.id and (
      qh.health = 'failing' or exists (
        select from proxy_health oh join account_proxy_assignments s on s.proxy_id = oh.proxy_id
        where oh.exit_ip = qh.exit_ip and oh.proxy_id <> qh.proxy_id
      )
    )
  ))`;
