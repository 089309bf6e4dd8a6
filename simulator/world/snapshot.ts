import type { SimulatedDatabase } from '../database/database.ts';

export interface SeenAccount {
  id: number;
  username: string;
  model: string;
  vps: string | null;
  isHeld: boolean;
  isRemoved: boolean;
  proxyId: number | null;
}

export interface SeenProxy {
  id: number;
  host: string;
  provider: string | null;
  status: string;
  isRemoved: boolean;
  isMissing: boolean;
  sourceId: number | null;
  /** Whether it may get new accounts, by R7. */
  isEligible: boolean;
  load: number;
}

/** The accounts and proxies at a moment, and how far the history and the audit log go. */
export interface Snapshot {
  accounts: SeenAccount[];
  proxies: SeenProxy[];
  history: number;
  audit: number;
}

/** Read past the product's own queries: what the rules say of an eligible proxy is said here again. */
const STATEMENT = `select
  (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'username', a.username, 'model', m.name, 'vps', v.name, 'isHeld', a.held_at is not null,
      'isRemoved', a.removed_at is not null, 'proxyId', s.proxy_id) order by a.id), '[]')
    from accounts a join models m on m.id = a.model_id left join vps v on v.id = a.vps_id left join account_proxy_assignments s on s.account_id = a.id) as accounts,
  (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'host', p.host, 'provider', p.provider, 'status', p.status, 'isRemoved', p.removed_at is not null,
      'isMissing', p.missing_since is not null, 'sourceId', p.source_id, 'load', (select count(*) from account_proxy_assignments s where s.proxy_id = p.id),
      'isEligible', p.status = 'active' and p.removed_at is null and (p.expires_at is null or p.expires_at > now()) and coalesce(h.health, 'unknown') <> 'failing')
      order by p.id), '[]') from proxies p left join proxy_health h on h.proxy_id = p.id) as proxies,
  (select coalesce(max(id), 0) from assignment_history)::int as history, (select coalesce(max(id), 0) from audit_log)::int as audit`;

export async function takeSnapshot(database: SimulatedDatabase): Promise<Snapshot> {
  const [row] = await database.rows<Snapshot & { [column: string]: unknown }>(STATEMENT);
  if (!row) throw new Error('the snapshot has no row');
  return row;
}
