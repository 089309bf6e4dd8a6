import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeyring } from '../../../src/db/keyring.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import type { ImportFile } from '../../../src/services/proxy-import/import-plan.ts';
import { ImportReader, type ReadFile } from '../../../src/services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../../../src/services/proxy-import/proxy-import-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const MAX_ROWS = 200_000;
/** Far more than lies between two statements of a transaction. */
const IDLE_MS = 1_000;

/** Reads a file as usual, but takes longer to begin with its rows. */
class PausingReader extends ImportReader {
  override async open(file: ImportFile): Promise<ReadFile> {
    const read = await super.open(file);
    const rows: ReadFile['rows'] = async function* (planId, key) {
      await delay(pauseMs);
      yield* read.rows(planId, key);
    };
    return { ...read, rows };
  }
}

let database: TestDatabase;
let imports: ProxyImportService;
let pauseMs = 0;
beforeEach(async () => {
  database = await createTestDatabase();
  const { db, pool } = database;
  pool.options.idle_in_transaction_session_timeout = IDLE_MS;
  const keyring = await openKeyring(db, Buffer.alloc(32, 1));
  const { fingerprintKey } = keyring;
  const reader = new PausingReader({ workers: new FileWorkers(), fingerprintKey, isPrivateAllowed: true });
  imports = new ProxyImportService({ db, pool, keyring, reader, assignments: new AssignmentService({ db }) });
});
afterEach(() => {
  pauseMs = 0;
  return database.drop();
});

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

test('a file that takes longer to read than a transaction may be idle is imported', async () => {
  pauseMs = 3 * IDLE_MS;
  const { counts } = await stage(3);
  expect(counts).toMatchObject({ new: 3, invalid: 0 });
});
