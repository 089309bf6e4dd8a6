import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { readAnyNumber } from '../../../domain/input/row-number.ts';
import { usernameKey, vpsKey } from '../../../domain/names.ts';
import { formatAddress } from '../../../domain/proxies/address.ts';
import type { WrittenMapping } from '../../../domain/vps/mapping-file.ts';
import type { MappingEffect } from '../../../domain/vps/vps-import.ts';
import { BOT_AUTHOR } from '../../../domain/vps/vps-map.ts';
import type { Tx } from '../../client.ts';
import { accounts, vps, vpsProxyMappings } from '../../schema/accounts.ts';
import { proxies } from '../../schema/proxies.ts';
import { a, l, p, v } from '../../sql/aliases.ts';
import { array, as, excluded, into, names, set, typeOf } from '../../sql/columns.ts';
import { onlyRow, rows, run } from '../../sql/rows.ts';
import { documentAccounts } from './bot-links.ts';

const n = as(proxies, 'n');

const FOUND = z.strictObject({
  proxyId: typeOf(proxies.id).nullable(),
  /** Proxies that match the address. */
  proxies: z.int(),
  accountId: typeOf(accounts.id).nullable(),
  /** The address of a proxy that was found by its number. */
  host: typeOf(proxies.host).nullable(),
  port: typeOf(proxies.port).nullable(),
});
const NOTHING: z.infer<typeof FOUND> = { proxyId: null, proxies: 0, accountId: null, host: null, port: null };

/** A row with the proxy and account that it names; null if it names none, or none was found. */
export interface ResolvedMapping
  extends WrittenMapping,
    Pick<z.infer<typeof FOUND>, 'proxyId' | 'proxies' | 'accountId'> {
  /** The row has the number of one proxy and the address of another. */
  hasOtherAddress: boolean;
}

function isAddress(written: string, { host, port }: { host: string; port: number }): boolean {
  const bare = written.replace(/^.*@/, '').toLowerCase();
  return bare === formatAddress(host, port) || bare === host;
}

/**
 * Finds proxies by `#12` or `[user@]host:port`, and accounts by their names. The results are in the order of the rows. A number also
 * finds a removed proxy, so that an export can be imported completely.
 */
export async function resolveMappings(tx: Tx, written: readonly WrittenMapping[]): Promise<ResolvedMapping[]> {
  const wanted = written.map(({ proxy, account }) => {
    const number = proxy === null ? undefined : readAnyNumber(proxy);
    const address = number === undefined ? proxy : null;
    return { number: number ?? null, proxy: address, account: account === null ? null : usernameKey(account) };
  });
  const statement = sql`
    with r as materialized (
      select ordinality as at, number, account,
        lower(trim(both '[]' from regexp_replace(regexp_replace(proxy, '^.*@', ''), ':\\d+$', ''))) as host,
        case when proxy ~ ':\\d{1,5}$' then substring(proxy from '(\\d{1,5})$')::int end as port,
        case when proxy ~ '@' then regexp_replace(proxy, '@[^@]*$', '') end as login
      from rows from (json_to_recordset(${JSON.stringify(wanted)}::json) as (number int, proxy text, account text)) with ordinality
    ),
    by_address as (
      select r.host, r.port, r.login, min(${p.id}) as id, count(*)::int as proxies
      from (select distinct host, port, login from r where host is not null) r
      join ${p} on ${p.host} = r.host and ${p.port} = r.port and ${p.removedAt} is null and (r.login is null or ${p.username} = r.login)
      group by 1, 2, 3
    )
    select coalesce(${n.id}, b.id) as "proxyId", coalesce(b.proxies, 0) as proxies, ${a.id} as "accountId", ${n.host}, ${n.port}
    from r left join ${n} on ${n.id} = r.number
    left join by_address b on b.host = r.host and b.port = r.port and b.login is not distinct from r.login
    left join ${a} on ${a.key} = r.account and ${a.removedAt} is null
    order by r.at`;
  const found = await rows(tx, FOUND, statement);
  return written.map((row, at) => {
    const { host, port, ...ids } = found[at] ?? NOTHING;
    const isOther = row.address !== null && host !== null && !isAddress(row.address, { host, port: port ?? 0 });
    return { ...row, ...ids, hasOtherAddress: isOther };
  });
}

/** A row to write, with everything found. */
export interface MappingRow {
  vps: string;
  environment: string | null;
  region?: string | null | undefined;
  proxyId: number | null;
  accountId: number | null;
  isDocumented: boolean;
  notes: string | null;
}

/** The rows as SQL, one for each VPS, proxy and account. */
const rowsOf = (mappings: readonly MappingRow[]) => sql`
  select key, vps as name, environment, region, proxy, account, documented, notes
  from json_to_recordset(${JSON.stringify(
    mappings.map(({ vps, environment, region, proxyId, accountId, isDocumented, notes }) => ({
      vps,
      key: vpsKey(vps),
      environment,
      region,
      notes,
      proxy: proxyId,
      account: accountId,
      documented: isDocumented,
    })),
  )}::json) as t(vps text, key text, environment text, region text, proxy int, account int, documented boolean, notes text)`;

