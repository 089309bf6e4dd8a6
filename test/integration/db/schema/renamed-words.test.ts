import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureCheckDay } from '../../../../src/db/queries/health/check-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

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
