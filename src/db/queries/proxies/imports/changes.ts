import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../../../domain/actor.ts';
import type { AuditAction } from '../../../../domain/audit-view.ts';
import { SUPPLIED_COLUMNS } from '../../../../domain/parse/staged-rows.ts';
import { type Detail, detail, PLAIN_KEYS } from '../../../../domain/proxies/fields.ts';
import type { ImportClass } from '../../../../domain/proxies/proxy-import.ts';
import type { Tx } from '../../../client.ts';
import { isConstraintViolation, StalePlanError } from '../../../errors.ts';
import { importRows } from '../../../schema/plans/proxy-import.ts';
import { proxies } from '../../../schema/proxies.ts';
import { shape, typeOf, unnest } from '../../../sql/columns.ts';
import { lock } from '../../../sql/locks.ts';
import { rows, run } from '../../../sql/rows.ts';
import type { RepeatableTx } from '../../../transaction.ts';
import { type Batch, CLASSES, CLASSIFIED, IS_NEW, STAGED } from './classes.ts';

const SUPPLIED = sql.raw(SUPPLIED_COLUMNS.join(', '));

/** Allows one import commit at a time, so that concurrent imports see each other's rows and cannot deadlock. */
export const lockIdentities = (tx: Tx): Promise<void> => lock(tx, 'identities');

/**
 * Adds the lines of a class as proxies, in the order of the file. ON CONFLICT would cost a sixth of the statement, and only plain SQL
 * adds proxies without the lock on identities.
 *
 * @throws StalePlanError if one of the proxies was added in the meantime
 */
export async function insertProxies(tx: RepeatableTx, batch: Batch, cls: 'new' | 'credentials'): Promise<void> {
  const lines =
    cls === 'new'
      ? sql`select * from import_rows r where ${STAGED(batch)} and ${IS_NEW} order by line`
      : sql`select r.* from ${CLASSIFIED(batch)} where c.class = ${cls} order by r.line`;
  const statement = sql`
    insert into proxies (import_plan_id, ${SUPPLIED}) select ${batch.planId}, ${SUPPLIED} from (${lines}) r`;
  await run(tx, statement).catch((error: unknown) => {
    throw isConstraintViolation(error) ? new StalePlanError(error) : error;
  });
}

/** The values that a restored proxy takes from a row `r` of a file. Fields that the file does not have keep their values. */
function takenOver({ column, kind, isFuture }: Detail): string {
  if (kind.name === 'list') return `${column} = case when r.${column} = '{}' then p.${column} else r.${column} end`;
  const former = isFuture ? `case when p.${column} > now() then p.${column} end` : `p.${column}`;
  return `${column} = coalesce(r.${column}, ${former})`;
}

const TAKEN_OVER = sql.raw(PLAIN_KEYS.map((key) => takenOver(detail(key))).join(', '));

/** Restores removed proxies with their status, model and cooldown; the values of the file replace their former ones. */
export async function reviveProxies(tx: Tx, batch: Batch): Promise<number> {
  await rememberForUndo(tx, batch, 'revived');
  const statement = sql`
    update proxies p set
      removed_at = null, import_plan_id = ${batch.planId}, type = r.type,
      credential_id = r.credential_id, password_sealed = r.password_sealed,
      change_ip_url_sealed = r.change_ip_url_sealed, ${TAKEN_OVER}
    from ${CLASSIFIED(batch)} where c.class = 'revived' and p.id = c.proxy_id`;
  return run(tx, statement);
}

/** Takes over the new password or type of known proxies, and writes each change down. */
export async function updateProxies(tx: Tx, actor: Actor, batch: Batch): Promise<void> {
  await rememberForUndo(tx, batch, 'type', 'credentials');
  const updated = sql`
    update proxies p set
      type = r.type,
      credential_id = case when c.class = 'credentials' then r.credential_id else p.credential_id end,
      password_fingerprint = r.password_fingerprint,
      password_sealed = case when c.class = 'credentials' then r.password_sealed else p.password_sealed end,
      change_ip_url_sealed = case when c.class = 'credentials' then r.change_ip_url_sealed else p.change_ip_url_sealed end
    from ${CLASSIFIED(batch)} where c.class in ('type', 'credentials') and p.id = c.proxy_id`;
  await run(tx, updated);
  const audited = sql`
    insert into audit_log (actor_id, actor_name, action, entity, entity_id, after, plan_id)
    select ${actor.id}, ${actor.name}, ${'proxy.update' satisfies AuditAction}, 'proxy', proxy_id::text,
      jsonb_build_object('changed', class, 'plan', ${batch.planId}::bigint), ${batch.planId}::bigint
    from ${CLASSES} where class in ('type', 'credentials') order by line`;
  await run(tx, audited);
}

async function rememberForUndo(tx: Tx, batch: Batch, ...classes: ImportClass[]): Promise<void> {
  const statement = sql`
    insert into import_undo (plan_id, proxy_id, type, credential_id, password_fingerprint, password_sealed, change_ip_url_sealed, removed_at, import_plan_id, version_after)
    select ${batch.planId}, p.id, p.type, p.credential_id, p.password_fingerprint, p.password_sealed, p.change_ip_url_sealed, p.removed_at, p.import_plan_id, p.version + 1
    from ${CLASSES} c join proxies p on p.id = c.proxy_id where c.class in ${classes}
    on conflict do nothing`;
  await run(tx, statement);
}

const CARRIED = z.strictObject({
  ...shape(importRows, 'line', 'reading'),
  fromCredentialId: typeOf(proxies.credentialId),
  toCredentialId: typeOf(importRows.credentialId),
  sealed: z.instanceof(Buffer),
});

/** A change-IP link that the pool has and the file does not: it is sealed again for the row that replaces the old one. */
export type CarriedLink = z.infer<typeof CARRIED>;

export function findLinksToCarry(tx: Tx, batch: Batch): Promise<CarriedLink[]> {
  const statement = sql`
    select r.line, r.reading, p.credential_id as "fromCredentialId", r.credential_id as "toCredentialId", p.change_ip_url_sealed as sealed
    from ${CLASSIFIED(batch)} join proxies p on p.id = c.proxy_id
    where c.class in ('revived', 'credentials') and p.change_ip_url_sealed is not null and r.change_ip_url_sealed is null`;
  return rows(tx, CARRIED, statement);
}

export async function writeCarriedLinks(tx: Tx, planId: number, links: readonly CarriedLink[]): Promise<void> {
  const carried = unnest(links, 'link', {
    line: ['int', (link) => link.line],
    reading: ['smallint', (link) => link.reading],
    sealed: ['bytea', (link) => link.sealed],
  });
  const statement = sql`
    update import_rows r set change_ip_url_sealed = link.sealed from ${carried}
    where r.plan_id = ${planId} and r.line = link.line and r.reading = link.reading`;
  await run(tx, statement);
}
