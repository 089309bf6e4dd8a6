import { noteEffect } from '../../base/effects.ts';
import type { Actor } from '../../domain/actor.ts';
import type { AuditAction, AuditEntity } from '../../domain/audit-view.ts';
import type { Db, Tx } from '../client.ts';
import { auditLog } from '../schema/audit.ts';
import { into } from '../sql/columns.ts';

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
  await db
    .insert(auditLog)
    .values({ ...entry, actorId: actor.id, actorName: actor.name, entityId: String(entry.entityId) });
}
