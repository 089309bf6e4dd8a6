import type { Actor } from '../../domain/actor.ts';
import type { AuditEntity } from '../../domain/audit-view.ts';
import type { Db, Tx } from '../client.ts';
import { auditLog } from '../schema/audit.ts';

export interface AuditEntry {
  /** `noun.verb`, such as `proxy.import`. */
  action: string;
  entity: AuditEntity;
  entityId: string | number;
  before?: unknown;
  after?: unknown;
  reason?: string;
}

/** Adds entries to the audit log. They never hold a credential. */
export async function insertAudit(db: Db | Tx, actor: Actor, ...entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await db.insert(auditLog).values(
    entries.map((entry) => ({
      ...entry,
      actorId: actor.id,
      actorName: actor.name,
      entityId: String(entry.entityId),
    })),
  );
}
