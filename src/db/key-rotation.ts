import { setTimeout as delay } from 'node:timers/promises';
import { and, desc, eq, not, sql } from 'drizzle-orm';
import { kekId } from '../secrets/wrap.ts';
import type { Db, Tx } from './client.ts';
import { sqlState } from './errors.ts';
import { insertKey, insertWraps, KeyError, lockKeys, readKeys } from './keyring.ts';
import { isUnderFormerKey, type Resealed, resealTable, SEALED_TABLES, type SealKeys } from './resealing.ts';
import { encryptionKeys, encryptionKeyWraps } from './schema/settings.ts';
import { run } from './sql/rows.ts';

/** Shorter than PostgreSQL's deadlock timeout: in a deadlock with a writer, this side gives way. */
const LOCK_TIMEOUT = '500ms';
const LOCK_PATIENCE_MS = 300_000;
const LOCK_PAUSE_MS = 500;

const IS_CURRENT = and(eq(encryptionKeys.purpose, 'seal'), encryptionKeys.isCurrent);

/**
 * Replaces `previous` by `kek` while programs with `previous` run: they continue until the first one starts with `kek`.
 * If it is interrupted, running it again completes it.
 *
 * @throws KeyError if `previous` does not open the database; nothing was changed then
 */
export async function rotateKeys(
  db: Db,
  { kek, previous }: { kek: Uint8Array; previous: Uint8Array },
): Promise<Resealed> {
  await db.transaction((tx) => switchKey(tx, kek, previous));
  let resealed = 0;
  for (const deadline = performance.now() + LOCK_PATIENCE_MS; ; await delay(LOCK_PAUSE_MS)) {
    const pass = await resealAll(db, kek);
    resealed += pass.resealed;
    if (pass.unreadable > 0) return { resealed, unreadable: pass.unreadable };
    if (await dropFormerKeys(db)) return { resealed, unreadable: 0 };
    if (performance.now() > deadline) {
      throw new KeyError('Other writers blocked the last step. Everything keeps working; run it again to finish.');
    }
  }
}

/** From here on every process encrypts with a new data key. Does nothing if that was done before. */
async function switchKey(tx: Tx, kek: Uint8Array, previous: Uint8Array): Promise<void> {
  await lockKeys(tx);
  const [newest] = await tx
    .select({ kekId: encryptionKeyWraps.kekId })
    .from(encryptionKeyWraps)
    .innerJoin(encryptionKeys, eq(encryptionKeys.id, encryptionKeyWraps.keyId))
    .where(eq(encryptionKeys.purpose, 'fingerprint'))
    .orderBy(desc(encryptionKeyWraps.createdAt))
    .limit(1);
  if (!newest) throw new KeyError('This database has no keys yet. Start the bot with the new ENCRYPTION_KEY.');
  if (newest.kekId === kekId(kek)) return;
  const keys = await readKeys(tx, previous).catch((error: unknown) => {
    if (!(error instanceof KeyError)) throw error;
    throw new KeyError('ENCRYPTION_KEY_PREVIOUS cannot decrypt this database. Nothing was changed.');
  });
  await insertWraps(tx, { id: keys.fingerprintKeyId, purpose: 'fingerprint', key: keys.fingerprintKey }, [kek]);
  for (const [id, key] of keys.sealKeys) await insertWraps(tx, { id, purpose: 'seal', key }, [kek]);
  // Waits for the writers that hold the current key. Later writers wait for this statement, and see the new key.
  await tx.update(encryptionKeys).set({ isCurrent: false }).where(IS_CURRENT);
  await insertKey(tx, 'seal', [kek, previous]);
}

/**
 * Repeats passes over the tables until one finds nothing to encrypt again, since rows are copied between tables at the
 * same time.
 */
async function resealAll(db: Db, kek: Uint8Array): Promise<Resealed> {
  for (let resealed = 0; ; ) {
    const keys = await readSealKeys(db, kek);
    const pass: Resealed = { resealed: 0, unreadable: 0 };
    for (const table of SEALED_TABLES) {
      const { resealed, unreadable } = await resealTable(db, table, keys);
      pass.resealed += resealed;
      pass.unreadable += unreadable;
    }
    if (pass.resealed === 0) return { resealed, unreadable: pass.unreadable };
    resealed += pass.resealed;
  }
}

async function readSealKeys(db: Db, kek: Uint8Array): Promise<SealKeys> {
  const { sealKeys } = await readKeys(db, kek);
  const [row] = await db.select({ id: encryptionKeys.id }).from(encryptionKeys).where(IS_CURRENT);
  const key = row && sealKeys.get(row.id);
  if (!key) throw new KeyError('Another rotation has replaced this ENCRYPTION_KEY in the meantime.');
  return { current: { id: row.id, key }, all: sealKeys };
}

/**
 * Deletes the data keys that are not used any more. Writers are locked out during the check: otherwise an uncommitted
 * copy of a row under an old key would be lost.
 *
 * @returns false if a writer kept the tables locked or has added a value under an old key
 */
async function dropFormerKeys(db: Db): Promise<boolean> {
  try {
    return await db.transaction(async (tx) => {
      await run(tx, sql`select set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`);
      await run(
        tx,
        sql`lock table ${sql.join(
          SEALED_TABLES.map(({ table }) => table),
          sql`, `,
        )} in share mode`,
      );
      const current = sql`(select ${encryptionKeys.id} from ${encryptionKeys} where ${IS_CURRENT})`;
      for (const table of SEALED_TABLES) {
        const found = await run(tx, sql`select from ${table.table} where ${isUnderFormerKey(table, current)} limit 1`);
        if (found > 0) return false;
      }
      await tx.delete(encryptionKeys).where(and(eq(encryptionKeys.purpose, 'seal'), not(encryptionKeys.isCurrent)));
      return true;
    });
  } catch (error) {
    if (sqlState(error) === '55P03') return false;
    throw error;
  }
}
