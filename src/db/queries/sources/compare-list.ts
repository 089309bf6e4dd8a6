import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ListedReplacement } from '../../../domain/sources/listed.ts';
import { SYNC_CLASSES } from '../../../domain/sources/source.ts';
import type { Tx } from '../../client.ts';
import { proxies } from '../../schema/proxies.ts';
import { array, typeOf, unnest } from '../../sql/columns.ts';
import { onlyRow, rows, run } from '../../sql/rows.ts';
import {
  canSucceed,
  FOLLOWED_COLUMNS,
  IS_OFF_AS_MISSING,
  isBackFromRemoval,
  TAKES_ANY,
  TAKES_CREDENTIALS,
  TAKES_TYPE,
} from './sync-conditions.ts';

/** A table for the list of a source, until the transaction ends. `listed_proxies` of `STAGED_COLUMNS` has its columns. */
export async function createList(tx: Tx): Promise<void> {
  const statement = sql`
    create temp table listed_proxies (
      plan_id bigint, line integer primary key, state text, host text, port integer, type proxy_type, username text,
      password_fingerprint bytea, country text, city text, expires_at timestamptz, monthly_cost numeric(12, 2), external_id text
    ) on commit drop`;
  await run(tx, statement);
}

/** The ids of entries that are not proxies which the pool takes, and the successors that a list names. */
export interface ListNotes {
  refusedIds: readonly string[];
  replacements: readonly ListedReplacement[];
}

const replacementsOf = (replacements: readonly ListedReplacement[]): SQL =>
  unnest(replacements, 'n', {
    from_host: ['text', ({ from }) => from.host],
    from_port: ['int', ({ from }) => from.port],
    to_host: ['text', ({ to }) => to.host],
    to_port: ['int', ({ to }) => to.port],
  });

const followed = (of: 'b' | 'p') => sql.raw(FOLLOWED_COLUMNS.map((column) => `${of}.${column}`).join(', '));
const FOLLOWED = sql.raw(FOLLOWED_COLUMNS.join(', '));

/** The list says nothing that the pool does not have. */
const IS_AGREED = sql.raw(
  [
    '(p.type, p.username, p.password_fingerprint) = (r.type, r.username, r.password_fingerprint)',
    ...FOLLOWED_COLUMNS.map((column) => `coalesce(r.${column}, p.${column}) is not distinct from p.${column}`),
  ].join(' and '),
);

/** The source has not said these values before. */
const IS_UNNOTED = sql`(b.type, b.username, b.password_fingerprint, ${followed('b')})
  is distinct from (p.type, p.username, p.password_fingerprint, ${followed('p')})`;

/**
 * Compares the list with the proxies of its source in one statement, and keeps the result in `sync_matches` until the transaction
 * ends: of each entry, what becomes of it (`class`), the proxy that it is, changes or replaces, and the successor of that, if it is in
 * the pool already. Entries are found by their identity, else by the external id, else by address and username.
 *
 * `not in` reads a set once into a hash table, whatever its estimated size. The statistics do not know the proxies of a sync that was
 * applied a moment ago, and with `not exists` a nested loop compared every proxy of the source with every entry.
 */
