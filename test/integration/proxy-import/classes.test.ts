import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeyring } from '../../../src/db/keyring.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import { ImportReader } from '../../../src/services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../../../src/services/proxy-import/proxy-import-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

const actor = { id: 'test', name: 'test' };

let database: TestDatabase;
let imports: ProxyImportService;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db, pool } = database;
  const keyring = await openKeyring(db, Buffer.alloc(32, 1));
  const { fingerprintKey } = keyring;
  const reader = new ImportReader({ workers: new FileWorkers(), fingerprintKey, isPrivateAllowed: true });
  imports = new ProxyImportService({ db, pool, keyring, reader, assignments: new AssignmentService({ db }) });
});
afterAll(() => database.drop());

const stage = (rows: readonly string[]) =>
  imports.stage(actor, {
    name: 'list.csv',
    defaults: {},
    source: null,
    bytes: Buffer.from(['host,port,username,password,type,expires_at', ...rows].join('\n')),
  });
const address = (n: number, password = 'secret') => `203.0.113.${n},8080,ann,${password}`;
const PAST = '2020-01-01T00:00:00Z';

test('each line has one class, whatever else is true of it, and only lines that an import takes are examples', async () => {
  const known = await stage(Array.from({ length: 8 }, (_, n) => `${address(n)},http,`));
  await imports.apply(actor, known.planId, 'import', 8);
  await database.pool.query(`update proxies set status = 'blocked' where host in ('203.0.113.2', '203.0.113.3')`);
  await database.pool.query(`update proxies set removed_at = now() where host in ('203.0.113.3', '203.0.113.4')`);
  const { counts, expired, sample, blocked } = await stage([
    `${address(0)},http,`,
    // Known, and repeats the line above.
    `${address(0)},http,`,
    `${address(1)},socks5,`,
    `${address(2)},socks5,`,
    // Removed ones count as such, whether they were blocked or have expired.
    `${address(3)},http,${PAST}`,
    `${address(4)},socks5,`,
    `${address(5, 'changed')},http,`,
    // Two new passwords of one proxy are two new proxies.
    `${address(6, 'one')},http,`,
    `${address(6, 'other')},http,`,
    `${address(7)},http,${PAST}`,
    `${address(100)},http,${PAST}`,
    `${address(100)},http,${PAST}`,
    `${address(101)},http,`,
  ]);
  expect(counts).toEqual({
    new: 4,
    revived: 2,
    known: 2,
    blocked: 1,
    type: 1,
    credentials: 1,
    duplicate: 2,
    invalid: 0,
  });
  expect(expired).toBe(2);
  expect(sample).toHaveLength(5);
  expect(sample.map(({ line }) => line)).not.toContain(2);
  for (const { line } of sample) expect([4, 6, 7, 8, 9, 10, 12, 14]).toContain(line);
  expect(blocked.map(({ host }) => host)).toEqual(['203.0.113.2', '203.0.113.3']);
});

test('an import takes the new lines in the order of the file, and leaves the others', async () => {
  const known = await stage([`${address(210)},http,`]);
  await imports.apply(actor, known.planId, 'import', 1);
  const preview = await stage([
    ...[`${address(203)},http,`, `${address(200)},http,${PAST}`, `${address(203)},http,`, `${address(210)},http,`],
    ...[`${address(202)},http,`, `${address(201)},http,`],
  ]);
  expect(preview.counts).toMatchObject({ new: 4, duplicate: 1, known: 1 });
  await imports.apply(actor, preview.planId, 'import', 4);
  const { rows } = await database.pool.query(
    `select host from proxies where import_plan_id = ${preview.planId} order by id`,
  );
  expect(rows.map(({ host }) => host)).toEqual(['203.0.113.203', '203.0.113.200', '203.0.113.202', '203.0.113.201']);
});
