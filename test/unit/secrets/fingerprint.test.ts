import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprint, fingerprints } from '../../../src/secrets/fingerprint.ts';

test('a fingerprint is the first half of HMAC-SHA-256, by the test cases of RFC 4231', () => {
  const second = fingerprint(Buffer.from('Jefe'), 'what do ya want for nothing?');
  expect(second.toString('hex')).toBe('5bdcc146bf60754e6a042426089575c7');
  const first = fingerprint(Buffer.alloc(20, 0x0b), 'Hi There');
  expect(first.toString('hex')).toBe('b0344c61d8db38535ca8afceaf0bf12b');
});

test('the same password has another fingerprint under another key', () => {
  const [one, other] = [randomBytes(32), randomBytes(32)];
  expect(fingerprint(one, 'secret')).toEqual(fingerprint(one, 'secret'));
  expect(fingerprint(one, 'secret')).not.toEqual(fingerprint(other, 'secret'));
});

test('no password differs from every password except the empty one', () => {
  const key = randomBytes(32);
  expect(fingerprint(key, null)).toEqual(fingerprint(key, ''));
  expect(fingerprint(key, null)).not.toEqual(fingerprint(key, 'null'));
});

test('a fingerprint equals that of the HMAC of OpenSSL, for any key and any password', () => {
  const keys = fc.uint8Array({ minLength: 1, maxLength: 200 });
  const passwords = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ minLength: 300, maxLength: 3000 }),
  );
  fc.assert(
    fc.property(keys, fc.array(passwords, { minLength: 1, maxLength: 5 }), (key, list) => {
      for (const password of list) {
        const whole = createHmac('sha256', key).update(password).digest();
        expect(fingerprint(key, password)).toEqual(whole.subarray(0, 16));
      }
    }),
  );
});

test('a fingerprint depends on no other password, whatever their order', () => {
  const key = randomBytes(32);
  const [long, short] = ['p'.repeat(900), 'p'];
  const alone = fingerprint(Buffer.from(key), short);
  fingerprint(key, long);
  expect(fingerprint(key, short)).toEqual(alone);
});

test('fingerprints of many passwords are those of each, one behind the other', () => {
  const key = randomBytes(32);
  const passwords = ['secret', null, '', 'p'.repeat(2000), 'secret'];
  const each = passwords.map((password) => fingerprint(key, password));
  expect(Buffer.from(fingerprints(key, passwords))).toEqual(Buffer.concat(each));
});
