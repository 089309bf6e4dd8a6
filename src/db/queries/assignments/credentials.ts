import { eq, gte, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import type { Db } from '../../client.ts';
import { withRetry } from '../../errors.ts';
import type { Reads } from '../../reads.ts';
import { accounts, models } from '../../schema/accounts.ts';
import { apiTokens } from '../../schema/api.ts';
import { accountProxyAssignments } from '../../schema/assignments.ts';
import { auditLog } from '../../schema/audit.ts';
import { proxies, proxyUse } from '../../schema/proxies.ts';
import { a, m, p, s } from '../../sql/aliases.ts';
import { array, excluded, into, list, names, set, shape, textOf, typeOf, unnest } from '../../sql/columns.ts';
import { checkRows, rows, run } from '../../sql/rows.ts';

const ACCOUNT = {
  accountId: typeOf(accounts.id),
  account: typeOf(accounts.username),
  model: typeOf(models.name),
  vpsId: typeOf(accounts.vpsId),
  isHeld: z.boolean(),
  /** The credentials of this assignment were never returned to a program. */
  isFirst: z.boolean(),
};

const ASSIGNED = z.strictObject({
  ...ACCOUNT,
  assignedAt: typeOf(accountProxyAssignments.assignedAt),
  proxyId: typeOf(proxies.id),
  ...shape(proxies, 'type', 'host', 'port', 'username', 'credentialId', 'passwordSealed'),
  /** Changes whenever the proxy itself changes. */
  proxyVersion: typeOf(proxies.version),
});
const NONE = z.null();
const UNASSIGNED = z.strictObject({
  ...ACCOUNT,
  assignedAt: NONE,
  proxyId: NONE,
  type: NONE,
  host: NONE,
  port: NONE,
  username: NONE,
  credentialId: NONE,
  passwordSealed: NONE,
  proxyVersion: NONE,
});
const CREDENTIALS = z.union([ASSIGNED, UNASSIGNED]);

/** An account with its proxy and the encrypted password. Without an assignment, `assignedAt` and all of the proxy are null. */
export type CredentialsRow = z.infer<typeof CREDENTIALS>;
export type AssignedCredentials = z.infer<typeof ASSIGNED>;

const SELECT = sql`
  select ${a.id} as "accountId", ${a.username} as account, ${m.name} as model, ${a.vpsId} as "vpsId", ${a.heldAt} is not null as "isHeld",
    ${s.assignedAt} as "assignedAt", ${s.handedOutAt} is null as "isFirst", ${p.id} as "proxyId", ${p.version} as "proxyVersion",
    ${list(p, 'type', 'host', 'port', 'username', 'credentialId', 'passwordSealed')}
  from ${a} join ${m} on ${m.id} = ${a.modelId}
  left join ${s} on ${s.accountId} = ${a.id}
  left join ${p} on ${p.id} = ${s.proxyId}
  where ${a.removedAt} is null`;
const [FIRST, SECOND] = [sql.raw('$1'), sql.raw('$2')];
const where = (condition: SQL) => textOf(sql`${SELECT} and ${condition}`);
// Written once: hundreds of machines run these all day.
const BY_KEY = where(sql`${a.key} = ${FIRST}`);
const BY_ID = where(sql`${a.id} = ${FIRST}`);
const BY_EITHER = where(sql`(${a.key} = ${FIRST} or ${a.id} = ${SECOND}) order by ${a.id}`);

/** The accounts with this key, this number, or either of them. */
export async function findCredentials(
  reads: Pick<Reads, 'query'>,
  { key, id }: { key?: string | undefined; id?: number | undefined },
): Promise<CredentialsRow[]> {
  const found = await ask(reads, key, id);
  checkRows(CREDENTIALS, found);
  return found;
}

function ask(reads: Pick<Reads, 'query'>, key: string | undefined, id: number | undefined): Promise<unknown[]> {
  if (key === undefined) return id === undefined ? Promise.resolve([]) : reads.query(BY_ID, [id]);
  return id === undefined ? reads.query(BY_KEY, [key]) : reads.query(BY_EITHER, [key, id]);
}

const OF_ACCOUNT = z.strictObject(shape(accountProxyAssignments, 'accountId'));

/**
 * Records that the credentials of a proxy are about to be returned for the first time: from now on, leaving it starts a cooldown (R6).
 * Repeated after a deadlock, as `markHandedOut` is.
 *
 * @returns whether the account is still on it
 */
export async function markFirstLookup(db: Db, accountId: number, proxyId: number): Promise<boolean> {
  const statement = sql`
    update ${s} set ${set(accountProxyAssignments, { handedOutAt: sql`coalesce(${s.handedOutAt}, now())` })}
    where ${s.proxyId} = ${proxyId} and (${s.handedOutAt} is null or ${s.accountId} = ${accountId})
    returning ${s.accountId} as "accountId"`;
  const marked = await withRetry(() => rows(db, OF_ACCOUNT, statement));
  return marked.some((row) => row.accountId === accountId);
}

const LOOKUP_ACTION: AuditAction = 'account.lookup';

/** An access to credentials that goes into the audit log. */
export interface CredentialsAccess {
  actor: Actor;
  accountId: number;
  proxyId: number;
  /** Epoch milliseconds. */
  at: number;
}

/** Writes a batch of accesses: the last use of proxies and tokens, and an audit entry for each of the `accesses`. */
export async function writeUse(
  db: Db,
  used: { proxyIds: readonly number[]; tokenIds: readonly number[]; accesses: readonly CredentialsAccess[] },
): Promise<void> {
  const accesses = unnest(used.accesses, 'l', {
    at: ['float8', (access) => access.at],
    actor_id: ['text', (access) => access.actor.id],
    actor_name: ['text', (access) => access.actor.name],
    account_id: ['int', (access) => access.accountId],
    proxy_id: ['int', (access) => access.proxyId],
  });
  const statement = sql`
    with used as (
      insert into ${into(proxyUse, 'proxyId', 'lastUsedAt')}
      select id, now() from unnest(${array(used.proxyIds, 'int')}) id order by id
      on conflict (${names(proxyUse, 'proxyId')}) do update set ${set(proxyUse, { lastUsedAt: excluded(proxyUse, 'lastUsedAt') })}
    ),
    shown as (
      update ${apiTokens} set ${set(apiTokens, { lastUsedAt: sql`now()` })} where ${apiTokens.id} = any (${array(used.tokenIds, 'int')})
    )
    insert into ${into(auditLog, 'at', 'actorId', 'actorName', 'action', 'entity', 'entityId', 'after')}
    select to_timestamp(at / 1000), actor_id, actor_name, ${LOOKUP_ACTION}, 'account', account_id::text, json_build_object('proxy', proxy_id)
    from ${accesses}`;
  await run(db, statement);
}

const ACCESS = z.strictObject({ ...shape(auditLog, 'actorId'), accountId: z.int() });

/** Which actors accessed which accounts since a time, so that a restart audits none of them twice. */
export function readAccesses(db: Db, since: Date): Promise<z.infer<typeof ACCESS>[]> {
  const statement = sql`
    select ${auditLog.actorId} as "actorId", ${auditLog.entityId}::int as "accountId" from ${auditLog}
    where ${gte(auditLog.at, since)} and ${eq(auditLog.action, LOOKUP_ACTION)}`;
  return rows(db, ACCESS, statement);
}
