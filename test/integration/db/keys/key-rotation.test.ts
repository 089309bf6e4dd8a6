import { randomBytes, randomUUID } from 'node:crypto';
import { ne, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rotateKeys } from '../../../../src/db/key-rotation.ts';
import { KeyError, type Keyring, openKeyring } from '../../../../src/db/keyring.ts';
import { plans } from '../../../../src/db/schema/plans/plans.ts';
import { importRows, importUndo } from '../../../../src/db/schema/plans/proxy-import.ts';
import { proxies } from '../../../../src/db/schema/proxies.ts';
import { encryptionKeys, encryptionKeyWraps } from '../../../../src/db/schema/settings.ts';
import { type SealKey, seal, sealKeyId } from '../../../../src/secrets/seal.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

let database: TestDatabase;
let keyring: Keyring;
const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
beforeEach(async () => {
  database = await createTestDatabase();
  keyring = await openKeyring(database.db, first);
});
afterEach(() => database.drop());

const PROXIES = 2500;

function sealedRow(key: SealKey, n: number) {
  const credentialId = randomUUID();
  return {
    host: `p${n}.example`,
    port: 8080,
    type: 'http' as const,
    username: `u${n}`,
    credentialId,
    passwordFingerprint: Buffer.from(`print ${n}`),
    passwordSealed: n % 5 === 0 ? null : seal(key, `password ${n}`, credentialId, 'password'),
    changeIpUrlSealed: n % 3 === 0 ? seal(key, `https://change.example/${n}`, credentialId, 'change_ip_url') : null,
  };
}

/** Rows in all three tables; the plan and the undo stand for an import that is under way. */
async function fill(count = PROXIES): Promise<void> {
  await database.db.transaction(async (tx) => {
    const key = await keyring.current(tx);
    const rows = Array.from({ length: count }, (_, n) => sealedRow(key, n));
    const [plan] = await tx
      .insert(plans)
      .values({ kind: 'test', state: 'open', actorId: '1', actorName: 'a', input: {}, expiresAt: sql`now()` })
      .returning({ id: plans.id });
    const planId = plan?.id ?? 0;
    const made = await tx.insert(proxies).values(rows).returning({ id: proxies.id });
    await tx.insert(importRows).values(rows.slice(0, 100).map((row, line) => ({ ...row, planId, line, reading: 0 })));
    const kept = rows
      .slice(0, 10)
      .map(({ type, credentialId, passwordFingerprint, passwordSealed, changeIpUrlSealed }, n) => ({
        type,
        credentialId,
        passwordFingerprint,
        passwordSealed,
        changeIpUrlSealed,
        planId,
        proxyId: made[n]?.id ?? 0,
        versionAfter: 1,
      }));
    await tx.insert(importUndo).values(kept);
  });
}

/** Every encrypted value of the database, decrypted as this process reads it. */
async function readAll(reader: Keyring): Promise<{ keyIds: Set<number>; texts: string[] }> {
  const keyIds = new Set<number>();
  const texts: string[] = [];
  for (const table of [proxies, importRows, importUndo]) {
    const rows = await database.db
      .select({ id: table.credentialId, password: table.passwordSealed, link: table.changeIpUrlSealed })
      .from(table);
    for (const { id, password, link } of rows) {
      for (const sealed of [password, link]) if (sealed) keyIds.add(sealKeyId(sealed));
      if (password) texts.push(await reader.open(password, id, 'password'));
      if (link) texts.push(await reader.open(link, id, 'change_ip_url'));
    }
  }
  return { keyIds, texts: texts.sort() };
}

