import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Actor } from '../../../domain/actor.ts';
import type { AuditAction } from '../../../domain/audit-view.ts';
import type { Tx } from '../../client.ts';
import { accounts, models, vps } from '../../schema/accounts.ts';
import { auditLog } from '../../schema/audit.ts';
import { a, m, s, v } from '../../sql/aliases.ts';
import { array, as, excluded, into, names, set, shape } from '../../sql/columns.ts';
import { rows, run } from '../../sql/rows.ts';
import { ADDED, CHANGED, CLASSES, CLASSIFIED, NEW_MODELS, REMODELLED, r } from './account-import-classes.ts';

/** Creates the VPS that rows name and that do not exist, in the order of the file, each with an entry in the audit log. @returns how many */
export async function createNamedVps(tx: Tx, actor: Actor, planId: number): Promise<number> {
  const statement = sql`
    with named as (
      select ${r.vpsKey} as key, (array_agg(${r.vps} order by ${r.line}))[1] as name, min(${r.line}) as line
      from ${CLASSIFIED(planId)} where c.class = 'no_vps' group by ${r.vpsKey}
    ),
    created as (
      insert into ${into(vps, 'name', 'key')} select name, key from named order by line
      on conflict (${names(vps, 'key')}) do nothing returning id, name
    )
    insert into ${into(auditLog, 'actorId', 'actorName', 'action', 'entity', 'entityId', 'after')}
    select ${actor.id}, ${actor.name}, ${'vps.add' satisfies AuditAction}, 'vps', id::text,
      jsonb_build_object('name', name, 'plan', ${planId}::bigint) from created order by id`;
  return run(tx, statement);
}

/** Creates the models that a step names for the first time, in the order of the file. */
async function createModels(tx: Tx, planId: number, taken: SQL): Promise<void> {
  await run(
    tx,
    sql`
    insert into ${into(models, 'name', 'key')} select name, model_key from (${NEW_MODELS(planId, taken)}) u order by id
    on conflict (${names(models, 'key')}) do update set ${set(models, { name: excluded(models, 'name'), removedAt: null })}
      where ${models.removedAt} is not null`,
  );
}

/** Adds the new accounts in the order of the file and restores removed ones. @returns how many of both */
export async function addAccounts(tx: Tx, planId: number): Promise<number> {
  await createModels(tx, planId, ADDED);
  const added = sql`
    insert into ${into(accounts, 'username', 'key', 'modelId', 'vpsId', 'label', 'notes')}
    select ${r.username}, ${r.key}, ${m.id}, c.vps_id, ${r.label}, ${r.notes}
    from ${CLASSIFIED(planId)} join ${m} on ${m.key} = ${r.modelKey} where c.class = 'new' order by ${r.line}
    on conflict (${names(accounts, 'key')}) do nothing`;
  const revived = sql`
    update ${a} set ${set(accounts, {
      removedAt: null,
      heldAt: null,
      waitingSince: sql`now()`,
      username: r.username,
      modelId: m.id,
      vpsId: sql`c.vps_id`,
      label: sql`coalesce(${r.label}, ${a.label})`,
      notes: sql`coalesce(${r.notes}, ${a.notes})`,
    })}
    from ${CLASSIFIED(planId)} join ${m} on ${m.key} = ${r.modelKey} where c.class = 'revived' and ${a.id} = c.account_id`;
  return (await run(tx, added)) + (await run(tx, revived));
}

const NUMBERED = z.strictObject(shape(accounts, 'id'));

/** The assigned accounts whose model an update changes: they leave their proxies first. */
export async function findAssignedRemodelled(tx: Tx): Promise<number[]> {
  const statement = sql`
    select ${s.accountId} as id from ${CLASSES} c join ${s} on ${s.accountId} = c.account_id where ${REMODELLED}`;
  return (await rows(tx, NUMBERED, statement)).map(({ id }) => id);
}

const was = as(models, 'was');
const had = as(vps, 'had');

/**
 * Writes the changes of known accounts, each with an entry in the audit log.
 *
 * @param left accounts that have just left their proxies: they wait from now on
 * @returns how many accounts changed
 */
export async function changeAccounts(tx: Tx, actor: Actor, planId: number, left: readonly number[]): Promise<number> {
  await createModels(tx, planId, REMODELLED);
  const audited = sql`
    insert into ${into(auditLog, 'actorId', 'actorName', 'action', 'entity', 'entityId', 'before', 'after')}
    select ${actor.id}, ${actor.name}, ${'account.update' satisfies AuditAction}, 'account', ${a.id}::text,
      jsonb_strip_nulls(jsonb_build_object('model', ${was.name}, 'vps', ${had.name}, 'label', ${a.label})),
      jsonb_strip_nulls(jsonb_build_object('model', ${m.name}, 'vps', coalesce(${v.name}, ${had.name}),
        'label', coalesce(${r.label}, ${a.label}), 'plan', ${planId}::bigint))
    from ${CLASSIFIED(planId)} join ${a} on ${a.id} = c.account_id join ${was} on ${was.id} = ${a.modelId}
    join ${m} on ${m.key} = ${r.modelKey} left join ${had} on ${had.id} = ${a.vpsId} left join ${v} on ${v.id} = c.vps_id
    where ${CHANGED} order by ${a.id}`;
  await run(tx, audited);
  const changed = sql`
    update ${a} set ${set(accounts, {
      modelId: m.id,
      vpsId: sql`coalesce(c.vps_id, ${a.vpsId})`,
      label: sql`coalesce(${r.label}, ${a.label})`,
      notes: sql`coalesce(${r.notes}, ${a.notes})`,
      waitingSince: sql`case when ${a.id} = any (${array(left, 'int')}) then now() else ${a.waitingSince} end`,
    })}
    from ${CLASSIFIED(planId)} join ${m} on ${m.key} = ${r.modelKey} where ${CHANGED} and ${a.id} = c.account_id`;
  return run(tx, changed);
}
