import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const KEY_BYTES = 32;

const keyPath = (dataDir: string) => join(dataDir, 'encryption.key');
const nextKeyPath = (dataDir: string) => join(dataDir, 'encryption.key.next');

/** The key of an embedded database, created on first use. Two processes that start at once get the same one. */
export function loadKeyFile(dataDir: string): Buffer {
  return readOrMake(keyPath(dataDir));
}

/** The key of an embedded database, if it exists. */
export function findKeyFile(dataDir: string): Buffer | undefined {
  return existsSync(keyPath(dataDir)) ? readKey(keyPath(dataDir)) : undefined;
}

/**
 * The key that will replace the one in the file. It is stored next to it, so that an interrupted rotation finds it
 * again.
 */
export function loadNextKeyFile(dataDir: string): Buffer {
  return readOrMake(nextKeyPath(dataDir));
}

/** Makes the next key the current one. */
export function promoteNextKeyFile(dataDir: string): void {
  renameSync(nextKeyPath(dataDir), keyPath(dataDir));
}

function readOrMake(path: string): Buffer {
  if (!existsSync(path)) writeKey(path, randomBytes(KEY_BYTES));
  return readKey(path);
}

function readKey(path: string): Buffer {
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new Error(`${path} holds no key of 32 bytes in base64`);
  return key;
}

/** Creates a key file: completely, readable only by its owner, and never over an existing one. */
function writeKey(path: string, key: Buffer): void {
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
