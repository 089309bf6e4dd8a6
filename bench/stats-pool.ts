import type pg from 'pg';

/** 100,000 proxies of 40 providers, 300,000 accounts of 200 models on 500 VPS, and hourly checks of 30 days, as a pool that has lived for a while. */
const FILL = [
  `insert into models (name, key) select 'Model ' || n, 'model' || n from generate_series(1, 200) n`,
  `insert into vps (name, key) select 'vps-' || n, 'vps-' || n from generate_series(1, 500) n`,
  `insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider, status, expires_at)
   select '10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256, 8080, 'http', 'user', gen_random_uuid(), int4send(n), 'Provider ' || n % 40,
     (case when n % 50 = 0 then 'inactive' else 'active' end)::proxy_status, case when n % 3 = 0 then now() + n % 90 * interval '1 day' end
   from generate_series(1, 100000) n`,
  `insert into proxy_health (proxy_id, health, checked_at, latency_ms)
   select id, (array['healthy', 'healthy', 'healthy', 'degraded', 'failing', 'unknown'])[1 + id % 6]::proxy_health_state, now(), 50 + id % 700 from proxies`,
  // 95,000 proxies are held: 2,000 of them cool down, 75,000 are full, 15,000 carry two and 3,000 carry one.
  `insert into proxy_model_claims (proxy_id, model_id, cooling_until)
   select id, 1 + id % 200, case when id > 93000 then now() + interval '3 days' end from proxies where id <= 95000`,
  `insert into accounts (username, key, model_id, vps_id, held_at)
   select 'account.' || n, 'account.' || n, 1 + (n - 1) / 3 % 200, 1 + n % 500, case when n > 299000 then now() end from generate_series(1, 300000) n`,
  `insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
   select a.id, p.id, c.model_id, s.slot, 'bench', 'bench' from (
     select id, model_id, row_number() over (partition by model_id order by id) - 1 as nth from accounts where held_at is null
   ) a join (
     select proxy_id as id, model_id, row_number() over (partition by model_id order by proxy_id) - 1 as nth from proxy_model_claims where cooling_until is null
   ) p on p.model_id = a.model_id and p.nth = a.nth / 3 join proxy_model_claims c on c.proxy_id = p.id
   cross join lateral (select (1 + a.nth % 3)::smallint as slot) s
   where not (p.id > 75000 and s.slot = 3) and not (p.id > 90000 and s.slot = 2)`,
] as const;

/** Fills an empty database. */
export async function fillPool(pool: pg.Pool): Promise<void> {
  for (const statement of FILL) await pool.query(statement);
  await pool.query('vacuum analyze');
}
