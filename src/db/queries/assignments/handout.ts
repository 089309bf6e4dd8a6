import { sql } from 'drizzle-orm';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import type { ProxyType } from '../../../domain/proxies/proxy.ts';
import type { Db, Pool } from '../../client.ts';

/** An account and what it goes out through, the password sealed. */
export interface HandoutRow {
  accountId: number;
  account: string;
  model: string;
  vpsId: number | null;
  isHeld: boolean;
  /** Null: it has no proxy, and nothing below is there. */
  assignedAt: Date | null;
  /** Nobody has had this proxy for this account yet. */
  isFirst: boolean;
  proxyId: number;
  type: ProxyType;
  host: string;
  port: number;
  username: string;
  credentialId: string;
  passwordSealed: Buffer | null;
  /** Counts changes of the proxy itself. */
  proxyVersion: number;
}

const SELECT = `
  select a.id as "accountId", a.username as account, m.name as model, a.vps_id as "vpsId", a.held_at is not null as "isHeld",
    s.assigned_at as "assignedAt", s.handed_out_at is null as "isFirst", p.id as "proxyId", p.type, p.host, p.port, p.username,
    p.credential_id as "credentialId", p.password_sealed as "passwordSealed", p.version as "proxyVersion"
  from accounts a join models m on m.id = a.model_id
  left join account_proxy_assignments s on s.account_id = a.id
  left join proxies p on p.id = s.proxy_id
  where a.removed_at is null`;
// Prepared once a connection, and never built by a query builder: this is what hundreds of machines ask for all day.
const BY_KEY = { name: 'handout-by-key', text: `${SELECT} and a.key = $1` };
const BY_ID = { name: 'handout-by-id', text: `${SELECT} and a.id = $1` };
const BY_EITHER = { name: 'handout-by-either', text: `${SELECT} and (a.key = $1 or a.id = $2) order by a.id` };

/** The accounts that have this key, this number, or either of them. */
export async function findHandouts(
  pool: Pool,
  { key, id }: { key?: string | undefined; id?: number | undefined },
): Promise<HandoutRow[]> {
  if (id === undefined) return (await pool.query<HandoutRow>({ ...BY_KEY, values: [key] })).rows;
  if (key === undefined) return (await pool.query<HandoutRow>({ ...BY_ID, values: [id] })).rows;
  return (await pool.query<HandoutRow>({ ...BY_EITHER, values: [key, id] })).rows;
}

/**
 * Notes that a proxy is about to be handed out for the first time: from now on leaving it starts a cool-down (R6).
 *
 * @returns whether the account is still on it
 */
export async function markFirstHandout(db: Db, accountId: number, proxyId: number): Promise<boolean> {
  const { rows } = await db.execute<{ accountId: number }>(sql`
    update account_proxy_assignments set handed_out_at = coalesce(handed_out_at, now())
    where proxy_id = ${proxyId} and (handed_out_at is null or account_id = ${accountId}) returning account_id as "accountId"`);
  return rows.some((row) => row.accountId === accountId);
}

const HANDOUT_ACTION: AuditAction = 'account.handout';

/** A look that is to be audited. */
export interface Look {
  actor: Actor;
  accountId: number;
  proxyId: number;
  /** Epoch milliseconds. */
  at: number;
}

/** Writes down what was handed out since the last time: when proxies and tokens were used, and who looked first this hour. */
export async function writeUse(
  db: Db,
  used: { proxyIds: readonly number[]; tokenIds: readonly number[]; looks: readonly Look[] },
): Promise<void> {
  const column = (pick: (look: Look) => string | number) => sql.param(used.looks.map(pick));
  await db.execute(sql`
    with used as (
      insert into proxy_use (proxy_id, last_used_at)
      select id, now() from unnest(${sql.param([...used.proxyIds])}::int[]) id order by id
      on conflict (proxy_id) do update set last_used_at = excluded.last_used_at
    ),
    shown as (update api_tokens set last_used_at = now() where id = any (${sql.param([...used.tokenIds])}::int[]))
    insert into audit_log (at, actor_id, actor_name, action, entity, entity_id, after)
    select to_timestamp(at / 1000), actor_id, actor_name, ${HANDOUT_ACTION}, 'account', account_id::text, json_build_object('proxy', proxy_id)
    from unnest(${column((look) => look.at)}::float8[], ${column((look) => look.actor.id)}::text[], ${column((look) => look.actor.name)}::text[],
      ${column((look) => look.accountId)}::int[], ${column((look) => look.proxyId)}::int[]) as l(at, actor_id, actor_name, account_id, proxy_id)`);
}

/** Who has looked at which account since then, so that a restart audits no look twice. */
export async function readLooks(db: Db, since: Date): Promise<{ actorId: string; accountId: number }[]> {
  const { rows } = await db.execute<{ actorId: string; accountId: number }>(sql`
    select actor_id as "actorId", entity_id::int as "accountId" from audit_log
    where at >= ${since.toISOString()}::timestamptz and action = ${HANDOUT_ACTION}`);
  return rows;
}
