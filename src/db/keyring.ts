import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import { OperatorError } from '../base/errors.ts';
import { open, type SealedField, type SealKey, seal, sealKeyId } from '../secrets/seal.ts';
import { kekId, unwrapKey, wrapKey } from '../secrets/wrap.ts';
import type { Db, Tx } from './client.ts';
import { encryptionKeys, encryptionKeyWraps } from './schema/settings.ts';
import { lock } from './sql/locks.ts';

/** Thrown if ENCRYPTION_KEY does not open this database; the program must not start. */
export class KeyError extends OperatorError {
  override readonly name = 'KeyError';
}

const DATA_KEY_BYTES = 32;
type Purpose = 'seal' | 'fingerprint';

/** The unwrapped data keys of this database. Printing the object shows none of them. */
export class Keyring {
  readonly #db: Db;
  readonly #kek: Uint8Array;
  readonly #sealKeys: Map<number, Buffer>;
  readonly #fingerprintKey: Buffer;

  constructor(db: Db, kek: Uint8Array, keys: { sealKeys: Map<number, Buffer>; fingerprintKey: Buffer }) {
    this.#db = db;
    this.#kek = kek;
    this.#sealKeys = keys.sealKeys;
    this.#fingerprintKey = keys.fingerprintKey;
  }

  /** For comparing passwords; it never changes. */
  get fingerprintKey(): Uint8Array {
    return this.#fingerprintKey;
  }

  /**
   * The key for new values. Its row is locked in share mode until the transaction ends, so that a rotation waits for
   * this writer before it searches for values under the old key.
   */
  async current(tx: Tx): Promise<SealKey> {
    // If this waited for a rotation, the row that was found is out of date; the second query finds its successor.
    const id = (await lockCurrentKey(tx)) ?? (await lockCurrentKey(tx));
    if (id === undefined) throw new KeyError('The database has no current key.');
    return { id, key: await this.#sealKey(tx, id) };
  }

  async seal(tx: Tx, text: string, credentialId: string, field: SealedField): Promise<Buffer> {
    return seal(await this.current(tx), text, credentialId, field);
  }

  async open(sealed: Buffer, credentialId: string, field: SealedField): Promise<string> {
    return open(await this.#sealKey(this.#db, sealKeyId(sealed)), sealed, credentialId, field);
  }

  /** Loads a key that a rotation has created since this process started. */
  async #sealKey(db: Db | Tx, id: number): Promise<Buffer> {
    const known = this.#sealKeys.get(id);
    if (known) return known;
    for (const [keyId, key] of (await readKeys(db, this.#kek)).sealKeys) this.#sealKeys.set(keyId, key);
    const found = this.#sealKeys.get(id);
    if (!found) throw new KeyError('The encryption key was rotated. Restart this program with the new ENCRYPTION_KEY.');
    return found;
  }

  [inspect.custom](): string {
    return `Keyring { ${this.#sealKeys.size} keys }`;
  }
}

async function lockCurrentKey(tx: Tx): Promise<number | undefined> {
  const [row] = await tx
    .select({ id: encryptionKeys.id })
    .from(encryptionKeys)
    .where(and(eq(encryptionKeys.purpose, 'seal'), encryptionKeys.isCurrent))
    .for('share');
  return row?.id;
}

/**
 * Opens the keys of a database, and creates them in a new one. From now on an ENCRYPTION_KEY that this one has replaced
 * no longer opens the database. One that is to replace it does (a rotation has run, and this start still uses the old
 * key).
 *
 * @throws KeyError if this ENCRYPTION_KEY does not open the database
 */
export async function openKeyring(db: Db, kek: Uint8Array): Promise<Keyring> {
  const keys = await db.transaction(async (tx) => {
    await lockKeys(tx);
    const isNew = (await tx.$count(encryptionKeys)) === 0;
    if (isNew) {
      await insertKey(tx, 'fingerprint', [kek]);
      await insertKey(tx, 'seal', [kek]);
    }
    const opened = await readKeys(tx, kek);
    await dropFormerWraps(tx, opened.fingerprintKeyId, kek);
    return opened;
  });
  return new Keyring(db, kek, keys);
}

async function dropFormerWraps(tx: Tx, fingerprintKeyId: number, kek: Uint8Array): Promise<void> {
  const wrappedAt = tx
    .select({ at: encryptionKeyWraps.createdAt })
    .from(encryptionKeyWraps)
    .where(and(eq(encryptionKeyWraps.keyId, fingerprintKeyId), eq(encryptionKeyWraps.kekId, kekId(kek))));
  const former = tx
    .select({ kekId: encryptionKeyWraps.kekId })
    .from(encryptionKeyWraps)
    .where(and(eq(encryptionKeyWraps.keyId, fingerprintKeyId), lt(encryptionKeyWraps.createdAt, wrappedAt)));
  await tx.delete(encryptionKeyWraps).where(inArray(encryptionKeyWraps.kekId, former));
}

/** Serializes everything that creates, wraps or drops data keys. */
export const lockKeys = (tx: Tx): Promise<void> => lock(tx, 'keys');

/** Creates a data key, current for its purpose and wrapped by each of the given keys. */
export async function insertKey(tx: Tx, purpose: Purpose, keks: readonly Uint8Array[]): Promise<number> {
  const key = randomBytes(DATA_KEY_BYTES);
  const [row] = await tx
    .insert(encryptionKeys)
    .values({ purpose, isCurrent: true })
    .returning({ id: encryptionKeys.id });
  if (!row) throw new Error('the key was not written');
  await insertWraps(tx, { id: row.id, purpose, key }, keks);
  return row.id;
}

export async function insertWraps(
  tx: Tx,
  { id: keyId, purpose, key }: { id: number; purpose: Purpose; key: Buffer },
  keks: readonly Uint8Array[],
): Promise<void> {
  await tx
    .insert(encryptionKeyWraps)
    .values(keks.map((kek) => ({ keyId, kekId: kekId(kek), wrapped: wrapKey(kek, key, purpose) })))
    // A key that was replaced and is used again counts as the newest.
    .onConflictDoUpdate({
      target: [encryptionKeyWraps.keyId, encryptionKeyWraps.kekId],
      set: { wrapped: sql`excluded.wrapped`, createdAt: sql`excluded.created_at` },
    });
}

export interface DataKeys {
  sealKeys: Map<number, Buffer>;
  fingerprintKey: Buffer;
  fingerprintKeyId: number;
}

/** Unwraps the keys that this ENCRYPTION_KEY opens. @throws KeyError if it opens none */
export async function readKeys(db: Db | Tx, kek: Uint8Array): Promise<DataKeys> {
  const rows = await db
    .select({ id: encryptionKeys.id, purpose: encryptionKeys.purpose, wrapped: encryptionKeyWraps.wrapped })
    .from(encryptionKeys)
    .innerJoin(encryptionKeyWraps, eq(encryptionKeyWraps.keyId, encryptionKeys.id))
    .where(eq(encryptionKeyWraps.kekId, kekId(kek)));
  const keys = rows.map((row) => ({ ...row, key: unwrapKey(kek, row.wrapped, row.purpose) }));
  const fingerprint = keys.find((row) => row.purpose === 'fingerprint');
  if (!fingerprint) {
    throw new KeyError(
      'This ENCRYPTION_KEY cannot decrypt this database. Set the key with which it was created or last rotated.',
    );
  }
  const sealKeys = new Map(keys.filter((row) => row.purpose === 'seal').map((row) => [row.id, row.key]));
  return { sealKeys, fingerprintKey: fingerprint.key, fingerprintKeyId: fingerprint.id };
}
