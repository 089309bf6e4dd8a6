import type { TestDatabase } from '../database/database.ts';

interface ProxyRows {
  provider: string;
  count: number;
  /** The third number of the addresses; its own network. */
  network: number;
}

/** Proxies straight into the table. @returns their numbers */
export async function insertProxies(
  database: Pick<TestDatabase, 'pool'>,
  { provider, count, network }: ProxyRows,
): Promise<number[]> {
  const { rows } = await database.pool.query<{ id: number }>(
    `insert into proxies (host, port, type, username, provider, credential_id, password_fingerprint)
     select '203.' || $3::int || '.' || n / 200 || '.' || (n % 200 + 1), 8080, 'http', '', $1, gen_random_uuid(), '\\x00' from generate_series(1, $2) n returning id`,
    [provider, count, network],
  );
  return rows.map(({ id }) => id);
}

/** Gives each proxy so many accounts of a model of its own, or of the one that is named. */
export async function assignAccounts(
  database: Pick<TestDatabase, 'pool'>,
  proxyIds: readonly number[],
  { model, each }: { model: string; each: number },
): Promise<void> {
  await database.pool.query(
    `with model as (
       insert into models (name, key) values ($2, lower($2)) on conflict (key) do update set name = excluded.name returning id
     ),
     wanted as (select p as proxy_id, s as slot from unnest($1::int[]) p cross join generate_series(1, $3::int) s),
     made as (
       insert into accounts (username, key, model_id)
       select $2 || '.' || proxy_id || '.' || slot, lower($2) || '.' || proxy_id || '.' || slot, (select id from model) from wanted returning id, username, model_id
     ),
     claimed as (
       insert into proxy_model_claims (proxy_id, model_id) select unnest($1::int[]), (select id from model) returning proxy_id
     )
     insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
     select m.id, split_part(m.username, '.', 2)::int, m.model_id, split_part(m.username, '.', 3)::int, 'test', 'test'
     from made m where (select count(*) from claimed) > 0`,
    [proxyIds, model, each],
  );
}
