import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { backUp } from '../../../src/db/backup/backup.ts';
import { restore } from '../../../src/db/backup/restore.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { checksums, fill, readPasswords } from './filled-database.ts';

const log = createLogger('silent');
const kek = randomBytes(32);
let home: string;
let path: string;
let source: TestDatabase;
let contents: { tables: number; rows: number };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'proxy-ops-backup-'));
  path = join(home, 'pool.backup');
  source = await createTestDatabase();
  await fill(source, kek);
  contents = await backUp(source.pool, path, new Date());
});
afterAll(async () => {
  await source.drop();
  rmSync(home, { recursive: true });
});

/** Runs a restore into a database of its own, and looks at what became of it. */
async function intoNew<T>(file: string, look: (target: TestDatabase, outcome: unknown) => Promise<T>, key = kek) {
  const target = await createTestDatabase();
  try {
    const outcome = await restore({ url: target.url, path: file, kek: key, log }).catch((error: unknown) => error);
    return await look(target, outcome);
  } finally {
    await target.drop();
  }
}

/** Of a database that a restore left as it was. */
const rowsIn = async (target: TestDatabase) =>
  Object.values(await checksums(target)).reduce((sum, { rows }) => sum + rows, 0);

describe('a backup that is restored into a new database', () => {
  test('makes every table what it was, row for row, and goes on counting where the numbers ended', async () => {
    await intoNew(path, async (target, outcome) => {
      expect(outcome).toEqual(contents);
      const restored = await checksums(target);
      expect(restored).toEqual(await checksums(source));
      const empty = Object.entries(restored).filter(([, { rows }]) => rows === 0);
      expect(empty.map(([name]) => name)).toEqual([]);
      const next = "select nextval('proxies_id_seq')::int as proxy, nextval('audit_log_id_seq')::int as audit";
      expect((await target.pool.query(next)).rows).toEqual((await source.pool.query(next)).rows);
    });
  });

  test('opens its credentials, guards its history and its references again', async () => {
    await intoNew(path, async (target) => {
      expect(await readPasswords(target, kek)).toEqual(await readPasswords(source, kek));
      await expect(target.pool.query('delete from audit_log')).rejects.toThrow('is only added to');
      await expect(
        target.pool.query('insert into proxy_model_claims (proxy_id, model_id) values (999999, 1)'),
      ).rejects.toThrow('violates foreign key constraint');
      await target.pool.query('delete from account_proxy_assignments');
      const { rows } = await target.pool.query(
        'select count(*)::int as open from assignment_history where ended_at is null',
      );
      expect(rows).toEqual([{ open: 0 }]);
      const keys = "select count(*)::int as keys from pg_constraint where contype = 'f' and convalidated";
      expect((await target.pool.query(keys)).rows).toEqual((await source.pool.query(keys)).rows);
    });
  });
});

describe('the file', () => {
  test('belongs to its owner alone, has no half of it beside it, and shows no password', () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.part`)).toBe(false);
    expect(gunzipSync(readFileSync(path)).includes('secret-1')).toBe(false);
  });

  test('is not written over', async () => {
    await expect(backUp(source.pool, path, new Date())).rejects.toThrow('already exists');
  });

  test('holds one moment, while others write', async () => {
    const other = join(home, 'moment.backup');
    const writing = source.pool.query(
      "insert into settings (key, value) select 'late-' || n, '1' from generate_series(1, 1000) n",
    );
    await Promise.all([backUp(source.pool, other, new Date()), writing]);
    await source.pool.query("delete from settings where key like 'late-%'");
    await intoNew(other, async (target) => {
      const { rows } = await target.pool.query("select count(*)::int as late from settings where key like 'late-%'");
      expect([0, 1000]).toContain(rows[0]?.late);
    });
  });

  test('that is cut anywhere restores nothing', async () => {
    const cut = join(home, 'cut.backup');
    const { size } = statSync(path);
    for (const length of [0, 10, Math.floor(size / 2), size - 300, size - 4]) {
      writeFileSync(cut, readFileSync(path));
      truncateSync(cut, length);
      await intoNew(cut, async (target, outcome) => {
        expect(String(outcome)).toContain('is damaged or incomplete. Nothing was restored.');
        expect(await rowsIn(target)).toBe(0);
      });
    }
  });

  test('that lacks its last rows, or has a byte turned, restores nothing', async () => {
    const text = gunzipSync(readFileSync(path)).toString();
    const fewer = join(home, 'fewer.backup');
    writeFileSync(fewer, gzipSync(text.replace(/\n[^\n]+\n\\\.\n(\{[^\n]*\n)$/, '\n\\.\n$1')));
    await intoNew(fewer, async (target, outcome) => {
      expect(String(outcome)).toContain('does not contain the rows that were written to it');
      expect(await rowsIn(target)).toBe(0);
    });
    const turned = join(home, 'turned.backup');
    const bytes = readFileSync(path);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 0x10;
    writeFileSync(turned, bytes);
    await intoNew(turned, async (target, outcome) => {
      expect(String(outcome)).toMatch(/damaged.*Nothing was restored/);
      expect(await rowsIn(target)).toBe(0);
    });
  });

  test('that is something else is refused', async () => {
    const other = join(home, 'other.gz');
    writeFileSync(other, gzipSync('{"hello": "world"}\n'));
    await intoNew(other, async (_, outcome) => expect(String(outcome)).toContain('is not a backup of Proxy Ops'));
    await intoNew(join(home, 'missing'), async (_, outcome) => expect(String(outcome)).toContain('cannot be read'));
  });
});

describe('a restore', () => {
  test('refuses a database that holds data, and leaves it as it is', async () => {
    const before = await checksums(source);
    await expect(restore({ url: source.url, path, kek, log })).rejects.toThrow('already contains data');
    expect(await checksums(source)).toEqual(before);
  });

  test('refuses a key that does not open the credentials, and restores nothing', async () => {
    const check = async (target: TestDatabase, outcome: unknown) => {
      expect(String(outcome)).toContain('cannot decrypt the credentials in the backup');
      expect(await rowsIn(target)).toBe(0);
    };
    await intoNew(path, check, randomBytes(32));
  });

  test('refuses a backup of another schema, and says which', async () => {
    const text = gunzipSync(readFileSync(path)).toString();
    const older = join(home, 'older.backup');
    writeFileSync(older, gzipSync(text.replace(/"schema":\[[^\]]*\]/, '"schema":[1795419413026]')));
    await intoNew(older, async (target, outcome) => {
      expect(String(outcome)).toMatch(
        /The backup has schema version 1 \(of 2026-11-23 .* UTC\), but this program has \d+ \(of/,
      );
      expect(await rowsIn(target)).toBe(0);
    });
  });

  test('takes no superuser', async () => {
    await expect(source.pool.query('set session_replication_role = replica')).rejects.toThrow('permission denied');
    await intoNew(path, async (_, outcome) => expect(outcome).toEqual(contents));
  });
});
