import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Sweep } from '../../../src/services/health/sweep.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const INTERVAL_MS = 600_000;
const NOW = new Date('2026-01-01T00:00:00Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);

let database: TestDatabase;
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const handed: number[] = [];
const sweep = () =>
  new Sweep({
    db: database.db,
    intervalMs: INTERVAL_MS,
    hand: async (_tx, batches) => void handed.push(...batches.flat()),
  });

beforeAll(async () => {
  database = await createTestDatabase();
  await run(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '203.0.113.' || n, 8080, 'http', '', gen_random_uuid(), '' from generate_series(1, 240) n`);
});
beforeEach(async () => {
  handed.length = 0;
  await run(`delete from proxy_health; delete from proxies where id > 240; update proxies set status = 'active'`);
});
afterAll(() => database.drop());

test('concurrent processes claim each check only once', async () => {
  const counts = await Promise.all(Array.from({ length: 8 }, () => sweep().run(NOW)));
  expect(counts.reduce((sum, count) => sum + count)).toBe(240);
  expect(new Set(handed).size).toBe(240);
  expect(await sweep().run(later(1_000))).toBe(0);
});

test('a check that was not done within its lease is claimed again', async () => {
  await sweep().run(NOW);
  expect(await sweep().run(later(14 * 60_000))).toBe(0);
  expect(await sweep().run(later(16 * 60_000))).toBe(240);
});

test('proxies that are switched off are not checked, and are again when they are back', async () => {
  await sweep().run(NOW);
  await run(`update proxy_health set claimed_until = null; update proxies set status = 'inactive' where id <= 40`);
  expect(await sweep().run(later(1_000))).toBe(200);
  await run(`update proxies set status = 'active'; update proxy_health set claimed_until = null where proxy_id <= 40`);
  handed.length = 0;
  expect(await sweep().run(later(INTERVAL_MS + 2_000))).toBe(40);
});

test('a sweep waits for no transaction that changes health, and so cannot deadlock with it', async () => {
  await sweep().run(NOW);
  await run(`update proxy_health set next_check_at = '2026-02-01', claimed_until = '2026-02-01'`);
  const other = await database.pool.connect();
  try {
    await other.query('begin; select from proxy_health where proxy_id <= 40 for update');
    expect(await sweep().run(later(1_000))).toBe(200);
    await other.query('commit');
  } finally {
    other.release();
  }
  expect(await sweep().run(later(2_000))).toBe(40);
});

test('a sweep whose batches cannot be queued changes nothing', async () => {
  const broken = new Sweep({
    db: database.db,
    intervalMs: INTERVAL_MS,
    hand: () => Promise.reject(new Error('the queue is away')),
  });
  await expect(broken.run(NOW)).rejects.toThrow('the queue is away');
  expect(await sweep().run(NOW)).toBe(240);
});

test('after many new proxies the planner knows how many there are', async () => {
  await run(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '198.51.100.1', n, 'http', '', gen_random_uuid(), '' from generate_series(1, 1000) n`);
  await sweep().run(NOW);
  expect(await run(`select reltuples::int as known from pg_class where oid = 'proxies'::regclass`)).toEqual([
    { known: 1_240 },
  ]);
});

test('a large import is claimed in a moment by a process that has swept an empty pool', async () => {
  const large = await createTestDatabase();
  const claims = new Sweep({ db: large.db, intervalMs: INTERVAL_MS, hand: async () => {} });
  // PostgreSQL keeps the plan of a statement in a trigger, here one for empty tables.
  for (let n = 0; n < 10; n++) await claims.run(NOW);
  await large.pool.query(`
    insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '203.0.113.1', 8080, 'http', 'u' || n, gen_random_uuid(), '' from generate_series(1, 2500) n`);
  const started = performance.now();
  expect(await claims.run(later(1_000))).toBe(2_500);
  // It took minutes: the ranks of all proxies were computed once for each of them.
  expect(performance.now() - started).toBeLessThan(5_000);
  await large.drop();
});
