import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { connect, type Database } from '../../../src/db/client.ts';
import { type EmbeddedDatabase, findEmbedded, openEmbedded } from '../../../src/db/embedded.ts';
import { KeyError, type Keyring, openKeyring } from '../../../src/db/keyring.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { proxies } from '../../../src/db/schema/proxies.ts';
import { loadKeyFile } from '../../../src/secrets/key-file.ts';
import { runProgram } from '../../helpers/bot/run-program.ts';
import { createTestDatabase } from '../../helpers/database/database.ts';

const log = createLogger('silent');

/** Without a token it would be the sandbox, which takes no key from the environment. */
const TOKEN = { DISCORD_TOKEN: 't', DISCORD_GUILD_ID: '1'.repeat(18), OPS_CHANNEL_ID: '2'.repeat(18) };

const rotateKey = (cwd: string, env: Record<string, string>) => runProgram(['rotate-key'], { cwd, env });

async function insertProxy(db: Database['db'], keyring: Keyring, password: string): Promise<void> {
  await db.transaction(async (tx) => {
    const credentialId = randomUUID();
    await tx.insert(proxies).values({
      host: 'a.example',
      port: 1,
      type: 'http' as const,
      username: password,
      credentialId,
      passwordFingerprint: Buffer.from(password),
      passwordSealed: await keyring.seal(tx, password, credentialId, 'password'),
    });
  });
}

async function readPasswords(db: Database['db'], keyring: Keyring): Promise<string[]> {
  const rows = await db.select().from(proxies).orderBy(proxies.id);
  return Promise.all(rows.map((row) => keyring.open(row.passwordSealed ?? Buffer.of(), row.credentialId, 'password')));
}

describe('npm run rotate-key with the embedded database', () => {
  let home: string;
  let dataDir: string;
  /** Of the key file as it is at first; the database has one row under it. */
  let former: Uint8Array;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'proxy-ops-rotate-'));
    dataDir = join(home, 'data');
    former = loadKeyFile(dataDir);
    await withServer(async (server, { db }) => {
      await migrate(server.url, log);
      await insertProxy(db, await openKeyring(db, former), 'before');
    });
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  async function withServer<T>(run: (server: EmbeddedDatabase, database: Database) => Promise<T>): Promise<T> {
    const server = await openEmbedded({ dataDir, log });
    const database = connect(server.url, { log });
    try {
      return await run(server, database);
    } finally {
      await database.close();
      await server.stop();
    }
  }

  // One test, because the second key replaces the first: each begins with what the one before has left.
  test('makes a key file while the bot reads and writes on, then starts the database for a key of the environment', async () => {
    await withServer(async (_, { db }) => {
      const running = await openKeyring(db, former);
      const { code, said } = await rotateKey(home, TOKEN);
      expect(said).toContain('The credentials of 1 rows were encrypted again.');
      expect(code).toBe(0);
      await insertProxy(db, running, 'after');
      expect(await readPasswords(db, running)).toEqual(['before', 'after']);
    });
    expect(loadKeyFile(dataDir)).not.toEqual(former);
    await withServer(async (_, { db }) => {
      expect(await readPasswords(db, await openKeyring(db, loadKeyFile(dataDir)))).toEqual(['before', 'after']);
      await expect(openKeyring(db, former)).rejects.toThrow(KeyError);
    });

    const key = randomBytes(32);
    const { code, said } = await rotateKey(home, { ...TOKEN, ENCRYPTION_KEY: key.toString('base64') });
    expect(said).toContain('The credentials of 2 rows were encrypted again.');
    expect(code).toBe(0);
    expect(findEmbedded({ dataDir })).toBeUndefined();
    await withServer(async (_, { db }) => {
      expect(await readPasswords(db, await openKeyring(db, key))).toEqual(['before', 'after']);
    });
  });

  test('leaves the key file as it is where the former key is wrong', async () => {
    const file = readFileSync(join(dataDir, 'encryption.key'), 'utf8');
    const { code, said } = await rotateKey(home, {
      ...TOKEN,
      ENCRYPTION_KEY_PREVIOUS: randomBytes(32).toString('base64'),
    });
    expect(said).toBe('ENCRYPTION_KEY_PREVIOUS cannot decrypt this database. Nothing was changed.\n');
    expect(code).toBe(1);
    expect(readFileSync(join(dataDir, 'encryption.key'), 'utf8')).toBe(file);
  });

  test('says what to do if there is no former key, and creates nothing', async () => {
    const elsewhere = join(home, 'elsewhere');
    const { code, said } = await rotateKey(home, { DATA_DIR: elsewhere });
    expect(said).toBe('ENCRYPTION_KEY_PREVIOUS is missing: set the key that ENCRYPTION_KEY replaces.\n');
    expect(code).toBe(1);
    expect(existsSync(elsewhere)).toBe(false);
  });
});

describe('npm run rotate-key in the sandbox', () => {
  test('replaces the key of the sandbox, which has a database of its own', async () => {
    const home = mkdtempSync(join(tmpdir(), 'proxy-ops-rotate-'));
    const dataDir = join(home, 'data/sandbox');
    const former = loadKeyFile(dataDir);
    const server = await openEmbedded({ dataDir, log });
    await migrate(server.url, log);
    const database = connect(server.url, { log });
    await openKeyring(database.db, former);
    expect((await rotateKey(home, {})).code).toBe(0);
    await database.close();
    await server.stop();
    expect(loadKeyFile(dataDir)).not.toEqual(former);
    rmSync(home, { recursive: true });
  });
});

describe('npm run rotate-key with DATABASE_URL', () => {
  test('replaces the key that ENCRYPTION_KEY_PREVIOUS names', async () => {
    const database = await createTestDatabase();
    const [former, key] = [randomBytes(32), randomBytes(32)];
    await insertProxy(database.db, await openKeyring(database.db, former), 'secret');
    const { code } = await rotateKey(tmpdir(), {
      ...TOKEN,
      DATABASE_URL: database.url,
      ENCRYPTION_KEY: key.toString('base64'),
      ENCRYPTION_KEY_PREVIOUS: former.toString('base64'),
    });
    expect(code).toBe(0);
    expect(await readPasswords(database.db, await openKeyring(database.db, key))).toEqual(['secret']);
    await database.drop();
  });

  test('refuses to replace a key with the same key', async () => {
    const key = randomBytes(32).toString('base64');
    const { code, said } = await rotateKey(tmpdir(), { ENCRYPTION_KEY_PREVIOUS: key, ENCRYPTION_KEY: key, ...TOKEN });
    expect(said).toBe('ENCRYPTION_KEY and ENCRYPTION_KEY_PREVIOUS are the same key.\n');
    expect(code).toBe(1);
  });
});
