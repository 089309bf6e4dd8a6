import { loadToolConfig } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import { backUp } from '../db/backup/backup.ts';
import { BackupError } from '../db/backup/backup-error.ts';
import { connect } from '../db/client.ts';
import { hasEmbedded } from '../db/embedded.ts';
import { dataDirOf, withDatabase } from '../wiring/own-database.ts';
import { runTool } from '../wiring/run-program.ts';

async function run(path: string | undefined, log: Logger): Promise<void> {
  if (!path) throw new BackupError('Name the file to write: npm run backup -- FILE');
  const config = loadToolConfig();
  const dataDir = dataDirOf(config);
  if (!config.databaseUrl && !hasEmbedded({ dataDir })) {
    throw new BackupError(`There is no database under ${dataDir}, and DATABASE_URL is not set. Nothing was written.`);
  }
  await withDatabase({ ...config, dataDir }, log, async (url) => {
    const { pool, close } = connect(url, { max: 1, log });
    try {
      const { tables, rows } = await backUp(pool, path, new Date());
      const key = config.encryptionKey || config.databaseUrl ? 'ENCRYPTION_KEY' : `${dataDir}/encryption.key`;
      process.stdout.write(
        `Wrote ${rows} rows of ${tables} tables to ${path}.\nIts credentials can only be decrypted with ${key}, which is not included: keep that too.\n`,
      );
    } finally {
      await close();
    }
  });
}

await runTool('the backup failed', (log) => run(process.argv[2], log));
