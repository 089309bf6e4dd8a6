import { sql } from 'drizzle-orm';
import { noteEffect } from '../../base/effects.ts';
import type { Actor } from '../../domain/actor.ts';
import type { AuditAction, AuditEntity } from '../../domain/audit-view.ts';
import type { Db, Tx } from '../client.ts';
import { auditLog } from '../schema/audit.ts';
import { into } from '../sql/columns.ts';
import { prepared } from '../sql/prepared.ts';
import { run } from '../sql/rows.ts';

/** The columns of entries that one statement adds for many rows, in this order. */
export const AUDIT_COLUMNS = into(
  auditLog,
  ...(['actorId', 'actorName', 'action', 'entity', 'entityId', 'before', 'after', 'reason', 'planId'] as const),
);

export interface AuditEntry {
  action: AuditAction;
  entity: AuditEntity;
  entityId: string | number;
  before?: object;
  after?: object;
  reason?: string;
}

/**
 * Adds an entry to the audit log; it never holds a credential. A change of many rows adds its entries as a set. Everything that people
 * and programs change passes here, so this is where a change is noted as an effect.
 */
export async function insertAudit(db: Db | Tx, actor: Actor, entry: AuditEntry): Promise<void> {
  noteEffect();
  const { action, entity, entityId, before, after, reason } = entry;
  const json = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value));
  const statement = sql`
    insert into ${AUDIT_COLUMNS}
    values (${actor.id}, ${actor.name}, ${action}, ${entity}, ${String(entityId)}, ${json(before)}, ${json(after)}, ${reason ?? null}, null)`;
  await run(db, prepared(statement));
}
