import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { kekId, unwrapKey, wrapKey } from '../../../src/secrets/wrap.ts';

const kek = randomBytes(32);
const key = randomBytes(32);

test('a wrapped key comes back with the same ENCRYPTION_KEY for the same purpose alone', () => {
  const wrapped = wrapKey(kek, key, 'seal');
  expect(unwrapKey(kek, wrapped, 'seal')).toEqual(key);
  expect(() => unwrapKey(randomBytes(32), wrapped, 'seal')).toThrow();
  expect(() => unwrapKey(kek, wrapped, 'fingerprint')).toThrow();
});

test('the name of an ENCRYPTION_KEY is short, stable, its own, and no part of it', () => {
  expect(kekId(kek)).toMatch(/^[0-9a-f]{16}$/);
  expect(kekId(kek)).toBe(kekId(Buffer.from(kek)));
  expect(kekId(kek)).not.toBe(kekId(key));
  expect(kek.toString('hex')).not.toContain(kekId(kek));
});
