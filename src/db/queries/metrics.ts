import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { PoolFigures } from '../../domain/pool-figures.ts';
import type { Db } from '../client.ts';
import { onlyRow, rows } from '../sql/rows.ts';

const COUNT = z.strictObject({ count: z.int() });
const PROXIES = z.strictObject({ status: z.string(), health: z.string(), count: z.int() });
const ACCOUNTS = z.strictObject({ assigned: z.int(), waiting: z.int(), held: z.int() });
const OUTCOMES = z.strictObject({ outcome: z.string(), count: z.int() });
const ALERTS = z.strictObject({ open: z.int(), undelivered: z.int(), lagSeconds: z.number() });

export async function readPoolFigures(db: Db): Promise<PoolFigures> {
  const proxies = sql`
    select p.status, coalesce(h.health, 'unknown')::text as health, count(*)::int as count
    from proxies p left join proxy_health h on h.proxy_id = p.id where p.removed_at is null group by 1, 2`;
  const accounts = sql`
    select (count(*) filter (where s.account_id is not null))::int as assigned,
      (count(*) filter (where s.account_id is null and a.held_at is null))::int as waiting,
      (count(*) filter (where s.account_id is null and a.held_at is not null))::int as held
    from accounts a left join account_proxy_assignments s on s.account_id = a.id where a.removed_at is null`;
  const outcomes = sql`
    select h.outcome, count(*)::int as count from proxy_health h join proxies p on p.id = h.proxy_id
    where p.removed_at is null and h.outcome is not null group by 1`;
  // A message that cannot be sent is postponed repeatedly; the lag is measured from the first change that it does not show.
  const alerts = sql`
    select (select count(*)::int from alerts where closed_at is null) as open, (count(*) filter (where late))::int as undelivered,
      coalesce(extract(epoch from max(now() - changed_at) filter (where late)), 0)::float8 as "lagSeconds"
    from (select changed_at, version > sent_version and (due_at <= now() or problem is not null) as late from messages) m`;
  const due = sql`
    select count(*)::int as count from proxy_health h join proxies p on p.id = h.proxy_id
    where h.next_check_at <= now() and (h.claimed_until is null or h.claimed_until < now()) and p.removed_at is null and p.status = 'active'`;
  return {
    proxies: await rows(db, PROXIES, proxies),
    accounts: await onlyRow(db, ACCOUNTS, accounts),
    outcomes: await rows(db, OUTCOMES, outcomes),
    alerts: await onlyRow(db, ALERTS, alerts),
    checksDue: (await onlyRow(db, COUNT, due)).count,
    jobs: await readJobs(db),
  };
}

const FOUND = z.strictObject({ isThere: z.boolean() });
const JOBS = z.strictObject({ state: z.string(), count: z.int() });

/** The queue makes its tables when the first monitor starts. */
async function readJobs(db: Db): Promise<z.infer<typeof JOBS>[]> {
  const found = await onlyRow(db, FOUND, sql`select to_regclass('pgboss.job') is not null as "isThere"`);
  if (!found.isThere) return [];
  const statement = sql`
    select state::text, count(*)::int as count from pgboss.job where state in ('created', 'retry', 'active') group by 1`;
  return rows(db, JOBS, statement);
}

const CHECK_HOUR = z.strictObject({ hour: z.number(), checks: z.int(), succeeded: z.int() });

/** Checks of all processes, hour by hour, from an hour on. */
export function readCheckHours(db: Db, since: Date): Promise<z.infer<typeof CHECK_HOUR>[]> {
  const statement = sql`
    select extract(epoch from hour)::float8 * 1000 as hour, sum(checks)::int as checks, sum(succeeded)::int as succeeded
    from check_hours where hour >= ${since.toISOString()}::timestamptz group by hour order by hour`;
  return rows(db, CHECK_HOUR, statement);
}
