import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { pipeline as run } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { ignoring } from '../../base/ignoring.ts';
import { BackupError } from './backup-error.ts';

const CHUNK_BYTES = 256 * 1024;

const WRITE_FAILURES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS']);

/** Whether an error is about the file, and not about the database. The system reports no path for a failed write. */
function isOfFiles(error: unknown): boolean {
  if (!(error instanceof Error && 'syscall' in error)) return false;
  return 'path' in error || ('code' in error && WRITE_FAILURES.has(String(error.code)));
}

/**
 * Writes a file completely or not at all, readable only by its owner.
 *
 * @throws BackupError if the file exists already or cannot be written
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
    await rm(part, { force: true }).catch(ignoring('the error before it is thrown'));
    if (!isOfFiles(error)) throw error;
    throw new BackupError(`${path} cannot be written: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Makes the new name survive a power cut as well. */
async function syncFolder(path: string): Promise<void> {
  // Windows cannot sync a folder.
  if (process.platform === 'win32') return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The text of a backup. Errors of the file and of its compression appear when it is read. */
export function readBackupFile(path: string): Readable {
  return pipeline(createReadStream(path), createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
}