describe('rotateKeys', () => {
  test('encrypts every value of all three tables again, and values and fingerprints stay the same', async () => {
    await fill();
    const before = await readAll(keyring);
    const result = await rotateKeys(database.db, { kek: second, previous: first });
    expect(result.unreadable).toBe(0);
    const after = await readAll(await openKeyring(database.db, second));
    expect(after.texts).toEqual(before.texts);
    expect(after.keyIds.size).toBe(1);
    expect(after.keyIds).not.toEqual(before.keyIds);
    const renewed = await openKeyring(database.db, second);
    expect(renewed.fingerprintKey).toEqual(keyring.fingerprintKey);
  });

  test('deletes the former data key, and changes no version of a proxy', async () => {
    await fill(50);
    await rotateKeys(database.db, { kek: second, previous: first });
    expect(await database.db.$count(encryptionKeys)).toBe(2);
    expect(await database.db.$count(proxies, ne(proxies.version, 0))).toBe(0);
  });

  test('lets a running process with the former ENCRYPTION_KEY read and write on', async () => {
    await fill(50);
    await rotateKeys(database.db, { kek: second, previous: first });
    const before = await readAll(keyring);
    await fillOne();
    expect((await readAll(keyring)).texts).toHaveLength(before.texts.length + 1);
  });

  test('lets the former ENCRYPTION_KEY open the database until a process starts with the new one', async () => {
    await rotateKeys(database.db, { kek: second, previous: first });
    await openKeyring(database.db, first);
    await openKeyring(database.db, second);
    await expect(openKeyring(database.db, first)).rejects.toThrow(KeyError);
  });

  test('changes nothing where ENCRYPTION_KEY_PREVIOUS is wrong', async () => {
    await fill(20);
    const before = await database.db.select().from(encryptionKeyWraps);
    const rotation = rotateKeys(database.db, { kek: second, previous: third });
    await expect(rotation).rejects.toThrow(
      'ENCRYPTION_KEY_PREVIOUS cannot decrypt this database. Nothing was changed.',
    );
    expect(await database.db.select().from(encryptionKeyWraps)).toEqual(before);
  });

  test('is finished by a second run after a crash in the middle', async () => {
    await fill();
    const expected = (await readAll(keyring)).texts;
    await expect(interruptedRotation()).rejects.toThrow('the crash of this test');
    expect((await readAll(keyring)).keyIds.size).toBe(2);
    await database.pool.query('drop trigger crash on import_rows');
    await rotateKeys(database.db, { kek: second, previous: first });
    const after = await readAll(await openKeyring(database.db, second));
    expect(after.texts).toEqual(expected);
    expect(after.keyIds.size).toBe(1);
  });

  test('is done already when it is run again', async () => {
    await fill(20);
    const keys = { kek: second, previous: first };
    expect((await rotateKeys(database.db, keys)).resealed).toBeGreaterThan(0);
    expect(await rotateKeys(database.db, keys)).toEqual({ resealed: 0, unreadable: 0 });
  });

  test('goes back to a key that was replaced before', async () => {
    await rotateKeys(database.db, { kek: second, previous: first });
    await rotateKeys(database.db, { kek: first, previous: second });
    await openKeyring(database.db, first);
    await expect(openKeyring(database.db, second)).rejects.toThrow(KeyError);
  });

  test('leaves a value that no key opens as it is, keeps the former key, and says so', async () => {
    await fill(20);
    await database.pool.query(
      "update proxies set password_sealed = set_byte(password_sealed, 20, 255 - get_byte(password_sealed, 20)) where username = 'u1'",
    );
    const result = await rotateKeys(database.db, { kek: second, previous: first });
    expect(result.unreadable).toBe(1);
    expect(await database.db.$count(encryptionKeys)).toBe(3);
  });

  test('waits for an uncommitted copy of a row under the former key, and encrypts that again too', async () => {
    await fill(20);
    const copier = await database.pool.connect();
    await copier.query('begin');
    await copier.query(
      `insert into proxies (host, port, type, username, credential_id, password_fingerprint, password_sealed)
       select 'copy.example', 1, type, username, credential_id, password_fingerprint, password_sealed
       from import_rows where password_sealed is not null`,
    );
    const rotation = rotateKeys(database.db, { kek: second, previous: first });
    await waitsForTableLock();
    await copier.query('commit');
    copier.release();
    await rotation;
    const after = await readAll(await openKeyring(database.db, second));
    expect(after.keyIds.size).toBe(1);
  });

  test('keeps what others write while it runs', async () => {
    await fill();
    const before = await readAll(keyring);
    const writers = Array.from({ length: 20 }, () => fillOne());
    await Promise.all([rotateKeys(database.db, { kek: second, previous: first }), ...writers]);
    const after = await readAll(await openKeyring(database.db, second));
    expect(after.texts).toHaveLength(before.texts.length + 20);
    expect(after.keyIds.size).toBe(1);
  });
});

/** Counts in fives, so that each of these has a password. */
let extra = PROXIES;

async function fillOne(): Promise<void> {
  extra += 5;
  const n = extra + 1;
  await database.db.transaction(async (tx) => {
    await tx.insert(proxies).values({ ...sealedRow(await keyring.current(tx), n), changeIpUrlSealed: null });
  });
}

/** A rotation that dies when it has done the proxies and comes to the staged rows. */
async function interruptedRotation(): Promise<unknown> {
  await database.pool.query(`
    create or replace function crash() returns trigger language plpgsql as
      $$ begin raise exception 'the crash of this test'; end $$;
    create trigger crash before update on import_rows for each row execute function crash()`);
  return rotateKeys(database.db, { kek: second, previous: first }).catch((error: unknown) => {
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  });
}

async function waitsForTableLock(): Promise<void> {
  for (;;) {
    const { rowCount } = await database.pool.query(
      `select from pg_locks where database = (select oid from pg_database where datname = current_database())
        and relation = 'proxies'::regclass and mode = 'ShareLock' and not granted`,
    );
    if (rowCount !== 0) return;
  }
}
