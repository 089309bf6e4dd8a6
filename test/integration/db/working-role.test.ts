import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { openLanes } from '../../../src/db/lanes/lanes.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { ensureCheckDay, holdCheckDays, purgeChecks } from '../../../src/db/queries/health/check-log.ts';
import { grantWork, warnOfRights } from '../../../src/db/roles/working-role.ts';
import { migrateJobQueue } from '../../../src/jobs/job-queue.ts';
import {
  createEmptyDatabase,
  createTestDatabase,
  dropDatabase,
  type TestDatabase,
} from '../../helpers/database/database.ts';
import { SEED } from '../../helpers/sweep/seed.ts';

const DENIED = { code: '42501' };
const silent = createLogger('silent');

let database: TestDatabase;
let working: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(SEED);
  await database.pool.query(
    `insert into audit_log (actor_id, actor_name, action, entity, entity_id) values ('1', 'Ada', 'proxy.edit', 'proxy', '1')`,
  );
  working = new pg.Pool({ connectionString: database.workingUrl, max: 2 });
});
afterAll(async () => {
  await working.end();
  await database.drop();
});

describe('the role that the bot works as', () => {
  test.each([
    ['audit_log', 'action'],
    ['assignment_history', 'start_reason'],
  ])('reads and adds rows of %s, and can do nothing else with them', async (table, column) => {
    expect((await working.query(`select from ${table}`)).rowCount).toBeGreaterThan(0);
    for (const change of [`update ${table} set ${column} = ${column}`, `delete from ${table}`, `truncate ${table}`]) {
      await expect(working.query(change), change).rejects.toMatchObject(DENIED);
    }
  });

  test('ends assignments, which the history notes all the same', async () => {
    await working.query('delete from account_proxy_assignments where account_id = 5');
    const { rows } = await working.query('select ended_by from assignment_history where account_id = 5');
    expect(rows).toEqual([{ ended_by: 'sql:proxy_ops_app' }]);
  });

  test('gathers the statistics without which statements over many new rows have bad plans', async () => {
    const tables = ['import_rows', 'proxies', 'proxy_health'];
    await working.query(`analyze ${tables.join(', ')}`);
    // Never analyzed: -1. PostgreSQL skips a table whose role may not analyze it, with no more than a warning.
    const { rows } = await working.query(
      'select relname from pg_class where relname = any ($1) and reltuples >= 0 order by 1',
      [tables],
    );
    expect(rows.map(({ relname }) => relname)).toEqual(tables);
  });

  test.each([
    'create table mine (n int)',
    'drop table accounts',
    'alter table audit_log disable trigger user',
    'truncate accounts cascade',
    'create schema mine',
    'create or replace function refuse_rewrite() returns trigger language plpgsql as $$ begin return new; end $$',
    `insert into drizzle.__drizzle_migrations (hash, created_at) values ('', 0)`,
  ])('cannot %s', async (statement) => {
    // PostgreSQL words it in other codes if the object belongs to another role.
    await expect(working.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  test('makes and drops the partitions of checks', async () => {
    const lanes = openLanes(database.workingUrl, silent);
    const { db, pool } = lanes.upkeep;
    await ensureCheckDay(db, new Date('2020-05-17T23:00:00Z'));
    expect(await holdCheckDays(db)).toContain('2020-05-17');
    await pool.query(
      `insert into proxy_checks (proxy_id, at, outcome, detail, source, target) values (1, '2020-05-17T12:00:00Z', 'ok', '', 'monitor', '')`,
    );
    expect(await purgeChecks(db, new Date('2020-05-30T00:00:00Z'))).toBe(1);
    expect(await holdCheckDays(db)).not.toContain('2020-05-17');
    await Promise.all(Object.values(lanes).map(({ close }) => close()));
  });
});

test('rights that are lacking, or too many, are put right at the next start, and others are left alone', async () => {
  await database.pool.query(
    'revoke select on accounts from proxy_ops_app; grant update on audit_log to proxy_ops_app; create table later (n int)',
  );
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  const grant = () => grantWork({ ownerUrl: database.url, workingUrl: database.workingUrl, log });
  await grant();
  await working.query('select from accounts; insert into later values (1)');
  await expect(working.query('update audit_log set action = action')).rejects.toMatchObject(DENIED);
  expect(lines.join('')).toContain('"objects":3');
  await grant();
  expect(lines).toHaveLength(1);
});

test('a role that could rewrite the audit log gets a warning, and the working role does not', async () => {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  await warnOfRights(database.workingUrl, log);
  expect(lines).toEqual([]);
  await warnOfRights(database.url, log);
  expect(lines.join('')).toContain('set DATABASE_OWNER_URL');
});

describe('a database that must be upgraded', () => {
  test('is not upgraded by the working role, which says who can', async () => {
    const url = new URL(await createEmptyDatabase());
    const { username, password } = new URL(inject('workingTemplateUrl'));
    const asWorking = Object.assign(new URL(url), { username, password }).href;
    await expect(migrate(asWorking, silent)).rejects.toThrow('set DATABASE_OWNER_URL');
    await migrate(url.href, silent);
    await migrateJobQueue({ databaseUrl: url.href, log: silent });
    await grantWork({ ownerUrl: url.href, workingUrl: asWorking, log: silent });
    await migrate(asWorking, silent);
    await dropDatabase(url.href);
  });
});
