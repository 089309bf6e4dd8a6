import type pg from 'pg';

/** How large a pool the figures are for. */
export const FULL = { proxies: 100_000, accounts: 300_000, models: 200 } as const;

/** Of a model's 1,500 accounts 1,494 are on full proxies, two share one, and four are held. */
const FILL = [
  `insert into models (name, key) select 'Model ' || n, 'model' || n from generate_series(1, ${FULL.models}) n`,
  `insert into vps (name, key) select 'vps-' || n, 'vps-' || n from generate_series(1, 500) n`,
  `insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider, country, tags, status, expires_at)
   select '10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256, 8080, 'http', 'user', gen_random_uuid(), int4send(n), 'Provider ' || n % 40,
     (array['DE', 'FR', 'US', 'GB', 'NL'])[1 + n % 5], array['rack-' || n % 30],
     (case when n > 99950 then 'inactive' else 'active' end)::proxy_status, case when n % 3 = 0 then now() + (1 + n % 90) * interval '1 day' end
   from generate_series(1, ${FULL.proxies}) n`,
  `insert into proxy_health (proxy_id, health, checked_at, latency_ms, exit_ip, exit_ip_at, next_check_at)
   select id, (array['healthy', 'healthy', 'healthy', 'degraded', 'failing', 'unknown'])[1 + id % 6]::proxy_health_state, now(), 50 + id % 700,
     ('172.' || 16 + id / 65536 || '.' || id / 256 % 256 || '.' || id % 256)::inet, now(), now() + interval '1 hour' from proxies`,
  // 499 proxies a model; the last 200 are free, or cool down, or are switched off.
  `insert into proxy_model_claims (proxy_id, model_id, cooling_until)
   select id, 1 + id % ${FULL.models}, case when id > 99800 then now() + interval '3 days' end from proxies where id <= 99820`,
  `insert into accounts (username, key, model_id, vps_id, held_at)
   select 'account.' || n, 'account.' || n, 1 + n % ${FULL.models}, 1 + n % 500, case when n > 299200 then now() end from generate_series(1, ${FULL.accounts}) n`,
  `insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason, handed_out_at)
   select n, 1 + (n - 1) % 99800, a.model_id, 1 + (n - 1) / 99800, 'bench', 'bench', now() from generate_series(1, 299200) n join accounts a on a.id = n`,
] as const;

/**
 * Fills an empty database with a pool that has lived for a while: 100,000 proxies of 40 providers, 300,000 accounts of 200 models on
 * 500 VPS. No account waits; each model has a few free slots.
 */
export async function fillPool(pool: pg.Pool): Promise<void> {
  for (const statement of FILL) await pool.query(statement);
  await pool.query('vacuum analyze');
}
