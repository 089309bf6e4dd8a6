import { sql } from 'drizzle-orm';
import { readAnyNumber } from '../../../domain/input/row-number.ts';
import { usernameKey, vpsKey } from '../../../domain/names.ts';
import { formatAddress } from '../../../domain/proxies/address.ts';
import type { WrittenMapping } from '../../../domain/vps/mapping-file.ts';
import { type KeptEnvironments, type MappingEffect, NONE_KEPT } from '../../../domain/vps/vps-import.ts';
import type { Tx } from '../../client.ts';

/** A row whose VPS, proxy and account were looked for: null where nothing was named, or nothing was found. */
export interface ResolvedMapping extends WrittenMapping {
  proxyId: number | null;
  /** Proxies that the address fits. */
  proxies: number;
  accountId: number | null;
  /** The row has a number and the address of another proxy. */
  hasOtherAddress: boolean;
}

type Found = Pick<ResolvedMapping, 'proxyId' | 'proxies' | 'accountId'> & { host: string | null; port: number | null };
const NOTHING: Found = { proxyId: null, proxies: 0, accountId: null, host: null, port: null };

function isAddress(written: string, { host, port }: { host: string; port: number }): boolean {
  const bare = written.replace(/^.*@/, '').toLowerCase();
  return bare === formatAddress(host, port) || bare === host;
}

/**
 * Finds proxies by `#12` or `[user@]host:port`, and accounts by their name; rows and answers are in one order. A number finds a removed
 * proxy too, so that an export is read back whole.
 */
export async function resolveMappings(tx: Tx, rows: readonly WrittenMapping[]): Promise<ResolvedMapping[]> {
  const wanted = rows.map(({ proxy, account }) => {
    const number = proxy === null ? undefined : readAnyNumber(proxy);
    const address = number === undefined ? proxy : null;
    return { number: number ?? null, proxy: address, account: account === null ? null : usernameKey(account) };
  });
  const found = await tx.execute<Found & Record<string, unknown>>(sql`
    with r as materialized (
      select ordinality as at, number, account,
        lower(trim(both '[]' from regexp_replace(regexp_replace(proxy, '^.*@', ''), ':\\d+$', ''))) as host,
        case when proxy ~ ':\\d{1,5}$' then substring(proxy from '(\\d{1,5})$')::int end as port,
        case when proxy ~ '@' then regexp_replace(proxy, '@[^@]*$', '') end as login
      from rows from (json_to_recordset(${JSON.stringify(wanted)}::json) as (number int, proxy text, account text)) with ordinality
    ),
    by_address as (
      select r.host, r.port, r.login, min(p.id) as id, count(*)::int as proxies
      from (select distinct host, port, login from r where host is not null) r
      join proxies p on p.host = r.host and p.port = r.port and p.removed_at is null and (r.login is null or p.username = r.login)
      group by 1, 2, 3
    )
    select coalesce(n.id, b.id) as "proxyId", coalesce(b.proxies, 0) as proxies, a.id as "accountId", n.host, n.port
    from r left join proxies n on n.id = r.number
    left join by_address b on b.host = r.host and b.port = r.port and b.login is not distinct from r.login
    left join accounts a on a.key = r.account and a.removed_at is null
    order by r.at`);
  return rows.map((row, at) => {
    const { host, port, ...ids } = found.rows[at] ?? NOTHING;
    const hasOther = row.address !== null && host !== null && !isAddress(row.address, { host, port: port ?? 0 });
    return { ...row, ...ids, hasOtherAddress: hasOther };
  });
}

/** What is written of one row, everything found. */
export interface MappingRow {
  vps: string;
  environment: string | null;
  proxyId: number | null;
  accountId: number | null;
  isDocumented: boolean;
  notes: string | null;
}

/** The rows as a table `m` of one row a VPS, proxy and account. */
const rowsOf = (rows: readonly MappingRow[]) => sql`
  select key, vps as name, environment, proxy, account, documented, notes
  from json_to_recordset(${JSON.stringify(
    rows.map(({ vps, environment, proxyId, accountId, isDocumented, notes }) => ({
      ...{ vps, key: vpsKey(vps), environment, notes, proxy: proxyId, account: accountId, documented: isDocumented },
    })),
  )}::json) as t(vps text, key text, environment text, proxy int, account int, documented boolean, notes text)`;

