import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const KEY_BYTES = 32;

/** Where the key of an embedded database lies. */
export function keyFilePath(dataDir: string): string {
  return join(dataDir, 'encryption.key');
}

/** Reads the key of an embedded database, and makes it the first time. Two processes that start at once get the same. */
export function loadKeyFile(dataDir: string): Buffer {
  const path = keyFilePath(dataDir);
  if (!existsSync(path)) writeKeyFile(path, randomBytes(KEY_BYTES));
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new Error(`${path} holds no key of 32 bytes in base64`);
  return key;
}

/** Writes a key where there is none: whole, readable by its owner alone, never over another. */
export function writeKeyFile(path: string, key: Buffer): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${key.toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft);
  }
}
