import { sql } from 'drizzle-orm';
import type { ProviderAccounts } from '../../../domain/incidents/incident-failover.ts';
import type { Move } from '../../../domain/plan/moves/moves.ts';
import type { SeatedAccount } from '../../../domain/plan/shared/pool.ts';
import type { Db, Tx } from '../../client.ts';

/** An account on a proxy that fails, with the alert of that proxy. */
export interface FailingSeat extends SeatedAccount {
  alertId: number;
  provider: string | null;
}

/** Accounts on proxies of open incidents that fail and do not flap; of one alert or of all. */
export async function readFailingSeats(db: Db | Tx, alertId?: number): Promise<FailingSeat[]> {
  const { rows } = await db.execute<FailingSeat & Record<string, unknown>>(sql`
    select distinct on (s.account_id) s.account_id as id, s.model_id as "modelId", s.proxy_id as "proxyId",
      (extract(epoch from s.assigned_at) * 1000)::float8 as since, a.id as "alertId", p.provider
    from alerts a join alert_proxies x on x.alert_id = a.id and x.ended_at is null and not x.is_flapping
    join proxies p on p.id = x.proxy_id join proxy_health h on h.proxy_id = p.id and h.health = 'failing'
    join account_proxy_assignments s on s.proxy_id = p.id
    where a.kind = 'failing' and a.closed_at is null ${alertId === undefined ? sql`` : sql`and a.id = ${alertId}`}
    order by s.account_id, a.id`);
  return rows;
}

/** What the pace of the failover rests on, by provider. */
export async function readProviderAccounts(tx: Tx): Promise<ProviderAccounts[]> {
  const { rows } = await tx.execute<ProviderAccounts & Record<string, unknown>>(sql`
    select provider, sum(seated)::int as seated, sum(moved)::int as "movedLately" from (
      select p.provider, count(*) as seated, 0 as moved from account_proxy_assignments s join proxies p on p.id = s.proxy_id group by p.provider
      union all
      select provider, 0, count(*) from alert_moves where at > now() - interval '1 hour' group by provider
    ) parts group by provider`);
  return rows;
}

export async function insertAlertMoves(
  tx: Tx,
  moves: readonly (Move & { alertId: number; provider: string | null })[],
): Promise<void> {
  const column = (pick: (each: (typeof moves)[number]) => number | string | null) => sql.param(moves.map(pick));
  await tx.execute(sql`
    insert into alert_moves (alert_id, account_id, from_proxy_id, to_proxy_id, provider)
    select * from unnest(${column((each) => each.alertId)}::int[], ${column((each) => each.accountId)}::int[],
      ${column((each) => each.fromProxyId)}::int[], ${column((each) => each.proxyId)}::int[], ${column((each) => each.provider)}::text[])`);
}
