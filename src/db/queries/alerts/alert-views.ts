import { sql } from 'drizzle-orm';
import type {
  AlertKind,
  AlertProxy,
  AlertSummary,
  DeliveryProblem,
  Tally,
} from '../../../domain/incidents/incident.ts';
import type { Db, Tx } from '../../client.ts';

/** Until when a proxy `x` of an alert `a` is muted: by itself, its provider, its alert, or everything. */
const PROXY_MUTED_UNTIL = `(
  select max(m.until) from alert_mutes m where m.until > now() and (
    m.alert_id = a.id or m.proxy_id = x.proxy_id or m.provider = x.provider
    or (m.alert_id is null and m.proxy_id is null and m.provider is null)))`;

/** An alert is muted as long as all of its proxies are; one without proxies by its own mute, or by that of everything. */
const MUTED_UNTIL = sql.raw(`(
  select case when bool_and(u.until is not null) then min(u.until) end from (
    select ${PROXY_MUTED_UNTIL} as until from (
      select proxy_id, provider from alert_proxies p where p.alert_id = a.id and (p.ended_at is null or a.closed_at is not null)
      union all select null, null where not exists (select from alert_proxies p where p.alert_id = a.id)
    ) x
  ) u)`);

export interface AlertRow {
  id: number;
  kind: AlertKind;
  data: unknown;
  openedAt: Date;
  closedAt: Date | null;
  mutedUntil: Date | null;
}

const toDate = (text: string | null): Date | null => (text === null ? null : new Date(text));

export async function findAlert(db: Db | Tx, id: number): Promise<AlertRow | undefined> {
  const { rows } = await db.execute<{
    id: number;
    kind: AlertKind;
    data: unknown;
    openedAt: string;
    closedAt: string | null;
    mutedUntil: string | null;
  }>(sql`
    select a.id, a.kind, a.data, a.opened_at as "openedAt", a.closed_at as "closedAt", ${MUTED_UNTIL} as "mutedUntil"
    from alerts a where a.id = ${id}`);
  const [row] = rows;
  return (
    row && {
      ...row,
      openedAt: new Date(row.openedAt),
      closedAt: toDate(row.closedAt),
      mutedUntil: toDate(row.mutedUntil),
    }
  );
}

/** What of an alert's proxies is counted, and how the count is named. */
const TALLIES = {
  providers: sql.raw(`coalesce(x.provider, '')`),
  networks: sql.raw(`coalesce(x.network, '')`),
  outcomes: sql.raw('x.outcome'),
};

/** How many of an alert's proxies have each provider, network and outcome, the most frequent first; '' is what nobody said. */
export async function tallyAlert(db: Db | Tx, id: number): Promise<Record<keyof typeof TALLIES, Tally[]>> {
  const part = (kind: keyof typeof TALLIES) =>
    sql`select ${kind}::text as kind, ${TALLIES[kind]} as name, count(*)::int as count from shown x group by 2`;
  const { rows } = await db.execute<{ kind: keyof typeof TALLIES; name: string; count: number }>(sql`
    with open as (select exists (select from alert_proxies where alert_id = ${id} and ended_at is null) as is_open),
    shown as (select * from alert_proxies, open where alert_id = ${id} and (ended_at is null or not is_open))
    ${part('providers')} union all ${part('networks')} union all ${part('outcomes')} order by count desc, name`);
  const of = (kind: keyof typeof TALLIES) =>
    rows.filter((row) => row.kind === kind).map(({ name, count }) => ({ name, count }));
  return { providers: of('providers'), networks: of('networks'), outcomes: of('outcomes') };
}

/** The proxies of an alert in figures, and the accounts on those that it still goes for. */
export async function countAlert(
  db: Db | Tx,
  id: number,
): Promise<{ total: number; open: number; off: number; flapping: number; moved: number; models: Tally[] }> {
  const { rows } = await db.execute<{ total: number; open: number; off: number; flapping: number; moved: number }>(sql`
    select count(*)::int as total, (count(*) filter (where ended_at is null))::int as open, (count(*) filter (where ending = 'off'))::int as off,
      (count(*) filter (where is_flapping))::int as flapping, (select count(*)::int from alert_moves where alert_id = ${id}) as moved
    from alert_proxies where alert_id = ${id}`);
  const { rows: models } = await db.execute<{ name: string; count: number }>(sql`
    select m.name, count(*)::int as count from alert_proxies x join account_proxy_assignments s on s.proxy_id = x.proxy_id
    join models m on m.id = s.model_id where x.alert_id = ${id} and x.ended_at is null group by m.name order by count desc, m.name`);
  const [row] = rows;
  return { total: 0, open: 0, off: 0, flapping: 0, moved: 0, ...row, models };
}

