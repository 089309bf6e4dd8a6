import { type Config, loadToolConfig } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import { BackupError } from '../db/backup/backup-error.ts';
import { restore } from '../db/backup/restore.ts';
import { KeyError } from '../db/keyring.ts';
import { findKeyFile } from '../secrets/key-file.ts';
import { dataDirOf, withDatabase } from '../wiring/own-database.ts';
import { runTool } from '../wiring/run-program.ts';

/** A key is never created here: a new one would decrypt nothing. */
function findKey(config: Config, dataDir: string): Buffer {
  const key = config.encryptionKey ?? (config.databaseUrl ? undefined : findKeyFile(dataDir));
  if (key) return key;
  const place = config.databaseUrl ? '' : `, or put its encryption.key into ${dataDir}`;
  throw new KeyError(
    `The key of the original database is missing. Set ENCRYPTION_KEY to it${place}. Nothing was restored.`,
  );
}

async function run(path: string | undefined, log: Logger): Promise<void> {
  if (!path) throw new BackupError('Name the file to restore: npm run restore -- FILE');
  const config = loadToolConfig();
  const dataDir = dataDirOf(config);
  const kek = findKey(config, dataDir);
  await withDatabase({ ...config, dataDir }, log, async (url) => {
    const { tables, rows } = await restore({ url, path, kek, log });
    const place = config.databaseUrl ? 'the database of DATABASE_URL' : `the database under ${dataDir}`;
    process.stdout.write(
      `Restored ${rows} rows of ${tables} tables into ${place}; the key decrypts its credentials.\n`,
    );
  });
}

await runTool('the restore failed', (log) => run(process.argv[2], log));
