import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBroken } from '../../../simulator/checks/rules.ts';
import { openKeyring } from '../../../src/db/keyring.ts';
import { AccountImportService } from '../../../src/services/account-import/account-import-service.ts';
import { AccountEditService } from '../../../src/services/accounts/account-edit-service.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import { PoolChangeService } from '../../../src/services/pool-changes/pool-change-service.ts';
import { ImportReader } from '../../../src/services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../../../src/services/proxy-import/proxy-import-service.ts';
import { VpsImportService } from '../../../src/services/vps/vps-import-service.ts';
import {
  createEmptyDatabase,
  createTestDatabase,
  dropDatabase,
  type TestDatabase,
} from '../../helpers/database/database.ts';
import { RELEASED_KEY, upgradeFrom } from '../../helpers/database/released-database.ts';

const actor = { id: 'discord:100000000000000002', name: 'ada' };

let upgraded: string;
let database: TestDatabase;
let services: Awaited<ReturnType<typeof openServices>>;

beforeAll(async () => {
  upgraded = await createEmptyDatabase();
  await upgradeFrom('0.1.0', upgraded);
});
afterAll(() => dropDatabase(upgraded));
beforeEach(async () => {
  database = await createTestDatabase(upgraded);
  services = await openServices(database);
});
afterEach(async () => {
  expect(await findBroken(database)).toEqual({});
  await database.drop();
});

async function openServices({ db, pool }: TestDatabase) {
  const keyring = await openKeyring(db, RELEASED_KEY);
  const workers = new FileWorkers();
  const reader = new ImportReader({ workers, fingerprintKey: keyring.fingerprintKey, isPrivateAllowed: true });
  const assignments = new AssignmentService({ db });
  return {
    assignments,
    changes: new PoolChangeService({ db, assignments }),
    edits: new AccountEditService({ db, assignments }),
    accountImports: new AccountImportService({ db, pool, workers, assignments }),
    imports: new ProxyImportService({ db, pool, keyring, reader, assignments }),
    vps: new VpsImportService({ db, workers }),
  };
}

const plansOf = async (kind: string, state = 'open') =>
  (
    await database.pool.query<{ id: number }>('select id from plans where kind = $1 and state = $2 order by id', [
      kind,
      state,
    ])
  ).rows.map(({ id }) => Number(id));

describe('a preview of 0.1.0 that was open during the upgrade is applied by its button', () => {
  // Each of them was planned for the same pool, so each has a clone of it.
  test.for(Array.from({ length: 11 }, (_, nth) => nth))('change of the pool %i', async (nth) => {
    const planId = (await plansOf('pool.change'))[nth] ?? 0;
    const done = await services.changes.apply(actor, planId);
    expect(done).toMatchObject({ isStale: false, preview: { state: 'applied', result: { by: actor.id } } });
  });

  test.for([0, 1])('fill %i', async (nth) => {
    const planId = (await plansOf('assignment.fill'))[nth] ?? 0;
    const done = await services.assignments.applyFill(actor, planId);
    expect(done).toMatchObject({ isStale: false, preview: { state: 'applied', result: { by: actor.id } } });
  });

  test.for([0, 1])('change of a model %i', async (nth) => {
    const planId = (await plansOf('account.model'))[nth] ?? 0;
    const done = await services.edits.applyModel(actor, planId);
    expect(done).toMatchObject({ isStale: false, preview: { state: 'applied', result: { by: actor.id } } });
  });

  test('import of accounts', async () => {
    const [planId = 0] = await plansOf('account.import');
    const { plan } = await services.accountImports.preview(planId);
    const shown = { count: plan?.accounts ?? 0, placed: plan?.placed ?? 0 };
    const added = await services.accountImports.commit(actor, planId, shown);
    expect(added).toMatchObject({ isStale: false, preview: { results: { import: { count: 2 } } } });
    const { counts, moves } = added.preview;
    const changed = { count: counts.model + counts.vps + counts.details, placed: moves?.placed ?? 0 };
    expect(await services.accountImports.update(actor, planId, changed)).toMatchObject({
      isStale: false,
      preview: { state: 'applied', results: { update: { count: changed.count } } },
    });
  });

  test('import of proxies, with each of its steps', async () => {
    const [planId = 0] = await plansOf('proxy.import');
    const { counts } = await services.imports.preview(planId);
    expect(counts).toMatchObject({ new: 2, known: 1, credentials: 1, duplicate: 1, invalid: 1 });
    expect((await services.imports.apply(actor, planId, 'import', 2)).isStale).toBe(false);
    expect(await services.imports.apply(actor, planId, 'update', 1)).toMatchObject({
      isStale: false,
      preview: { state: 'applied' },
    });
    expect((await services.imports.undo(actor, planId)).results.undo).toMatchObject({ count: 3 });
  });

  test('import of a list with two readings, in the other one', async () => {
    const [, planId = 0] = await plansOf('proxy.import');
    expect((await services.imports.takeReading(planId, 'second')).choice?.taken).toBe('second');
    expect((await services.imports.apply(actor, planId, 'import', 1)).isStale).toBe(false);
    const { rows } = await database.pool.query('select host from proxies order by id desc limit 1');
    expect(rows).toEqual([{ host: 'gate.example.com' }]);
  });

  test('import of mappings', async () => {
    const [planId = 0] = await plansOf('vps.import');
    const done = await services.vps.apply(actor, planId);
    expect(done).toMatchObject({ isStale: false, preview: { state: 'applied', newVps: 1, newLinks: 2 } });
  });
});

test('previews of 0.1.0 that were closed are shown as they ended, and an import that was done can be undone', async () => {
  const { accountImports, changes, imports, vps } = services;
  const cancelled = async (kind: string) => (await plansOf(kind, 'cancelled'))[0] ?? 0;
  expect((await imports.preview(await cancelled('proxy.import'))).counts).toMatchObject({ new: 1, known: 1 });
  expect((await accountImports.preview(await cancelled('account.import'))).missingVps).toEqual([
    { name: 'nowhere', rows: 1 },
  ]);
  expect((await vps.cancel(actor, await cancelled('vps.import'))).state).toBe('cancelled');
  expect((await changes.cancel(actor, await cancelled('pool.change'))).state).toBe('cancelled');
  const [appliedChange = 0] = await plansOf('pool.change', 'applied');
  expect((await changes.cancel(actor, appliedChange)).result).toMatchObject({ count: 1 });
  const [, appliedImport = 0] = await plansOf('proxy.import', 'applied');
  expect((await imports.undo(actor, appliedImport)).results).toMatchObject({ import: { count: 4 }, undo: {} });
});