/** What writing these would change, without doing it. */
export async function weighMappings(tx: Tx, rows: readonly MappingRow[]): Promise<MappingEffect> {
  const { rows: counted } = await tx.execute<MappingEffect & Record<string, unknown>>(sql`
    with m as materialized (${rowsOf(rows)}),
    links as (
      select m.key, m.proxy, bool_or(p.removed_at is not null) as gone, bool_or(l.vps_id is not null) as known,
        bool_or(l.vps_id is not null and m.notes is not null and m.notes is distinct from l.notes) as noted
      from m join proxies p on p.id = m.proxy left join vps v on v.key = m.key left join vps_proxy_mappings l on l.vps_id = v.id and l.proxy_id = m.proxy
      where m.documented group by 1, 2
    ),
    moves as (
      select distinct m.account, m.key, a.vps_id from m join accounts a on a.id = m.account and a.removed_at is null
      left join vps v on v.key = m.key where a.vps_id is distinct from v.id or v.id is null
    ),
    missing as (select distinct key from m where not exists (select from vps v where v.key = m.key))
    select (select count(*)::int from missing) as "newVps",
      (select count(*) filter (where not known)::int from links) as "newLinks", (select count(*) filter (where noted)::int from links) as "notedLinks",
      (select count(*) filter (where known and not noted)::int from links) as "knownLinks",
      (select count(*) filter (where vps_id is null)::int from moves) as "addedAccounts", (select count(vps_id)::int from moves) as "movedAccounts",
      md5(concat_ws(' ', (select string_agg(key, ',' order by key) from missing),
        (select string_agg(concat_ws('/', key, proxy, known, noted, gone), ',' order by key, proxy) from links),
        (select string_agg(concat_ws('/', account, key, vps_id), ',' order by account) from moves))) as fingerprint`);
  if (!counted[0]) throw new Error('the mappings were not weighed');
  return counted[0];
}

/** Writes mappings: VPS that are not there, links and their notes, and the accounts' VPS. */
export async function writeMappingRows(tx: Tx, rows: readonly MappingRow[], by: string): Promise<void> {
  await tx.execute(sql`
    insert into vps (name, key, environment) select distinct on (key) name, key, coalesce(environment, 'production') from (${rowsOf(rows)}) m
    order by key, environment nulls last on conflict (key) do nothing`);
  await tx.execute(sql`
    insert into vps_proxy_mappings as l (vps_id, proxy_id, notes, created_by)
    select v.id, m.proxy, max(m.notes), ${by} from (${rowsOf(rows)}) m join vps v on v.key = m.key
    where m.proxy is not null and m.documented group by 1, 2 order by 1, 2
    on conflict (vps_id, proxy_id) do update set notes = excluded.notes where excluded.notes is not null and excluded.notes is distinct from l.notes`);
  await tx.execute(sql`
    update accounts a set vps_id = w.vps_id from (
      select distinct on (m.account) m.account, v.id as vps_id from (${rowsOf(rows)}) m join vps v on v.key = m.key where m.account is not null order by m.account, v.id
    ) w where a.id = w.account and a.removed_at is null and a.vps_id is distinct from w.vps_id`);
}

/** VPS that are known in another environment than rows name, the first few and how many; theirs stays. */
export async function findKeptEnvironments(tx: Tx, rows: readonly MappingRow[]): Promise<KeptEnvironments> {
  const { rows: found } = await tx.execute<KeptEnvironments & Record<string, unknown>>(sql`
    with kept as (
      select v.name as vps, v.environment, min(m.environment) as written from (${rowsOf(rows)}) m join vps v on v.key = m.key
      where fold_key(m.environment) <> fold_key(v.environment) group by v.id
    )
    select (select count(*)::int from kept) as count,
      (select coalesce(json_agg(k order by k.vps), '[]') from (select * from kept order by vps limit ${KEPT_SHOWN}) k) as first`);
  return found[0] ?? NONE_KEPT;
}

const KEPT_SHOWN = 5;
