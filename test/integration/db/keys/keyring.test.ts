import { randomBytes, randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rotateKeys } from '../../../../src/db/key-rotation.ts';
import { KeyError, openKeyring } from '../../../../src/db/keyring.ts';
import { encryptionKeys, encryptionKeyWraps } from '../../../../src/db/schema/settings.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const kek = randomBytes(32);
const credentialId = randomUUID();

describe('openKeyring', () => {
  test('makes the keys of a new database once, where processes start together', async () => {
    const keyrings = await Promise.all([1, 2, 3].map(() => openKeyring(database.db, kek)));
    expect(await database.db.$count(encryptionKeys)).toBe(2);
    const prints = keyrings.map((keyring) => Buffer.from(keyring.fingerprintKey).toString('hex'));
    expect(new Set(prints).size).toBe(1);
  });

  test('opens after a restart what was sealed before', async () => {
    const before = await openKeyring(database.db, kek);
    const sealed = await database.db.transaction((tx) => before.seal(tx, 'pä55:word', credentialId, 'password'));
    const after = await openKeyring(database.db, kek);
    expect(await after.open(sealed, credentialId, 'password')).toBe('pä55:word');
  });

  test('refuses an ENCRYPTION_KEY that does not open the database, and changes nothing', async () => {
    await openKeyring(database.db, kek);
    const wraps = await database.db.select().from(encryptionKeyWraps);
    await expect(openKeyring(database.db, randomBytes(32))).rejects.toThrow(KeyError);
    expect(await database.db.select().from(encryptionKeyWraps)).toEqual(wraps);
  });

  test('stores no key in the clear', async () => {
    const keyring = await openKeyring(database.db, kek);
    const sealKey = await database.db.transaction((tx) => keyring.current(tx));
    const stored = Buffer.concat((await database.db.select().from(encryptionKeyWraps)).map((row) => row.wrapped));
    for (const key of [kek, keyring.fingerprintKey, sealKey.key]) expect(stored.includes(Buffer.from(key))).toBe(false);
  });

  test('prints itself without keys', async () => {
    const keyring = await openKeyring(database.db, kek);
    expect(inspect(keyring, { depth: 9, showHidden: true })).toBe('Keyring { 1 keys }');
    expect(JSON.stringify(keyring)).toBe('{}');
  });
});

describe('Keyring.current', () => {
  test('lets a rotation wait for a writer that holds the key, and gives later writers its successor', async () => {
    const keyring = await openKeyring(database.db, kek);
    const next = randomBytes(32);
    let rotation: Promise<unknown> = Promise.resolve();
    const { held, state } = await database.db.transaction(async (tx) => {
      const { id } = await keyring.current(tx);
      rotation = rotateKeys(database.db, { kek: next, previous: kek });
      await waitsForALock(1);
      const rows = await tx.select().from(encryptionKeys).where(eq(encryptionKeys.id, id));
      return { held: id, state: rows[0]?.isCurrent };
    });
    expect(state).toBe(true);
    await rotation;
    const { id } = await database.db.transaction((tx) => keyring.current(tx));
    expect(id).toBeGreaterThan(held);
  });

  test('gives a writer that waited for the rotation the key that came of it', async () => {
    const keyring = await openKeyring(database.db, kek);
    const [first] = await database.db.select().from(encryptionKeys).where(eq(encryptionKeys.purpose, 'seal'));
    const client = await database.pool.connect();
    await client.query('begin');
    await client.query("update encryption_keys set is_current = false where purpose = 'seal'");
    const waiting = database.db.transaction((tx) => keyring.current(tx));
    await waitsForALock(1);
    const { rows } = await client.query(
      "insert into encryption_keys (purpose, is_current) values ('seal', true) returning id",
    );
    await client.query(
      `insert into encryption_key_wraps (key_id, kek_id, wrapped)
       select $1, kek_id, wrapped from encryption_key_wraps where key_id = $2`,
      [rows[0].id, first?.id],
    );
    await client.query('commit');
    client.release();
    expect((await waiting).id).toBe(rows[0].id);
  });
});

/** Waits until this many sessions of the database wait for a lock. */
async function waitsForALock(count: number): Promise<void> {
  for (;;) {
    const { rows } = await database.pool.query(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (rows[0].n >= count) return;
  }
}
