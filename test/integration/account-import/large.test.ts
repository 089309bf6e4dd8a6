import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { AccountImportService } from '../../../src/services/account-import/account-import-service.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import type { BulkCall, BulkResult, BulkTask } from '../../../src/services/bulk/bulk-runner.ts';
import { BulkThread } from '../../../src/services/bulk/bulk-thread.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

const ACCOUNTS = 6000;
const actor = { id: 'test', name: 'test' };

/** Remembers what it was asked for. */
class WatchedThread extends BulkThread {
  readonly ran: BulkTask[] = [];

  override runInThread<K extends BulkTask>(call: BulkCall<K>): Promise<BulkResult<K>> {
    this.ran.push(call.task);
    return super.runInThread(call);
  }
}

let database: TestDatabase;
let bulk: WatchedThread;
let imports: AccountImportService;
// A thread remembers that a pool is large.
beforeEach(async () => {
  database = await createTestDatabase();
  const { db, pool } = database;
  bulk = new WatchedThread({ db, databaseUrl: database.url, log: createLogger('silent') });
  const assignments = new AssignmentService({ db });
  imports = new AccountImportService({ db, pool, workers: new FileWorkers(), assignments, bulk });
  await insertProxies(database, { provider: 'acme', count: 1500, network: 1 });
});
afterEach(async () => {
  await bulk.stop();
  await database.drop();
});

const stage = (model: string, count: number) => {
  const bytes = Buffer.from(Array.from({ length: count }, (_, n) => `name.${n},${model}`).join('\n'));
  return imports.stage(actor, { name: null, bytes, defaults: {}, source: null });
};

test('a small file is planned on the calling thread', async () => {
  const { planId, plan } = await stage('Amber', 10);
  expect(plan).toMatchObject({ accounts: 10, placed: 10 });
  await imports.cancel(actor, planId);
  expect(bulk.ran).toEqual([]);
});

test('a large file is planned, imported and changed in a thread of its own, once', async () => {
  const { planId, plan } = await stage('Amber', ACCOUNTS);
  expect(plan).toMatchObject({ accounts: ACCOUNTS, placed: 4500, missingProxies: 500 });
  const shown = { count: ACCOUNTS, placed: 4500 };
  const done = await Promise.all([imports.commit(actor, planId, shown), imports.commit(actor, planId, shown)]);
  for (const { preview, isStale } of done) expect([isStale, preview.results.import?.placed]).toEqual([false, 4500]);

  const other = await stage('Bella', ACCOUNTS);
  expect(other.counts.model).toBe(ACCOUNTS);
  await expect(imports.update({ ...actor, changesAtMost: 500 }, other.planId)).rejects.toMatchObject({
    name: 'UserError',
    code: 'too_many_for_operator',
  });
  const { preview } = await imports.update(actor, other.planId, { count: ACCOUNTS, placed: other.moves?.placed ?? 0 });
  expect(preview.results.update).toMatchObject({ count: ACCOUNTS, placed: 4500 });
  expect(new Set(bulk.ran)).toEqual(new Set(['previewAccounts', 'commitAccounts', 'updateAccounts']));
  const { rows } = await database.pool.query(
    'select distinct m.name from accounts a join models m on m.id = a.model_id',
  );
  expect(rows).toEqual([{ name: 'Bella' }]);

  const question = await imports.undoPreview(other.planId);
  if (!question) throw new Error('the import is undone');
  const { planId: _planId, kept, ...effect } = question;
  expect([effect, kept]).toEqual([{ removable: 0, restorable: ACCOUNTS, changed: 0, used: 0 }, []]);
  const undone = await Promise.all([
    imports.undo(actor, other.planId, effect),
    imports.undo(actor, other.planId, effect),
  ]);
  expect(undone).toEqual([true, true]);
  expect(await imports.undoPreview(other.planId)).toBeUndefined();
  expect(bulk.ran).toContain('undoAccounts');
});
