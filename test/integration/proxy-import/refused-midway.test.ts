import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeyring } from '../../../src/db/keyring.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import { ImportReader } from '../../../src/services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../../../src/services/proxy-import/proxy-import-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const MAX_ROWS = 200_000;

let database: TestDatabase;
let imports: ProxyImportService;
beforeEach(async () => {
  database = await createTestDatabase();
  const { db, pool } = database;
  const keyring = await openKeyring(db, Buffer.alloc(32, 1));
  const { fingerprintKey } = keyring;
  const reader = new ImportReader({ workers: new FileWorkers(), fingerprintKey, isPrivateAllowed: true });
  imports = new ProxyImportService({ db, pool, keyring, reader, assignments: new AssignmentService({ db }) });
});
afterEach(() => database.drop());

function stage(rows: number) {
  const list = Array.from({ length: rows }, (_, n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}:8080:ann:secret`);
  const file = { name: 'list.json', bytes: Buffer.from(JSON.stringify(list)), defaults: {}, source: null };
  return imports.stage({ id: 'test', name: 'test' }, file);
}

async function countStaged(): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>('select count(*)::int as n from import_rows');
  return rows[0]?.n ?? 0;
}

test('a file that is refused at its last entry leaves no staged row, and the next file is imported', async () => {
  await expect(stage(MAX_ROWS + 1)).rejects.toMatchObject({ code: 'too_many_rows' });
  expect(await countStaged()).toBe(0);
  const { counts } = await stage(3);
  expect(counts).toMatchObject({ new: 3, invalid: 0 });
  expect(await countStaged()).toBe(3);
});
