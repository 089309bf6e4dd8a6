import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findKeyFile, loadKeyFile, loadNextKeyFile, promoteNextKeyFile } from '../../../src/secrets/key-file.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-key-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('a key is made once, for its owner alone, and read from then on', () => {
  const folder = join(dataDir, 'made', 'with it');
  expect(findKeyFile(folder)).toBeUndefined();
  const key = loadKeyFile(folder);
  expect(key).toHaveLength(32);
  expect(loadKeyFile(folder)).toEqual(key);
  expect(findKeyFile(folder)).toEqual(key);
  expect(readdirSync(folder)).toEqual(['encryption.key']);
  expect(statSync(join(folder, 'encryption.key')).mode & 0o777).toBe(0o600);
});

test('the file holds what ENCRYPTION_KEY would', () => {
  const key = loadKeyFile(dataDir);
  expect(Buffer.from(readFileSync(join(dataDir, 'encryption.key'), 'utf8').trim(), 'base64')).toEqual(key);
});

test('the next key lies beside the key until it takes its place, and is made once', () => {
  const key = loadKeyFile(dataDir);
  const next = loadNextKeyFile(dataDir);
  expect(loadNextKeyFile(dataDir)).toEqual(next);
  expect(loadKeyFile(dataDir)).toEqual(key);
  promoteNextKeyFile(dataDir);
  expect(loadKeyFile(dataDir)).toEqual(next);
  expect(readdirSync(dataDir)).toEqual(['encryption.key']);
});

test('a file that holds no key is named, and left alone', () => {
  const path = join(dataDir, 'encryption.key');
  writeFileSync(path, 'half a ke');
  expect(() => loadKeyFile(dataDir)).toThrow(`${path} holds no key of 32 bytes in base64`);
  expect(readFileSync(path, 'utf8')).toBe('half a ke');
});
