import { sql } from 'drizzle-orm';
import type { PoolFigures } from '../../domain/pool-figures.ts';
import type { Db } from '../client.ts';

export async function readPoolFigures(db: Db): Promise<PoolFigures> {
  const proxies = await db.execute<{ status: string; health: string; count: number }>(sql`
    select p.status, coalesce(h.health, 'unknown')::text as health, count(*)::int as count
    from proxies p left join proxy_health h on h.proxy_id = p.id where p.removed_at is null group by 1, 2`);
  const accounts = await db.execute<{ assigned: number; waiting: number; held: number }>(sql`
    select (count(*) filter (where s.account_id is not null))::int as assigned,
      (count(*) filter (where s.account_id is null and a.held_at is null))::int as waiting,
      (count(*) filter (where s.account_id is null and a.held_at is not null))::int as held
    from accounts a left join account_proxy_assignments s on s.account_id = a.id where a.removed_at is null`);
  const outcomes = await db.execute<{ outcome: string; count: number }>(sql`
    select h.outcome, count(*)::int as count from proxy_health h join proxies p on p.id = h.proxy_id
    where p.removed_at is null and h.outcome is not null group by 1`);
  // What could not be sent is put off again and again; the lag counts from the change that nobody was told of.
  const alerts = await db.execute<{ open: number; undelivered: number; lagSeconds: number }>(sql`
    select (select count(*)::int from alerts where closed_at is null) as open, (count(*) filter (where late))::int as undelivered,
      coalesce(extract(epoch from max(now() - changed_at) filter (where late)), 0)::float8 as "lagSeconds"
    from (select changed_at, version > sent_version and (due_at <= now() or problem is not null) as late from messages) m`);
  const due = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from proxy_health h join proxies p on p.id = h.proxy_id
    where h.next_check_at <= now() and (h.claimed_until is null or h.claimed_until < now()) and p.removed_at is null and p.status = 'active'`);
  return {
    proxies: proxies.rows,
    accounts: accounts.rows[0] ?? { assigned: 0, waiting: 0, held: 0 },
    outcomes: outcomes.rows,
    alerts: alerts.rows[0] ?? { open: 0, undelivered: 0, lagSeconds: 0 },
    checksDue: due.rows[0]?.count ?? 0,
    jobs: await readJobs(db),
  };
}

/** The queue makes its tables when the first monitor starts. */
async function readJobs(db: Db): Promise<{ state: string; count: number }[]> {
  const there = await db.execute<{ is: boolean }>(sql`select to_regclass('pgboss.job') is not null as is`);
  if (!there.rows[0]?.is) return [];
  const { rows } = await db.execute<{ state: string; count: number }>(sql`
    select state::text, count(*)::int as count from pgboss.job where state in ('created', 'retry', 'active') group by 1`);
  return rows;
}

/** Checks of all processes, hour by hour, from an hour on. */
export async function readCheckHours(
  db: Db,
  since: Date,
): Promise<{ hour: number; checks: number; succeeded: number }[]> {
  const { rows } = await db.execute<{ hour: number; checks: number; succeeded: number }>(sql`
    select extract(epoch from hour)::float8 * 1000 as hour, sum(checks)::int as checks, sum(succeeded)::int as succeeded
    from check_hours where hour >= ${since.toISOString()}::timestamptz group by hour order by hour`);
  return rows;
}
