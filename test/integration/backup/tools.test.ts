import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { connect } from '../../../src/db/client.ts';
import { findEmbedded, openEmbedded } from '../../../src/db/embedded.ts';
import { openKeyring } from '../../../src/db/keyring.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { loadKeyFile } from '../../../src/secrets/key-file.ts';
import { runProgram, startOf } from '../../helpers/bot/run-program.ts';
import { createTestDatabase } from '../../helpers/database/database.ts';

const log = createLogger('silent');
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'proxy-ops-tools-'));
});
afterAll(() => rmSync(home, { recursive: true }));

const run = (tool: 'backup' | 'restore', file: string[], env: Record<string, string>) =>
  runProgram([tool, ...file], { cwd: home, env });

/** A database with a key and one row, embedded in a folder of its own. */
async function makeEmbedded(dataDir: string): Promise<void> {
  const server = await openEmbedded({ dataDir, log });
  await migrate(server.url, log);
  const { db, pool, close } = connect(server.url, { log });
  await openKeyring(db, loadKeyFile(dataDir));
  await pool.query("insert into models (name, key) values ('Aurora', 'aurora')");
  await close();
  await server.stop();
}

test('what lay in an embedded database that does not run moves to a server, and from there into the sandbox', async () => {
  const dataDir = join(home, 'bot');
  await makeEmbedded(dataDir);
  const bot = { DATA_DIR: dataDir, DISCORD_TOKEN: 't', CHECK_INTERVAL: '0' };
  const { code, said } = await run('backup', ['moved.backup'], bot);
  expect(said).toMatch(/^Wrote 5 rows of \d+ tables to moved\.backup\.\n/);
  expect(said).toContain(`decrypted with ${dataDir}/encryption.key, which is not included: keep that too.`);
  expect(code).toBe(0);
  expect(findEmbedded({ dataDir })).toBeUndefined();

  const server = await createTestDatabase();
  const onServer = { DATABASE_URL: server.url, ENCRYPTION_KEY: loadKeyFile(dataDir).toString('base64') };
  const moved = await run('restore', ['moved.backup'], onServer);
  expect(moved.said).toMatch(
    /^Restored 5 rows of .* into the database of DATABASE_URL; the key decrypts its credentials\.\n$/,
  );
  expect((await server.pool.query('select name from models')).rows).toEqual([{ name: 'Aurora' }]);
  expect((await run('backup', ['back.backup'], onServer)).code).toBe(0);
  await server.drop();

  const sandbox = join(home, 'data/sandbox');
  mkdirSync(sandbox, { recursive: true });
  cpSync(join(dataDir, 'encryption.key'), join(sandbox, 'encryption.key'));
  expect((await run('restore', ['back.backup'], {})).said).toContain('into the database under data/sandbox');
});

test('each says what it lacks, and makes nothing', async () => {
  const nowhere = { DATA_DIR: join(home, 'nowhere'), DISCORD_TOKEN: 't' };
  expect((await run('backup', [], nowhere)).said).toBe('Name the file to write: npm run backup -- FILE\n');
  expect((await run('backup', ['none.backup'], nowhere)).said).toMatch(
    /^There is no database under .* is not set\. Nothing was written\.\n$/,
  );
  expect((await run('restore', [], nowhere)).said).toBe('Name the file to restore: npm run restore -- FILE\n');
  const { said, code } = await run('restore', ['moved.backup'], nowhere);
  expect(said).toMatch(/^The key of the original database is missing\. Set ENCRYPTION_KEY to it, or put /);
  expect(code).toBe(1);
  expect(existsSync(join(home, 'nowhere'))).toBe(false);
  const key = randomBytes(32).toString('base64');
  expect((await run('restore', ['none.backup'], { ...nowhere, ENCRYPTION_KEY: key })).said).toContain(
    'none.backup cannot be read',
  );
});

test('a disk that takes no more is said in a sentence, and leaves no half of a backup', async () => {
  const server = await createTestDatabase();
  await server.pool.query(
    'insert into models (name, key) select n.name, n.name from (select md5(i::text) as name from generate_series(1, 5000) i) n',
  );
  // A limit on the size of files fails the same write in the same place, and needs no disk to fill.
  const limited = ['-c', 'ulimit -f 16; exec "$0" "$@"', process.execPath, ...startOf('backup', 'full.backup')];
  // Node's own cache of modules would meet the limit as well.
  const env = {
    DATABASE_URL: server.url,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    NODE_DISABLE_COMPILE_CACHE: '1',
  };
  const { code, said } = await new Promise<{ code: number; said: string }>((done) => {
    execFile('/bin/sh', limited, { cwd: home, env }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code) : 0, said: stdout + stderr });
    });
  });
  await server.drop();
  expect(said).toMatch(/^full\.backup cannot be written: EFBIG: .*\n$/);
  expect(code).toBe(1);
  expect(readdirSync(home).filter((name) => name.startsWith('full.backup'))).toEqual([]);
});