/** The proxies of an alert: those that it still goes for first, of them those that expire first where it is about that, else those that carry most accounts. */
export async function listAlertProxies(db: Db | Tx, id: number, limit: number): Promise<AlertProxy[]> {
  const { rows } = await db.execute<
    Omit<AlertProxy, 'since' | 'endedAt' | 'expiresAt'> & {
      since: string;
      endedAt: string | null;
      expiresAt: string | null;
    }
  >(sql`
    select p.id, p.host, p.port, x.provider, x.network, m.name as model, x.outcome, x.detail, x.is_flapping as "isFlapping", x.since,
      x.ended_at as "endedAt", p.expires_at as "expiresAt",
      (select count(*)::int from account_proxy_assignments s where s.proxy_id = p.id) as load
    from alerts a join alert_proxies x on x.alert_id = a.id join proxies p on p.id = x.proxy_id
    left join proxy_model_claims c on c.proxy_id = p.id left join models m on m.id = c.model_id
    where a.id = ${id} order by (x.ended_at is not null), case when a.kind = 'expiry' then p.expires_at end, load desc, p.id limit ${limit}`);
  return rows.map((row) => ({
    ...row,
    since: new Date(row.since),
    endedAt: toDate(row.endedAt),
    expiresAt: toDate(row.expiresAt),
  }));
}

/** The proxies that an alert still goes for. */
export async function openProxiesOf(db: Db | Tx, id: number): Promise<number[]> {
  const { rows } = await db.execute<{ id: number }>(
    sql`select proxy_id as id from alert_proxies where alert_id = ${id} and ended_at is null order by proxy_id`,
  );
  return rows.map((row) => row.id);
}

interface SummaryRow extends Record<string, unknown> {
  id: number;
  kind: AlertKind;
  openedAt: string;
  open: number;
  total: number;
  accounts: number;
  providers: string[];
  outcomes: string[];
  mutedUntil: string | null;
  channelId: string | null;
  messageId: string | null;
  wasDeleted: boolean;
  problem: DeliveryProblem | null;
}

/** Alerts that are open, and those that did not reach the channel; the newest first. */
export async function listAlerts(db: Db | Tx, limit: number): Promise<{ alerts: AlertSummary[]; total: number }> {
  const { rows } = await db.execute<SummaryRow & { count: number }>(sql`
    select a.id, a.kind, a.opened_at as "openedAt", n.open, n.total, n.accounts, n.providers, n.outcomes, ${MUTED_UNTIL} as "mutedUntil",
      a.channel_id as "channelId", a.message_id as "messageId", a.was_deleted as "wasDeleted", a.problem, (count(*) over ())::int as count
    from alerts a cross join lateral (
      select count(*)::int as total, (count(*) filter (where x.ended_at is null))::int as open,
        coalesce(array_agg(distinct x.provider) filter (where x.provider is not null), '{}') as providers,
        coalesce(array_agg(distinct x.outcome), '{}') as outcomes,
        (select count(*)::int from alert_proxies y join account_proxy_assignments s on s.proxy_id = y.proxy_id
         where y.alert_id = a.id and y.ended_at is null) as accounts
      from alert_proxies x where x.alert_id = a.id
    ) n
    where a.closed_at is null or a.problem is not null order by a.opened_at desc, a.id desc limit ${limit}`);
  const alerts = rows.map(({ channelId, messageId, openedAt, mutedUntil, ...row }) => ({
    ...row,
    openedAt: new Date(openedAt),
    mutedUntil: toDate(mutedUntil),
    message: channelId && messageId ? { channelId, id: messageId } : null,
  }));
  return { alerts, total: rows[0]?.count ?? 0 };
}
