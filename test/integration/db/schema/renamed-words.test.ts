import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../../src/base/logger.ts';
import { connect } from '../../../../src/db/client.ts';
import { migrate } from '../../../../src/db/migrate.ts';
import { ensureCheckDay } from '../../../../src/db/queries/health/check-log.ts';
import {
  createEmptyDatabase,
  createTestDatabase,
  dropDatabase,
  type TestDatabase,
} from '../../../helpers/database/database.ts';
import { migrateUpTo } from '../../../helpers/database/old-schema.ts';

const MIGRATION = readFileSync(join(import.meta.dirname, '../../../../drizzle/0012_wording.sql'), 'utf8');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('rows from before the rename of an outcome and a figure get the new names', async () => {
  const { db, pool } = database;
  await ensureCheckDay(db, new Date());
  await pool.query(`
    insert into proxies (host, port, type, username, credential_id, password_fingerprint)
      values ('a.example', 1, 'http', '', gen_random_uuid(), '\\x00'), ('b.example', 1, 'http', '', gen_random_uuid(), '\\x00');
    insert into proxy_health (proxy_id, health, outcome) select id, 'failing', case host when 'a.example' then 'captive' else 'tls' end from proxies
      on conflict (proxy_id) do update set outcome = excluded.outcome;
    insert into proxy_checks (proxy_id, at, outcome, detail, source, target) select id, now(), 'captive', '', 'monitor', 't' from proxies;
    insert into alerts (kind, data, opened_at, last_at) values ('failing', '{}', now(), now()), ('digest', '{"expiring": 0, "freePlaces": 4}', now(), now());
    insert into alert_proxies (alert_id, proxy_id, outcome, detail, since) select 1, id, 'captive', '', now() from proxies`);

  await pool.query(MIGRATION.replaceAll('--> statement-breakpoint', ''));

  const { rows } = await pool.query(`
    select (select array_agg(outcome order by proxy_id) from proxy_health) as health, (select array_agg(distinct outcome) from proxy_checks) as checks,
      (select array_agg(distinct outcome) from alert_proxies) as alerts, (select array_agg(data order by id) from alerts) as data`);
  expect(rows).toEqual([
    {
      health: ['captive_portal', 'tls'],
      checks: ['captive_portal'],
      alerts: ['captive_portal'],
      data: [{}, { expiring: 0, freeSlots: 4 }],
    },
  ]);
});

test('an upgrade keeps the counts of checks and the open alert about an exit IP conflict', async () => {
  const log = createLogger('silent');
  const url = await createEmptyDatabase();
  await migrateUpTo(url, '0014_message-notifications');
  const old = connect(url, { log });
  try {
    await old.pool.query(`
      insert into proxies (host, port, type, username, credential_id, password_fingerprint)
        values ('a.example', 1, 'http', '', gen_random_uuid(), '\\x00');
      insert into proxy_health (proxy_id, good_streak, bad_streak) values (1, 0, 3)
        on conflict (proxy_id) do update set bad_streak = 3;
      insert into check_hours (hour, model_id, provider, checks, good, latency_ms, timed) values (now(), 0, '', 5, 4, 80, 4);
      insert into alerts (kind, opened_at, last_at) values ('collision', now(), now());
      insert into alert_proxies (alert_id, proxy_id, outcome, detail, since) values (1, 1, 'collision', '', now())`);

    await migrate(url, log);

    const { rows } = await old.pool.query(`
      select success_streak, failure_streak, succeeded, kind, alert_proxies.outcome
      from proxy_health, check_hours, alerts, alert_proxies`);
    expect(rows).toEqual([
      {
        success_streak: 0,
        failure_streak: 3,
        succeeded: 4,
        kind: 'exit_ip_conflict',
        outcome: 'exit_ip_conflict',
      },
    ]);
    await expect(
      old.pool.query(`insert into alerts (kind, opened_at, last_at) values ('exit_ip_conflict', now(), now())`),
    ).rejects.toThrow('alerts_one_open');
  } finally {
    await old.close();
    await dropDatabase(url);
  }
});