export async function compareList(tx: Tx, sourceId: number, { replacements }: ListNotes): Promise<void> {
  await run(tx, sql`analyze listed_proxies`);
  const statement = sql`
    create temp table sync_matches on commit drop as
    with own as materialized (
      select id, host, port, username, external_id from proxies where source_id = ${sourceId} and removed_at is null
    ),
    same as materialized (
      select r.line, p.id as proxy_id from listed_proxies r join proxies p
        on (p.host, p.port, p.username, p.password_fingerprint) = (r.host, r.port, r.username, r.password_fingerprint)
    ),
    loose as materialized (select o.* from own o where o.id not in (select proxy_id from same)),
    by_id as materialized (
      select distinct on (r.line, is_same_place) r.line, o.id as proxy_id, (r.host, r.port) = (o.host, o.port) as is_same_place
      from loose o join listed_proxies r on r.external_id = o.external_id where r.state = 'active'
    ),
    named as materialized (
      select min(r.line) as line, min(o.id) as proxy_id from (select *, row_number() over () as nth from ${replacementsOf(replacements)}) n
      join loose o on (o.host, o.port) = (n.from_host, n.from_port)
      join listed_proxies r on (r.host, r.port) = (n.to_host, n.to_port) and r.state = 'active'
      where o.id not in (select proxy_id from by_id)
      group by n.nth having count(*) = 1
    ),
    -- A successor takes the accounts of one proxy: the one with the most, else the youngest.
    pairs as materialized (
      select distinct on (x.line) x.line, x.proxy_id, s.proxy_id as successor_id
      from (
        select distinct on (proxy_id) line, proxy_id from (
          select line, proxy_id from by_id where not is_same_place union all select line, proxy_id from named
        ) y order by proxy_id, line
      ) x
      join listed_proxies r on r.line = x.line
      left join same s on s.line = x.line left join proxies q on q.id = s.proxy_id
      left join proxy_loads ld on ld.proxy_id = x.proxy_id
      where (r.expires_at is null or r.expires_at > now()) and (q.id is null or ${canSucceed(sql`${sourceId}`)})
      order by x.line, ld.load desc nulls last, x.proxy_id desc
    ),
    rest as materialized (
      select r.line, r.host, r.port, r.username, r.external_id from listed_proxies r
      where r.state = 'active' and r.line not in (select line from same) and r.line not in (select line from pairs)
        and r.line not in (select line from by_id)
    ),
    by_place as (
      select min(r.line) as line, min(o.id) as proxy_id from rest r join loose o using (host, port, username)
      where o.id not in (select proxy_id from by_id) and o.id not in (select proxy_id from pairs)
        and (r.external_id is null or o.external_id is null)
      group by host, port, username having count(*) = 1
    ),
    found as (
      select r.line, coalesce(x.proxy_id, s.proxy_id, i.proxy_id, w.proxy_id) as proxy_id, x.successor_id, x.line is not null as is_replaced,
        s.line is null and coalesce(i.line, w.line) is not null as is_changed
      from listed_proxies r left join pairs x on x.line = r.line left join same s on s.line = r.line
      left join by_id i on i.line = r.line and i.is_same_place left join by_place w on w.line = r.line
    )
    select f.line, f.proxy_id, f.successor_id, case
        when f.is_replaced then 'replaced'
        when p.id is null then case when r.state = 'active' then 'new' else 'ended' end
        when p.removed_at is not null then case when r.state = 'active' and ${isBackFromRemoval(sourceId)} then 'returned' else 'removed' end
        when p.source_id is null then case when r.state = 'active' then 'adopted' else 'ended' end
        when p.source_id <> ${sourceId} then 'elsewhere'
        when r.state = 'expired' then 'expired'
        when ${IS_OFF_AS_MISSING} then 'returned'
        when ${TAKES_TYPE} or (f.is_changed and ${TAKES_CREDENTIALS}) then 'changed'
        when ${TAKES_ANY} then 'renewed'
        else 'same'
      end as class,
      p.source_id = ${sourceId} and p.removed_at is null and not f.is_replaced and r.external_id is not null
        and r.external_id is distinct from p.external_id as has_other_id,
      ${IS_AGREED} and ${IS_UNNOTED} as is_unnoted
    from found f join listed_proxies r on r.line = f.line left join proxies p on p.id = f.proxy_id
    left join source_listings b on b.proxy_id = f.proxy_id`;
  await run(tx, statement);
  await run(tx, sql`create index on sync_matches (proxy_id)`);
  await run(tx, sql`analyze sync_matches`);
}

const CLASSES = sql.raw(SYNC_CLASSES.map((each) => `'${each}'`).join(', '));

const DIFFERENCE = z.strictObject({
  line: z.int(),
  class: z.enum(SYNC_CLASSES),
  proxyId: z.int().nullable(),
  successorId: z.int().nullable(),
  /** Of the proxy whose credentials change: new ones are encrypted for its row. */
  credentialId: typeOf(proxies.credentialId).nullable(),
});
export type Difference = z.infer<typeof DIFFERENCE>;

