import { type SQL, sql } from 'drizzle-orm';
import type { AuditAction } from '../../../domain/audit-view.ts';
import { SUPPLIED_COLUMNS } from '../../../domain/parse/staged-rows.ts';
import type { SyncClass } from '../../../domain/sources/source.ts';
import type { Tx } from '../../client.ts';
import { isConstraintViolation, StalePlanError } from '../../errors.ts';
import { run } from '../../sql/rows.ts';
import type { RepeatableTx } from '../../transaction.ts';
import { AUDIT_COLUMNS } from '../audit.ts';
import { REASON, replaceProxies } from './replace-proxies.ts';
import { FOLLOWED_COLUMNS, IS_OFF_AS_MISSING, TAKES_CREDENTIALS, TAKES_TYPE, takes } from './sync-conditions.ts';
import { STATE, type SyncAuthor, TAKEN } from './taken-rows.ts';

/** A successor keeps what people wrote on the proxy that it replaces. */
const KEPT: Readonly<Record<string, string>> = {
  label: 'coalesce(r.label, p.label)',
  notes: 'coalesce(r.notes, p.notes)',
  tags: `case when r.tags = '{}' then coalesce(p.tags, '{}') else r.tags end`,
  provider: 'coalesce(p.provider, r.provider)',
};

const NAMES = sql.raw(SUPPLIED_COLUMNS.join(', '));
const INSERTED = sql.raw(SUPPLIED_COLUMNS.map((column) => KEPT[column] ?? `r.${column}`).join(', '));

/**
 * Applies the entries in `sync_taken` as sets. The caller holds the locks on identities and on assignments.
 *
 * @returns the number of accounts that have moved to a successor
 * @throws StalePlanError if plain SQL has added one of the proxies in the meantime
 */
export async function applyTaken(tx: RepeatableTx, author: SyncAuthor): Promise<number> {
  await insertNew(tx, author);
  await updateKnown(tx, author);
  const moved = await replaceProxies(tx, author);
  await noteListings(tx, author);
  await auditChanges(tx, author);
  return moved;
}

async function insertNew(tx: Tx, { planId, sourceId }: SyncAuthor): Promise<void> {
  const inserted = sql`
    insert into proxies (source_id, import_plan_id, ${NAMES})
    select ${sourceId}, ${planId}, ${INSERTED} from ${TAKEN(planId)} left join proxies p on p.id = r.proxy_id
    where r.class = 'new' or (r.class = 'replaced' and r.successor_id is null) order by r.line`;
  await run(tx, inserted).catch((error: unknown) => {
    throw isConstraintViolation(error) ? new StalePlanError(error) : error;
  });
  const numbered = sql`
    update sync_taken t set successor_id = p.id from sync_rows r join proxies p
      on (p.host, p.port, p.username, p.password_fingerprint) = (r.host, r.port, r.username, r.password_fingerprint)
    where r.plan_id = ${planId} and r.line = t.line and t.class in ('new', 'replaced') and t.successor_id is null`;
  await run(tx, numbered);
}

/** The value of a field after an entry was taken: of a proxy that was removed the list decides, otherwise the three-way comparison. */
const followed = (column: string): SQL => {
  const name = sql.raw(column);
  return sql`${name} = case when (t.was_removed and r.${name} is not null) or ${takes(column)} then r.${name} else p.${name} end`;
};

async function updateKnown(tx: Tx, { actor, planId, sourceId }: SyncAuthor): Promise<void> {
  const isChanged = sql`t.class = 'changed' and ${TAKES_CREDENTIALS}`;
  const isBack = sql`t.class = 'returned' and ${IS_OFF_AS_MISSING}`;
  const statement = sql`
    update proxies p set source_id = ${sourceId}, external_id = coalesce(r.external_id, p.external_id), removed_at = null, missing_since = null,
      type = case when (t.class = 'changed' and ${TAKES_TYPE}) or t.was_removed then r.type else p.type end,
      username = case when ${isChanged} then r.username else p.username end,
      password_fingerprint = case when ${isChanged} then r.password_fingerprint else p.password_fingerprint end,
      password_sealed = case when ${isChanged} then r.password_sealed else p.password_sealed end,
      change_ip_url_sealed = case when ${isChanged} then coalesce(r.change_ip_url_sealed, p.change_ip_url_sealed) else p.change_ip_url_sealed end,
      provider = coalesce(p.provider, r.provider), ${sql.join(FOLLOWED_COLUMNS.map(followed), sql`, `)},
      status = case when ${isBack} then 'active' else p.status end,
      status_reason = case when ${isBack} then null else p.status_reason end,
      status_by = case when ${isBack} then ${actor.id}::text else p.status_by end,
      status_at = case when ${isBack} then now() else p.status_at end
    from ${TAKEN(planId)} left join source_listings b on b.proxy_id = r.proxy_id
    where p.id = t.proxy_id and t.class in ('adopted', 'changed', 'renewed', 'returned')`;
  await run(tx, statement);
}

/** Records the values that the source has given for the proxies that were taken. */
async function noteListings(tx: Tx, { planId, sourceId }: SyncAuthor): Promise<void> {
  const names = sql.raw(FOLLOWED_COLUMNS.join(', '));
  const values = sql.raw(FOLLOWED_COLUMNS.map((column) => `coalesce(r.${column}, p.${column})`).join(', '));
  const taken = sql.raw(FOLLOWED_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', '));
  const statement = sql`
    insert into source_listings (proxy_id, source_id, type, username, password_fingerprint, ${names})
    select p.id, ${sourceId}, r.type, r.username, r.password_fingerprint, ${values}
    from ${TAKEN(planId)} join proxies p on p.id = coalesce(t.successor_id, t.proxy_id)
    on conflict (proxy_id) do update set source_id = excluded.source_id, type = excluded.type, username = excluded.username,
      password_fingerprint = excluded.password_fingerprint, ${taken}`;
  await run(tx, statement);
}

const ACTIONS: Record<Exclude<SyncClass, 'new'>, AuditAction> = {
  adopted: 'proxy.edit',
  changed: 'proxy.update',
  replaced: 'proxy.remove',
  renewed: 'proxy.edit',
  returned: 'proxy.activate',
};

/** One entry for each proxy of the pool that has changed. */
async function auditChanges(tx: Tx, { actor, planId }: SyncAuthor): Promise<void> {
  const action = sql.join(
    Object.entries(ACTIONS).map(([cls, name]) => sql`when ${cls} then ${name}`),
    sql` `,
  );
  const statement = sql`
    insert into ${AUDIT_COLUMNS}
    select ${actor.id}, ${actor.name}, case t.class ${action} end, 'proxy', p.id::text, t.before,
      case when t.class = 'replaced' then jsonb_build_object('removed', true, 'successor', t.successor_id)
        else ${STATE} || jsonb_build_object('changed', t.class) end,
      case when t.class = 'replaced' then ${`${REASON}: #`} || t.successor_id else 'said by the source' end, ${planId}::bigint
    from sync_taken t join proxies p on p.id = t.proxy_id where t.class <> 'new' order by t.line`;
  await run(tx, statement);
}
