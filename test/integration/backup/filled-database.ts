import { randomUUID } from 'node:crypto';
import { openKeyring } from '../../../src/db/keyring.ts';
import { ensureCheckDay } from '../../../src/db/queries/health/check-log.ts';
import { proxies } from '../../../src/db/schema/proxies.ts';
import { seal } from '../../../src/secrets/seal.ts';
import type { TestDatabase } from '../../helpers/database/database.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const SEALED = 300;
const DAY_MS = 86_400_000;

/** Text that is difficult for every format: characters that COPY escapes, the end of its tables, and characters beyond ASCII. */
const HARD = 'E\'tab\\t line\\n\\\\.\\n back\\\\slash "quote" größer 日本 👋\'';

/** The rows of the other tables. By then the triggers have written the history, the waiting accounts and the free proxies. */
const ROWS = `
  insert into settings (key, value) values ('a', '{"b": [1, 2.50, null, "x\\ny"]}');
  insert into audit_log (actor_id, actor_name, action, entity, entity_id, before, after, reason)
    select '1', ${HARD}, 'test', 'proxy', n::text, null, jsonb_build_object('n', n), ${HARD} from generate_series(1, 3000) n;
  insert into vps (name, key, notes) values ('Vm-1', 'vm-1', ${HARD});
  insert into vps_proxy_mappings (vps_id, proxy_id, created_by) select 1, id, 'test' from proxies limit 20;
  insert into api_tokens (vps_id, hash, created_by) values (1, '\\x00ff0a5c', 'test');
  insert into idempotency_keys (caller, key, request, status, body, locked_until) values ('a', 'b', 'c', 200, ${HARD}, now());
  insert into list_queries (kind, query) values ('proxies', '{}');
  insert into plans (kind, state, actor_id, actor_name, input, expires_at) values ('test', 'open', '1', 'a', '{}', 'infinity');
  insert into plan_moves (plan_id, account_id, from_proxy_id) select 1, account_id, proxy_id from account_proxy_assignments limit 5;
  insert into import_rejections (plan_id, line, reading, reason, text) values (1, 1, 0, 'bad', ${HARD});
  insert into import_rows (plan_id, line, reading, host, port, type, username, credential_id, password_fingerprint, password_sealed, tags)
    select 1, id, 0, host, port, type, username, credential_id, password_fingerprint, password_sealed, array['a,b', '"c"', ''] from proxies limit 9;
  insert into import_undo (plan_id, proxy_id, type, credential_id, password_fingerprint, version_after)
    select 1, id, type, credential_id, password_fingerprint, 1 from proxies limit 9;
  insert into sources (name, key, kind, every_hours, mode, credential_id, key_sealed, created_by) values (${HARD}, 'hard', 'url', 6, 'ask', gen_random_uuid(), '\\x00', 'test');
  insert into source_syncs (source_id, actor_id, outcome, message) values (1, 'system', 'failed', ${HARD});
  insert into source_listings (proxy_id, source_id, type, username, password_fingerprint, monthly_cost) select id, 1, type, username, password_fingerprint, 1.5 from proxies limit 9;
  insert into sync_rows (plan_id, line, class, proxy_id, host, port, type, username, credential_id, password_fingerprint, password_sealed)
    select 1, id, 'changed', id, host, port, type, username, credential_id, password_fingerprint, password_sealed from proxies limit 9;
  insert into account_import_rows (plan_id, line, username, key, model, model_key) values (1, 1, ${HARD}, 'a', 'b', 'c');
  insert into account_import_undo (plan_id, account_id, username, model_id, version_after) values (1, 1, ${HARD}, 1, 1);
  insert into alerts (kind, opened_at, last_at) values ('failing', now(), now()), ('notice', now(), '-infinity');
  insert into messages (kind, key, alert_id, data) values ('alert', '1', 1, '{"a": "\\u00e9"}'), ('alert', '2', 2, '{}');
  update messages set reply_to = 1 where id = 2;
  insert into clicked_messages (message_id, channel_id, components) values ('3', '4', '[]');
  insert into alert_proxies (alert_id, proxy_id, outcome, detail, since) select 1, id, 'timeout', '', now() from proxies limit 7;
  insert into alert_moves (alert_id, account_id, from_proxy_id, to_proxy_id) select 1, account_id, proxy_id, proxy_id from account_proxy_assignments limit 3;
  insert into incident_events (alert_id, kind, actor_id, note) values (1, 'note', 'discord:1', 'Ticket 4711');
  insert into maintenances (provider, starts_at, ends_at, created_by) values ('acme', now(), now() + interval '1 hour', 'test');
  insert into alert_mutes (alert_id, until, muted_by) values (1, now(), 'test');
  insert into alert_expiries (proxy_id, expires_at) select id, now() from proxies limit 3;
  insert into proxy_health (proxy_id, health, exit_ip) select id, 'healthy', '2001:db8::1' from proxies on conflict (proxy_id) do update set health = 'healthy';
  insert into proxy_use (proxy_id, last_used_at) select id, now() - interval '0.123456 s' from proxies limit 30;
  insert into proxy_checks (proxy_id, at, outcome, detail, source, target)
    select id, now() - make_interval(days => day), 'ok', ${HARD}, 'monitor', 't' from proxies cross join generate_series(0, 2) day;
  insert into check_hours (hour, model_id, provider, checks, succeeded, latency_ms, timed) values (now(), 0, '', 1, 1, 9007199254740993, 1);
  insert into accounts (username, key, model_id) select 'waits', 'waits', min(id) from models;
  delete from account_proxy_assignments where slot = 3`;

/** Puts rows into every table. */
export async function fill(database: TestDatabase, kek: Uint8Array): Promise<void> {
  const keyring = await openKeyring(database.db, kek);
  await database.db.transaction(async (tx) => {
    const key = await keyring.current(tx);
    const rows = Array.from({ length: SEALED }, (_, n) => {
      const credentialId = randomUUID();
      return {
        host: `p${n}.example`,
        port: 80,
        type: 'http' as const,
        username: `u${n}`,
        credentialId,
        passwordSealed: seal(key, `secret-${n}`, credentialId, 'password'),
        passwordFingerprint: Buffer.from(`print ${n}`),
      };
    });
    await tx.insert(proxies).values(rows);
  });
  const assigned = await insertProxies(database, { provider: 'north', count: 400, network: 1 });
  await assignAccounts(database, assigned, { model: 'Aurora', each: 3 });
  for (const day of [0, 1, 2]) await ensureCheckDay(database.db, new Date(Date.now() - day * DAY_MS));
  await database.pool.query(ROWS);
}

/** Of each table, how many rows it has and what they come to, in whatever order they lie. */
export async function checksums({ pool }: TestDatabase): Promise<Record<string, { rows: number; sum: string }>> {
  const tables = await pool.query<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`);
  const sums: Record<string, { rows: number; sum: string }> = {};
  for (const { name } of tables.rows) {
    const { rows } = await pool.query(
      `select count(*)::int as rows, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from public.${name} t`,
    );
    sums[name] = rows[0];
  }
  return sums;
}

/** The passwords of all proxies that have one, decrypted. */
export async function readPasswords({ db }: TestDatabase, kek: Uint8Array): Promise<string[]> {
  const keyring = await openKeyring(db, kek);
  const rows = (await db.select().from(proxies).orderBy(proxies.id)).filter((row) => row.passwordSealed !== null);
  return Promise.all(rows.map((row) => keyring.open(row.passwordSealed ?? Buffer.of(), row.credentialId, 'password')));
}
