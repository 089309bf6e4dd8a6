import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { pipeline as run } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { BackupError } from './backup-error.ts';

const CHUNK_BYTES = 256 * 1024;

const WRITE_FAILURES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS']);

/** Whether it is the file, and not the database, that an error is about. Of a failed write the system names no path. */
function isOfFiles(error: unknown): boolean {
  if (!(error instanceof Error && 'syscall' in error)) return false;
  return 'path' in error || ('code' in error && WRITE_FAILURES.has(String(error.code)));
}

/**
 * Writes a file that is there whole or not at all, readable by its owner alone.
 *
 * @throws BackupError where there is such a file already, or none can be written
 */
export async function writeBackupFile(path: string, chunks: AsyncIterable<string | Uint8Array>): Promise<void> {
  if (existsSync(path)) throw new BackupError(`${path} already exists. Choose another file name.`);
  const part = `${path}.part`;
  try {
    await rm(part, { force: true });
    await run(
      Readable.from(chunks, { objectMode: false }),
      createGzip({ chunkSize: CHUNK_BYTES }),
      createWriteStream(part, { mode: 0o600, flags: 'wx', flush: true }),
    );
    await rename(part, path);
    await syncFolder(dirname(resolve(path)));
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    if (!isOfFiles(error)) throw error;
    throw new BackupError(`${path} cannot be written: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** The new name too is to survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  // Windows has no such thing.
  if (process.platform === 'win32') return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The text of a backup. Errors of the file and of its compression come up where it is read. */
export function readBackupFile(path: string): Readable {
  return pipeline(createReadStream(path), createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
}
