import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import type { EditUndoCounts } from '../../../domain/proxies/edit-undo.ts';
import { detail, EDITABLE_KEYS } from '../../../domain/proxies/fields.ts';
import type { ProxyEdit } from '../../../domain/proxies/pool-change.ts';
import type { Tx } from '../../client.ts';
import { ids, onlyRow, run } from '../../sql/rows.ts';

/** The fate of each proxy of an edit is determined once in a transaction and kept in this table until the transaction ends. */
const UNDO = sql.raw('edit_undo');

/** A record of the audit log with the types of the columns, as `alias`. */
const recordOf = (json: string, alias: string) => sql.raw(`jsonb_populate_record(null::proxies, ${json}) ${alias}`);

const columnsOf = (edit: ProxyEdit) =>
  EDITABLE_KEYS.filter((key) => edit[key] !== undefined).map((key) => detail(key).column);

const each = (edit: ProxyEdit, separator: SQL, of: (column: string) => string) =>
  sql.join(
    columnsOf(edit).map((column) => sql.raw(of(column))),
    separator,
  );

/**
 * Fills `edit_undo(proxy_id, before, after, is_kept)` from the entries of an edit in the audit log, which have the former values. A
 * proxy is kept if it was removed since, or no longer has every value that the edit set.
 */
export async function classifyEditUndo(tx: Tx, planId: number, edit: ProxyEdit): Promise<void> {
  const action = 'proxy.edit' satisfies AuditAction;
  const isSame = each(edit, sql` and `, (column) => `p.${column} is not distinct from now_set.${column}`);
  await run(tx, sql`drop table if exists ${UNDO}`);
  const statement = sql`
    create temp table ${UNDO} on commit drop as
    select p.id as proxy_id, log.before, log.after, (p.removed_at is not null or not (${isSame})) as is_kept
    from audit_log log join proxies p on p.id = log.entity_id::int, ${recordOf('log.after', 'now_set')}
    where log.plan_id = ${planId} and log.entity = 'proxy' and log.action = ${action}`;
  await run(tx, statement);
  await run(tx, sql`analyze ${UNDO}`);
}

const COUNTS = z.strictObject({ restorable: z.int(), kept: z.int() });

export function countEditUndo(tx: Tx): Promise<EditUndoCounts> {
  const statement = sql`
    select (count(*) filter (where not is_kept))::int as restorable, (count(*) filter (where is_kept))::int as kept from ${UNDO}`;
  return onlyRow(tx, COUNTS, statement);
}

/** The numbers of the first proxies that stay as they are. */
export async function findKeptProxies(tx: Tx, limit: number): Promise<number[]> {
  const statement = sql`select proxy_id as id from ${UNDO} where is_kept order by 1 limit ${limit}`;
  return ids(tx, statement);
}

/** Gives the proxies their former values back, each with an entry in the audit log. */
export async function writeEditUndo(
  tx: Tx,
  { actor, planId, edit }: { actor: Actor; planId: number; edit: ProxyEdit },
): Promise<void> {
  const action = 'proxy.edit_undo' satisfies AuditAction;
  const audited = sql`
    insert into audit_log (actor_id, actor_name, action, entity, entity_id, before, after, plan_id)
    select ${actor.id}, ${actor.name}, ${action}, 'proxy', proxy_id::text, after, before, ${planId}::bigint
    from ${UNDO} where not is_kept order by proxy_id`;
  await run(tx, audited);
  const restored = sql`
    update proxies p set ${each(edit, sql`, `, (column) => `${column} = was.${column}`)}
    from ${UNDO} u, ${recordOf('u.before', 'was')} where not u.is_kept and p.id = u.proxy_id`;
  await run(tx, restored);
}
