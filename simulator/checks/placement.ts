import type { SimulatedDatabase } from '../database/database.ts';

/** R7: an assignment that began when its proxy had been failing, inactive, expired or removed for some time, as it is still. */
const INELIGIBLE = `select h.account_id as account, h.proxy_id as proxy from assignment_history h
  join proxies p on p.id = h.proxy_id left join proxy_health x on x.proxy_id = h.proxy_id
  where h.id > $1 and (x.health = 'failing' and x.health_since < h.started_at or p.status <> 'active' and p.status_at < h.started_at
    or p.removed_at < h.started_at or p.expires_at < h.started_at)`;

async function findIneligible(database: SimulatedDatabase, sinceHistory: number): Promise<string[]> {
  const found = await database.rows<{ account: number; proxy: number }>(INELIGIBLE, [sinceHistory]);
  return found.map(({ account, proxy }) => `R7: account ${account} was assigned to #${proxy}, which is not eligible`);
}

/**
 * R8: a new assignment whose proxy has the exit IP of a proxy that another model uses. One that joins others on its proxy adds no
 * conflict.
 */
const CONFLICTS = `select h.account_id as account, h.proxy_id as proxy, o.proxy_id as other from assignment_history h
  join proxy_health x on x.proxy_id = h.proxy_id and x.exit_ip_at > now() - interval '24 hours'
  join proxy_health y on y.exit_ip = x.exit_ip and y.proxy_id <> x.proxy_id and y.exit_ip_at > now() - interval '24 hours'
  join proxies p on p.id = x.proxy_id join proxies q on q.id = y.proxy_id
  join proxy_loads o on o.proxy_id = y.proxy_id and o.load > 0 and o.model_id <> h.model_id
  where h.id > $1 and h.ended_at is null
    and not exists (select from assignment_history e where e.proxy_id = h.proxy_id and e.id <= $1 and (e.ended_at is null or e.ended_at >= h.started_at))
    and not 'rotating' = any (p.tags) and not 'rotating' = any (q.tags)`;

async function findConflicts(database: SimulatedDatabase, sinceHistory: number): Promise<string[]> {
  const found = await database.rows<{ account: number; proxy: number; other: number }>(CONFLICTS, [sinceHistory]);
  return found.map(
    ({ account, proxy, other }) =>
      `R8: account ${account} was assigned to #${proxy}, which has the exit IP of #${other}`,
  );
}

/** Judges assignments. It remembers what programs were told and what people have released, for R6. */
export class Placements {
  readonly #days: number;
  /** When programs were told a proxy, by account and proxy. */
  readonly #handedOut = new Map<string, number[]>();
  readonly #released = new Map<number, number>();
  /** The last row of the history that was judged. */
  #judged = 0;

  constructor(days: number) {
    this.#days = days;
  }

  noteHandedOut(accountId: number, proxyId: number, at: number): void {
    const key = `${accountId} ${proxyId}`;
    this.#handedOut.set(key, [...(this.#handedOut.get(key) ?? []), at]);
  }

  noteReleased(proxyId: number, at: number): void {
    this.#released.set(proxyId, at);
  }

  /** R6 to R8 for the assignments that were made since the last call. */
  async judgeNew(database: SimulatedDatabase): Promise<string[]> {
    const [row] = await database.rows<{ last: number }>(
      'select coalesce(max(id), 0)::int as last from assignment_history',
    );
    const since = this.#judged;
    this.#judged = row?.last ?? since;
    if (since === this.#judged) return [];
    return [
      ...(await this.#findTooEarly(database, since)),
      ...(await findIneligible(database, since)),
      ...(await findConflicts(database, since)),
    ];
  }

  /** R6: assignments to a proxy that an account of another model left less than a cooldown ago, after a lookup. */
  async #findTooEarly(database: SimulatedDatabase, sinceHistory: number): Promise<string[]> {
    const statement = `select h.account_id as account, h.proxy_id as proxy, b.account_id as former, b.started_at as came, b.ended_at as left
      from assignment_history h join assignment_history b on b.proxy_id = h.proxy_id and b.id < h.id and b.model_id <> h.model_id
      where h.id > $1 and b.ended_at > h.started_at - make_interval(days => $2)`;
    const found = await database.rows<Stay & { account: number }>(statement, [sinceHistory, this.#days]);
    return found
      .filter((stay) => this.#wasUsed(stay) && (this.#released.get(stay.proxy) ?? 0) < stay.left.getTime())
      .map(
        ({ account, proxy, former }) =>
          `R6: account ${account} was assigned to #${proxy}, which account ${former} of another model has left`,
      );
  }

  #wasUsed({ former, proxy, came, left }: Stay): boolean {
    const lookups = this.#handedOut.get(`${former} ${proxy}`) ?? [];
    return lookups.some((at) => came.getTime() <= at && at <= left.getTime());
  }
}

/** An assignment of a former account of a proxy. */
interface Stay {
  proxy: number;
  former: number;
  came: Date;
  left: Date;
}

/** R10, if everything that time does has been done: an account that waits though a proxy of its model, or an unused one, is open to it. */
const WAITING_IN_VAIN = `with open as (
    select p.id, l.load, c.model_id from proxies p join proxy_loads l on l.proxy_id = p.id left join proxy_health h on h.proxy_id = p.id
      left join proxy_model_claims c on c.proxy_id = p.id and (c.cooling_until is null or c.cooling_until > now())
    where p.status = 'active' and p.removed_at is null and (p.expires_at is null or p.expires_at > now()) and coalesce(h.health, 'unknown') <> 'failing' and l.load < 3
      and not exists (select from proxy_health y where y.proxy_id <> p.id and y.exit_ip = h.exit_ip)
  )
  select a.username, o.id as proxy from accounts a join open o on o.model_id is null or o.model_id = a.model_id
  where a.removed_at is null and a.held_at is null and not exists (select from account_proxy_assignments s where s.account_id = a.id) limit 3`;

export async function findWaitingInVain(database: SimulatedDatabase): Promise<string[]> {
  const found = await database.rows<{ username: string; proxy: number }>(WAITING_IN_VAIN);
  return found.map(({ username, proxy }) => `R10: ${username} waits though #${proxy} is open to it`);
}
