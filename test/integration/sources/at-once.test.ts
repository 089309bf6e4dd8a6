import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { createLogger } from '../../../src/base/logger.ts';
import { connect } from '../../../src/db/client.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { ADMIN, listed, openSources } from '../../helpers/pool/source-world.ts';

const KEK = Buffer.alloc(32, 7);
let database: TestDatabase;
let other: ReturnType<typeof connect>;
/** Two processes over one database. */
let first: Awaited<ReturnType<typeof openSources>>;
let second: Awaited<ReturnType<typeof openSources>>;

beforeEach(async () => {
  database = await createTestDatabase();
  other = connect(database.url, { log: createLogger('silent') });
  first = await openSources(database, KEK);
  second = await openSources(other, KEK);
  first.provider.proxies = [1, 2, 3].map((n) => listed(n));
  second.provider.proxies = first.provider.proxies;
  const { preview } = await first.add('main');
  await first.decisions.apply(ADMIN, preview?.planId ?? 0);
});
afterEach(async () => {
  expect(await findBroken(database)).toEqual({});
  await other.close();
  await database.drop();
});

const rows = async (statement: string) => (await database.pool.query(statement)).rows;
const plans = () => rows(`select id from plans where kind = 'source.sync' and state = 'open'`);

/** Starts a sync of the first process that waits in its first page until it is released. */
async function standStill() {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  first.provider.onPage = () => {
    reached.resolve();
    return released.promise;
  };
  const running = first.sources.sync(ADMIN, 1);
  await reached.promise;
  return { running, release: released.resolve };
}

test('one process at a time syncs a source, and a second one is refused', async () => {
  const { running, release } = await standStill();
  await expect(second.sources.sync(ADMIN, 1)).rejects.toMatchObject({ code: 'sync_running' });
  await second.syncs.runDue(1);
  const reads = second.provider.reads;
  release();
  expect(await running).toMatchObject({ outcome: 'complete' });
  expect(second.provider.reads).toBe(reads);
  expect(await second.sources.sync(ADMIN, 1)).toMatchObject({ outcome: 'complete' });
});

test('a process that has lost its sync to another one writes nothing', async () => {
  const { running, release } = await standStill();
  first.provider.proxies = [];
  // As if the process had stood still for longer than its lease.
  await rows(`update sources set leased_until = now() - interval '1 second'`);
  second.provider.proxies = [1, 2, 3, 4].map((n) => listed(n));
  expect(await second.sources.sync(ADMIN, 1)).toMatchObject({ preview: { counts: { new: 1 } } });
  release();
  await expect(running).rejects.toThrow('not the one of its source');
  expect(await rows('select count(*)::int as n from proxies where missing_since is not null')).toEqual([{ n: 0 }]);
  expect(await plans()).toHaveLength(1);
});

test('a sync that fails at its last statement leaves nothing, and the next one is clean', async () => {
  first.provider.proxies = [listed(1, { generation: 1 }), listed(4)];
  await rows(`create function fail() returns trigger language plpgsql as $$ begin raise exception 'the server has died'; end $$;
    create trigger fail before update on source_syncs for each row execute function fail()`);
  const before = await rows('select * from proxies order by id');
  await expect(first.sources.sync(ADMIN, 1)).rejects.toThrow();
  expect(await rows('select * from proxies order by id')).toEqual(before);
  expect([
    await plans(),
    await rows("select * from sync_rows r join plans p on p.id = r.plan_id where p.state = 'open'"),
  ]).toEqual([[], []]);
  await rows('drop trigger fail on source_syncs');
  const clean = await first.sources.sync(ADMIN, 1);
  expect(clean.preview).toMatchObject({ counts: { replaced: 1, new: 1 }, missing: { missing: 2 } });
});

test('the same plan applied by two processes at once is applied once', async () => {
  first.provider.proxies = [listed(1, { generation: 1 }), listed(2), listed(3), listed(4)];
  const { preview } = await first.sources.sync(ADMIN, 1);
  const planId = preview?.planId ?? 0;
  const done = await Promise.all([first.decisions.apply(ADMIN, planId), second.decisions.apply(ADMIN, planId)]);
  expect(done.map((each) => each.preview.result?.counts.new)).toEqual([1, 1]);
  expect(await rows('select count(*)::int as n from proxies where removed_at is null')).toEqual([{ n: 4 }]);
  expect(await rows(`select count(*)::int as n from audit_log where action = 'source.apply'`)).toEqual([{ n: 2 }]);
});

test('a lease of a process whose transaction began a little later is a lease', async () => {
  const leaseUntil = (end: string) =>
    rows(`update sources set next_sync_at = now(), leased_until = now() + interval '${end}'`);
  await leaseUntil('65 seconds');
  expect(await first.syncs.due()).toEqual([]);
  await first.syncs.runDue(1);
  expect(await rows(`select count(*)::int as n from source_syncs where actor_id = 'system'`)).toEqual([{ n: 0 }]);
  // The clock of the database was ahead when this one was taken.
  await leaseUntil('2 hours');
  expect(await first.syncs.due()).toEqual([1]);
  await rows(`update sources set next_sync_at = now() + interval '1 hour', leased_until = null`);
});

test('syncs are due by the clock of the database', async () => {
  expect(await first.syncs.due()).toEqual([]);
  await rows(`update sources set next_sync_at = now()`);
  expect(await first.syncs.due()).toEqual([1]);
  await Promise.all([first.syncs.runDue(1), second.syncs.runDue(1)]);
  expect(await first.syncs.due()).toEqual([]);
  expect(await rows(`select count(*)::int as n from source_syncs where actor_id = 'system'`)).toEqual([{ n: 1 }]);
});