const EFFECT = z.strictObject({
  newVps: z.int(),
  newLinks: z.int(),
  notedLinks: z.int(),
  knownLinks: z.int(),
  addedAccounts: z.int(),
  movedAccounts: z.int(),
  fingerprint: z.string(),
});

/** The changes that writing these rows would make. */
export function weighMappings(tx: Tx, mappings: readonly MappingRow[]): Promise<MappingEffect> {
  const statement = sql`
    with m as materialized (${rowsOf(mappings)}),
    links as (
      select m.key, m.proxy, bool_or(${p.removedAt} is not null) as gone, bool_or(${l.createdBy} <> ${BOT_AUTHOR}) is true as known,
        bool_or(${l.createdBy} <> ${BOT_AUTHOR} and m.notes is not null and m.notes is distinct from ${l.notes}) as noted
      from m join ${p} on ${p.id} = m.proxy left join ${v} on ${v.key} = m.key left join ${l} on ${l.vpsId} = ${v.id} and ${l.proxyId} = m.proxy
      where m.documented group by 1, 2
    ),
    moves as (
      select distinct m.account, m.key, ${a.vpsId} from m join ${a} on ${a.id} = m.account and ${a.removedAt} is null
      left join ${v} on ${v.key} = m.key where ${a.vpsId} is distinct from ${v.id} or ${v.id} is null
    ),
    missing as (select distinct key from m where not exists (select from ${v} where ${v.key} = m.key))
    select (select count(*)::int from missing) as "newVps",
      (select count(*) filter (where not known)::int from links) as "newLinks", (select count(*) filter (where noted)::int from links) as "notedLinks",
      (select count(*) filter (where known and not noted)::int from links) as "knownLinks",
      (select count(*) filter (where vps_id is null)::int from moves) as "addedAccounts", (select count(vps_id)::int from moves) as "movedAccounts",
      md5(concat_ws(' ', (select string_agg(key, ',' order by key) from missing),
        (select string_agg(concat_ws('/', key, proxy, known, noted, gone), ',' order by key, proxy) from links),
        (select string_agg(concat_ws('/', account, key, vps_id), ',' order by account) from moves))) as fingerprint`;
  return onlyRow(tx, EFFECT, statement);
}

/** Creates unknown VPS, documents links with their notes, and assigns accounts to their VPS. */
export async function writeMappingRows(tx: Tx, mappings: readonly MappingRow[], by: string): Promise<void> {
  const created = sql`
    insert into ${into(vps, 'name', 'key', 'environment', 'region')}
    select min(name), key, coalesce(min(environment), 'production'), min(region) from (${rowsOf(mappings)}) m
    group by key order by key on conflict (${names(vps, 'key')}) do nothing`;
  await run(tx, created);
  const notes = excluded(vpsProxyMappings, 'notes');
  const linked = sql`
    insert into ${into(vpsProxyMappings, 'vpsId', 'proxyId', 'notes', 'createdBy')}
    select ${v.id}, m.proxy, max(m.notes), ${by} from (${rowsOf(mappings)}) m join ${v} on ${v.key} = m.key
    where m.proxy is not null and m.documented group by 1, 2 order by 1, 2
    on conflict (${names(vpsProxyMappings, 'vpsId', 'proxyId')}) do update set ${set(vpsProxyMappings, { notes })}
      where ${notes} is not null and ${notes} is distinct from ${vpsProxyMappings.notes}`;
  const taken = sql`
    delete from ${l} using (${rowsOf(mappings)}) m, ${v}
    where ${v.key} = m.key and ${l.vpsId} = ${v.id} and ${l.proxyId} = m.proxy and m.documented and ${l.createdBy} = ${BOT_AUTHOR}`;
  await run(tx, taken);
  await run(tx, linked);
  const moved = sql`
    update ${a} set ${set(accounts, { vpsId: sql`w.vps_id` })} from (
      select distinct on (m.account) m.account, ${v.id} as vps_id from (${rowsOf(mappings)}) m join ${v} on ${v.key} = m.key
      where m.account is not null order by m.account, ${v.id}
    ) w where ${a.id} = w.account and ${a.removedAt} is null and ${a.vpsId} is distinct from w.vps_id`;
  await run(tx, moved);
  const ids = mappings.flatMap(({ accountId }) => accountId ?? []);
  await documentAccounts(tx, sql`${a.id} = any (${array(ids, 'int')})`);
}

const KEPT_SHOWN = 5;
const KEPT = z.strictObject({
  count: z.int(),
  first: z.array(z.strictObject({ vps: z.string(), environment: z.string(), written: z.string() })),
});

/** Known VPS for which rows name another environment, the first few and how many. */
export function findKeptEnvironments(tx: Tx, mappings: readonly MappingRow[]): Promise<z.infer<typeof KEPT>> {
  const statement = sql`
    with kept as (
      select ${v.name} as vps, ${v.environment}, min(m.environment) as written
      from (${rowsOf(mappings)}) m join ${v} on ${v.key} = m.key
      where fold_key(m.environment) <> fold_key(${v.environment}) group by ${v.id}, ${v.name}, ${v.environment}
    )
    select (select count(*)::int from kept) as count,
      (select coalesce(json_agg(k order by k.vps), '[]') from (select * from kept order by vps limit ${KEPT_SHOWN}) k) as first`;
  return onlyRow(tx, KEPT, statement);
}