/** The entries that make a difference, in the order of the list. */
export function readDifferences(tx: Tx): Promise<Difference[]> {
  const statement = sql`
    select f.line, f.class, f.proxy_id as "proxyId", f.successor_id as "successorId",
      case when f.class = 'changed' then p.credential_id end as "credentialId"
    from sync_matches f left join proxies p on p.id = f.proxy_id where f.class in (${CLASSES}) order by f.line`;
  return rows(tx, DIFFERENCE, statement);
}

const EXPIRED = z.strictObject({ count: z.int() });

/** How many of the active proxies have ended, as the list says. */
export async function countExpired(tx: Tx, sourceId: number): Promise<number> {
  const statement = sql`
    select count(*)::int as count from sync_matches f join proxies p on p.id = f.proxy_id
    where f.class = 'expired' and p.source_id = ${sourceId} and p.removed_at is null and p.status = 'active' and p.missing_since is not null`;
  return (await onlyRow(tx, EXPIRED, statement)).count;
}

/** Entries of these classes show that a proxy is still supplied. */
const IS_SUPPLIED = sql`exists (select from sync_matches f where f.proxy_id = p.id and f.class <> 'expired')`;

/** Whether anything of the pool has to be written for `noteSupply`, so that a sync without news takes no lock. */
export async function hasNews(tx: Tx, sourceId: number, isComplete: boolean, notes: ListNotes): Promise<boolean> {
  const own = sql`select from proxies p where p.source_id = ${sourceId} and`;
  const renamed = sql`select from sync_matches f where f.has_other_id limit 1`;
  return (
    (isComplete && (await run(tx, sql`${own} ${isLost(notes)} limit 1`)) > 0) ||
    (await run(tx, sql`${own} ${IS_BACK} limit 1`)) > 0 ||
    (await run(tx, renamed)) > 0
  );
}

const isLost = ({ refusedIds }: ListNotes): SQL =>
  sql`(p.missing_since is null and not ${IS_SUPPLIED} and (p.external_id is null or p.external_id <> all (${array(refusedIds, 'text')})))`;

const IS_BACK = sql`(p.missing_since is not null and p.removed_at is null and ${IS_SUPPLIED})`;

/**
 * Notes what the list says of the supply and decides nothing: which proxies it lacks, if it is complete, which it has again, their
 * external ids, and values that the pool has already. The caller holds the lock on assignments.
 */
export async function noteSupply(tx: Tx, sourceId: number, isComplete: boolean, notes: ListNotes): Promise<void> {
  if (isComplete) {
    await run(tx, sql`update proxies p set missing_since = now() where p.source_id = ${sourceId} and ${isLost(notes)}`);
  }
  await run(tx, sql`update proxies p set missing_since = null where p.source_id = ${sourceId} and ${IS_BACK}`);
  const renamed = sql`
    update proxies p set external_id = r.external_id from sync_matches f join listed_proxies r on r.line = f.line
    where f.proxy_id = p.id and f.has_other_id`;
  await run(tx, renamed);
}

/** Values that the pool and the list have in common count as given by the source, too. */
export async function noteAgreement(tx: Tx, sourceId: number): Promise<void> {
  const statement = sql`
    insert into source_listings (proxy_id, source_id, type, username, password_fingerprint, ${FOLLOWED})
    select p.id, ${sourceId}, p.type, p.username, p.password_fingerprint, ${followed('p')}
    from sync_matches f join listed_proxies r on r.line = f.line join proxies p on p.id = f.proxy_id
    where f.class = 'same' and f.is_unnoted and ${IS_AGREED}
    on conflict (proxy_id) do update set source_id = excluded.source_id, type = excluded.type, username = excluded.username,
      password_fingerprint = excluded.password_fingerprint, ${sql.raw(FOLLOWED_COLUMNS.map((column) => `${column} = excluded.${column}`).join(', '))}`;
  await run(tx, statement);
}
