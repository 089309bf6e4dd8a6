import type { Page } from './page.ts';

/** The kinds of things that an entry can be about. */
export const AUDIT_ENTITIES = [
  'proxy',
  'account',
  'model',
  'vps',
  'plan',
  'incident',
  'settings',
  'source',
  'export',
] as const;
export type AuditEntity = (typeof AUDIT_ENTITIES)[number];

/**
 * The actions of entries, as `noun.verb`. The log is never rewritten: entries of former releases keep their action
 * names, so readers of the log accept any text.
 */
export const AUDIT_ACTIONS = [
  'account.add',
  'account.assign',
  'account.edit',
  'account.import',
  'account.import_cancel',
  'account.import_undo',
  'account.import_update',
  'account.lookup',
  'account.release',
  'account.remove',
  'account.unassign',
  'account.update',
  'accounts.edit',
  'accounts.hold',
  'accounts.release',
  'accounts.remove',
  'alert.mute',
  'alert.unmute',
  'assignment.fill',
  'assignment.serve',
  'audit.export',
  'failover.move',
  'history.export',
  'incident.acknowledge',
  'incident.hand_over',
  'incident.note',
  'maintenance.announce',
  'maintenance.end',
  'model.remove',
  'model.rename',
  'pool.activate',
  'pool.deactivate',
  'pool.edit',
  'pool.edit_undo',
  'pool.move',
  'pool.rebalance',
  'pool.release',
  'pool.remove',
  'pool.separate',
  'proxy.activate',
  'proxy.change_ip',
  'proxy.change_ip_link',
  'proxy.deactivate',
  'proxy.edit',
  'proxy.edit_undo',
  'proxy.export',
  'proxy.import',
  'proxy.import_add',
  'proxy.import_cancel',
  'proxy.import_undo',
  'proxy.import_update',
  'proxy.release',
  'proxy.remove',
  'proxy.show_credentials',
  'proxy.update',
  'settings.edit',
  'source.add',
  'source.apply',
  'source.edit',
  'source.remove',
  'source.skip',
  'source.sync',
  'vps.add',
  'vps.assign',
  'vps.create_token',
  'vps.document',
  'vps.edit',
  'vps.export',
  'vps.import',
  'vps.import_cancel',
  'vps.link',
  'vps.remove',
  'vps.revoke_token',
  'vps.tidy',
  'vps.unlink',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Conditions on entries: an actor, a kind or a single thing, the last days. */
export interface AuditFilter {
  /** Part of a name, or an id such as `discord:123`. */
  actor?: string | undefined;
  entity?: AuditEntity | undefined;
  entityId?: string | undefined;
  /** The single rows of one change of many. */
  planId?: number | undefined;
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
  /** The name of the account or the VPS now, if it has one. */
  entityName: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
}

/** The newest first. */
export type AuditPage = Page<AuditRow, AuditFilter>;
