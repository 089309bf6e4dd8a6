import { afterEach, beforeEach, expect, test } from 'vitest';
import { rotateKeys } from '../../../src/db/key-rotation.ts';
import { type Keyring, openKeyring } from '../../../src/db/keyring.ts';
import { fingerprint } from '../../../src/secrets/fingerprint.ts';
import { sealKeyId } from '../../../src/secrets/seal.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { FileWorkers } from '../../../src/services/file-worker/file-workers.ts';
import { ImportReader } from '../../../src/services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../../../src/services/proxy-import/proxy-import-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';

/** Secrets of a file are encrypted in a thread of their own if it is larger than this. */
const LARGE_BYTES = 2 ** 20;
const KEK = Buffer.alloc(32, 1);

let database: TestDatabase;
let keyring: Keyring;
let imports: ProxyImportService;
beforeEach(async () => {
  database = await createTestDatabase();
  const { db, pool } = database;
  keyring = await openKeyring(db, KEK);
  const { fingerprintKey } = keyring;
  const reader = new ImportReader({ workers: new FileWorkers(), fingerprintKey, isPrivateAllowed: true });
  imports = new ProxyImportService({ db, pool, keyring, reader, assignments: new AssignmentService({ db }) });
});
afterEach(() => database.drop());

interface StagedSecret {
  line: number;
  credentialId: string;
  password: Buffer;
  link: Buffer | null;
  fingerprint: Buffer;
}

/** The staged rows of a file that is large enough, in the order of its lines. */
async function stage(name: string, lines: readonly string[]): Promise<StagedSecret[]> {
  const bytes = Buffer.from(lines.join('\n'));
  expect(bytes.length).toBeGreaterThan(LARGE_BYTES);
  const actor = { id: 'test', name: 'test' };
  const { planId } = await imports.stage(actor, { name, bytes, defaults: {}, source: null });
  const statement = `select line, credential_id as "credentialId", password_sealed as password, change_ip_url_sealed as link,
    password_fingerprint as fingerprint from import_rows where plan_id = $1 order by line, reading`;
  return (await database.pool.query<StagedSecret>(statement, [planId])).rows;
}

/** The lines whose password was not encrypted with a fingerprint of its own. */
async function wrong(rows: readonly StagedSecret[], passwordOf: (line: number) => string): Promise<number[]> {
  const lines: number[] = [];
  for (const row of rows) {
    const password = passwordOf(row.line);
    const isRight =
      (await keyring.open(row.password, row.credentialId, 'password')) === password &&
      fingerprint(keyring.fingerprintKey, password).equals(row.fingerprint);
    if (!isRight) lines.push(row.line);
  }
  return lines;
}

const hostOf = (n: number) => `198.51.${n >> 8}.${n & 255}`;
const NOTE = 'n'.repeat(400);
const HEADER = 'host,port,username,password,notes';
const tableRow = (n: number) => `${hostOf(n)},8080,ann,secret-${n},${NOTE}`;

test('each row of a large table has its own password, link and fingerprint', async () => {
  const linkOf = (n: number) => `https://change.example/${n}`;
  const lines = Array.from({ length: 4000 }, (_, n) => `${tableRow(n)},${n % 3 === 0 ? linkOf(n) : ''}`);
  const rows = await stage('list.csv', [`${HEADER},change_ip_url`, ...lines]);
  expect(rows).toHaveLength(4000);
  expect(await wrong(rows, (line) => `secret-${line - 2}`)).toEqual([]);
  for (const { line, link, credentialId } of rows) {
    const said = link && (await keyring.open(link, credentialId, 'change_ip_url'));
    expect(said).toBe((line - 2) % 3 === 0 ? linkOf(line - 2) : null);
  }
});

test('passwords that the last line of a large list decides are the ones that are encrypted', async () => {
  const passwordOf = (n: number) => `secret-${n}${n % 5 === 0 ? ':DE' : ''}`;
  const lines = Array.from({ length: 30_000 }, (_, n) => `${hostOf(n)}:8080:customer-ann-${n}:${passwordOf(n)}`);
  const rows = await stage('list.txt', [...lines, '203.0.113.7:8080:customer-bob:with:colons']);
  expect(rows).toHaveLength(30_001);
  expect(await wrong(rows, (line) => (line > 30_000 ? 'with:colons' : passwordOf(line - 1)))).toEqual([]);
});

test('both readings of the rows of a large table have the passwords of their rows', async () => {
  const lines = Array.from({ length: 4000 }, (_, n) => `${tableRow(n)},${n > 1500 && n % 2 === 0 ? '05/06/2027' : ''}`);
  const rows = await stage('list.csv', [`${HEADER},expires_at`, ...lines]);
  expect(rows.length).toBeGreaterThan(4000);
  expect(await wrong(rows, (line) => `secret-${line - 2}`)).toEqual([]);
});

test('a large file is encrypted with the current key, even if this process has not heard of it', async () => {
  const { id: formerId } = await database.db.transaction((tx) => keyring.current(tx));
  await rotateKeys(database.db, { kek: Buffer.alloc(32, 2), previous: KEK });
  const rows = await stage('list.csv', [HEADER, ...Array.from({ length: 4000 }, (_, n) => tableRow(n))]);
  expect(await wrong(rows, (line) => `secret-${line - 2}`)).toEqual([]);
  expect(rows.filter(({ password }) => sealKeyId(password) === formerId)).toEqual([]);
});
