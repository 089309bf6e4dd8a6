import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { connect } from '../../../src/db/client.ts';
import { isConnectionError } from '../../../src/db/errors.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { BulkThread } from '../../../src/services/bulk/bulk-thread.ts';
import { PoolChangeService } from '../../../src/services/pool-changes/pool-change-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const actor = { id: 'test', name: 'test' };
const log = createLogger('silent');
const NOWHERE = 'postgres://nobody:none@127.0.0.1:1/none';

let database: TestDatabase;
let bulk: BulkThread;
/** Services whose own database is closed: what they answer comes from the thread. */
let assignments: AssignmentService;
let changes: PoolChangeService;
const rows = async (statement: string) => (await database.pool.query(statement)).rows;

beforeAll(async () => {
  database = await createTestDatabase();
  bulk = new BulkThread({ db: database.db, databaseUrl: database.url, log });
  const closed = connect(database.url, { log });
  await closed.close();
  assignments = new AssignmentService({ db: closed.db, bulk });
  changes = new PoolChangeService({ db: closed.db, assignments, bulk });
  await rows(`insert into models (name, key) values ('Amber', 'amber')`);
  await rows(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '10.0.' || n / 256 || '.' || n % 256, 8080, 'http', '', gen_random_uuid(), '\\x00' from generate_series(1, 5001) n`);
  await rows(
    `insert into accounts (username, key, model_id) select 'a' || n, 'a' || n, 1 from generate_series(1, 6000) n`,
  );
});
afterAll(async () => {
  await bulk.stop();
  await database.drop();
});

test('fills and changes of a large pool are planned and applied in a thread of their own', async () => {
  const plan = await assignments.planFill(actor);
  expect(plan).toMatchObject({ asked: 6000, placed: 6000, state: 'open' });
  const [first, second] = await Promise.all([
    assignments.applyFill(actor, plan.planId),
    assignments.applyFill(actor, plan.planId),
  ]);
  expect([first.preview.result?.count, second.preview.result?.count]).toEqual([6000, 6000]);
  expect(await rows('select count(*)::int from account_proxy_assignments')).toEqual([{ count: 6000 }]);

  const preview = await changes.plan(actor, { kind: 'rebalance', goal: 'compact' });
  expect(preview.moved).toBeGreaterThan(1000);
  const done = await changes.apply(actor, preview.planId);
  expect(done).toMatchObject({ isStale: false, preview: { result: { moved: preview.moved } } });
  expect(await rows('select count(distinct proxy_id)::int from account_proxy_assignments')).toEqual([{ count: 2000 }]);
});

test('a refusal comes back as one, and a fault as nothing that anybody could act on', async () => {
  await expect(assignments.planFill(actor, 'Nobody')).rejects.toMatchObject({
    name: 'UserError',
    code: 'model_unknown',
    hint: 'Run /account models to see all models.',
  });
  await expect(bulk.runInThread({ task: 'applyFill', args: [actor, Number.NaN] })).rejects.toThrow(
    'a bulk task failed in its thread',
  );
});

test('a task fails alone if the thread cannot reach the database: it can succeed later', async () => {
  const cut = new BulkThread({ db: database.db, databaseUrl: NOWHERE, log });
  const error = await cut.runInThread({ task: 'applyFill', args: [actor, 1] }).catch((reason: unknown) => reason);
  expect(isConnectionError(error)).toBe(true);
  await cut.stop();
});

test('a thread that ends in the middle leaves nothing half done, and the next task starts another', async () => {
  const [{ waiting }] = await rows(
    'select count(*)::int as waiting from accounts where id not in (select account_id from account_proxy_assignments)',
  );
  const ended = expect(bulk.runInThread({ task: 'planFill', args: [actor] })).rejects.toThrow(
    'the thread of a bulk task ended',
  );
  await bulk.stop();
  await ended;
  expect(await assignments.planFill(actor)).toMatchObject({ asked: waiting });
});

test('an error of the thread itself is logged, and its tasks fail with it', async () => {
  const lines: string[] = [];
  const loud = createLogger('error', { write: (line) => void lines.push(line) });
  // A level that no logger knows ends the thread before it can answer.
  const doomed = new BulkThread({
    db: database.db,
    databaseUrl: database.url,
    log: Object.create(loud, { level: { value: 'loud' } }),
  });
  const error = await doomed.runInThread({ task: 'applyFill', args: [actor, 1] }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    message: 'the thread of a bulk task ended',
    cause: { message: expect.stringContaining('level') },
  });
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['the thread of bulk tasks failed']);
});

test('a small pool needs no thread', async () => {
  const small = await createTestDatabase();
  const unreachable = new BulkThread({ db: small.db, databaseUrl: NOWHERE, log });
  const service = new AssignmentService({ db: small.db, bulk: unreachable });
  expect(await service.planFill(actor)).toMatchObject({ asked: 0, state: 'open' });
  await unreachable.stop();
  await small.drop();
});
