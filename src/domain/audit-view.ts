import type { Page } from './page.ts';

/** What an entry is about. */
export const AUDIT_ENTITIES = ['proxy', 'account', 'vps', 'plan', 'settings', 'export'] as const;
export type AuditEntity = (typeof AUDIT_ENTITIES)[number];

/** Which entries: of one actor, of one kind or thing, of the last days. */
export interface AuditFilter {
  /** Part of a name, or an id such as `discord:123`. */
  actor?: string | undefined;
  entity?: AuditEntity | undefined;
  entityId?: string | undefined;
  days?: number | undefined;
}

export interface AuditRow {
  id: number;
  at: Date;
  actorId: string;
  actorName: string;
  action: string;
  entity: string;
  entityId: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
}

/** The newest first. */
export type AuditPage = Page<AuditRow, AuditFilter>;
