import { type Config, loadConfig } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import { connect, withClient } from '../db/client.ts';
import { rotateKeys } from '../db/key-rotation.ts';
import { KeyError } from '../db/keyring.ts';
import type { Resealed } from '../db/resealing.ts';
import { requireOwnSchema } from '../db/schema-version.ts';
import { findKeyFile, loadNextKeyFile, promoteNextKeyFile } from '../secrets/key-file.ts';
import { dataDirOf, withDatabase } from '../wiring/own-database.ts';
import { runTool } from '../wiring/run-program.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** The keys of a rotation. `isInFile`: the new one was created here and is stored next to the old one. */
interface Keys {
  kek: Buffer;
  previous: Buffer;
  isInFile: boolean;
}

function findKeys(config: Config): Keys {
  const isEmbedded = config.databaseUrl === undefined;
  const previous = config.previousEncryptionKey ?? (isEmbedded ? findKeyFile(config.dataDir) : undefined);
  if (!previous) {
    throw new KeyError('ENCRYPTION_KEY_PREVIOUS is missing: set the key that ENCRYPTION_KEY replaces.');
  }
  if (!config.encryptionKey && !isEmbedded) throw new KeyError('ENCRYPTION_KEY is missing: set the new key.');
  const kek = config.encryptionKey ?? loadNextKeyFile(config.dataDir);
  if (kek.equals(previous)) throw new KeyError('ENCRYPTION_KEY and ENCRYPTION_KEY_PREVIOUS are the same key.');
  return { kek, previous, isInFile: !config.encryptionKey };
}

async function rotate(config: Config, log: Logger): Promise<void> {
  const { isInFile, ...keys } = findKeys(config);
  await withDatabase(config, log, async (url) => {
    const database = connect(url, { max: 2, log });
    try {
      await withClient(database.pool, requireOwnSchema);
      report(await rotateKeys(database.db, keys));
    } finally {
      await database.close();
    }
  });
  if (isInFile) promoteNextKeyFile(config.dataDir);
  say(
    'A running bot continues with the key that it was started with. Restart it with the new key; ' +
      'then the former key no longer works.',
  );
}

function report({ resealed, unreadable }: Resealed): void {
  say(`The credentials of ${resealed} rows were encrypted again.`);
  if (unreadable === 0) return;
  say(`${unreadable} rows have a credential that no key of this database can decrypt. They were left unchanged.`);
  process.exitCode = 1;
}

await runTool('the key rotation failed; run it again to finish it', async (log) => {
  const config = loadConfig();
  await rotate({ ...config, dataDir: dataDirOf(config) }, log);
});
