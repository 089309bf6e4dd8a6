import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idBytes, newCredentialIds } from '../../../src/secrets/credential-ids.ts';
import { open, type SealedValues, seal, sealAll, sealKeyId } from '../../../src/secrets/seal.ts';

const key = { id: 7, key: randomBytes(32) };
const credentialId = randomUUID();

describe('seal and open', () => {
  test('decrypt to the original text, whatever it contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const sealed = seal(key, text, credentialId, 'password');
        expect(open(key.key, sealed, credentialId, 'password')).toBe(text);
      }),
    );
  });

  test('say which key a value is under', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (id) => {
        expect(sealKeyId(seal({ id, key: key.key }, 'x', credentialId, 'password'))).toBe(id);
      }),
    );
  });

  test('make a different value of the same text each time', () => {
    const made = Array.from({ length: 3000 }, () => seal(key, 'same', credentialId, 'password').toString('hex'));
    expect(new Set(made).size).toBe(made.length);
  });

  test('bind a value to its row, its column and its key', () => {
    const sealed = seal(key, 'secret', credentialId, 'password');
    expect(() => open(key.key, sealed, randomUUID(), 'password')).toThrow();
    expect(() => open(key.key, sealed, credentialId, 'change_ip_url')).toThrow();
    expect(() => open(randomBytes(32), sealed, credentialId, 'password')).toThrow();
  });

  test('notice a change of any byte that is encrypted or guards it', () => {
    const sealed = seal(key, 'secret', credentialId, 'password');
    for (let at = 5; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => open(key.key, changed, credentialId, 'password')).toThrow();
    }
  });

  test('have nothing of the text in the sealed value', () => {
    expect(seal(key, 'correct horse battery', credentialId, 'password').toString('latin1')).not.toContain('horse');
  });

  test('take nothing for a sealed value that is none', () => {
    expect(() => sealKeyId(Buffer.alloc(0))).toThrow('not a sealed value');
    expect(() => sealKeyId(Buffer.concat([Buffer.from([2]), Buffer.alloc(40)]))).toThrow('not a sealed value');
  });
});

describe('sealAll', () => {
  const valueAt = ({ bytes, ends }: SealedValues, at: number) =>
    Buffer.from(bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at]));

  test('encrypts each value as seal does, for its own credential id and with a nonce of its own', () => {
    const texts = fc.array(fc.option(fc.string({ unit: 'binary', maxLength: 300 })), { maxLength: 40 });
    fc.assert(
      fc.property(texts, (list) => {
        const ids = list.map(() => randomUUID());
        const sealed = sealAll(key, list, idBytes(ids), 'change_ip_url');
        const values = list.map((_, at) => valueAt(sealed, at));
        const opened = values.map((value, at) =>
          value.length === 0 ? null : open(key.key, value, ids[at] ?? '', 'change_ip_url'),
        );
        expect(opened).toEqual(list);
        const made = values.filter(({ length }) => length > 0);
        expect(made.map(sealKeyId)).toEqual(made.map(() => key.id));
        const nonces = new Set(made.map((value) => value.subarray(5, 17).toString('hex')));
        expect(nonces.size).toBe(made.length);
        expect(sealed.bytes.length).toBe(sealed.ends.at(-1) ?? 0);
      }),
    );
  });

  test('binds a value to its row and its column', () => {
    const ids = [randomUUID(), randomUUID()];
    const value = valueAt(sealAll(key, ['one', 'two'], idBytes(ids), 'password'), 1);
    expect(open(key.key, value, ids[1] ?? '', 'password')).toBe('two');
    expect(() => open(key.key, value, ids[0] ?? '', 'password')).toThrow();
    expect(() => open(key.key, value, ids[1] ?? '', 'change_ip_url')).toThrow();
  });

  test('refuses values without an id for each', () => {
    expect(() => sealAll(key, ['one', 'two'], newCredentialIds(1), 'password')).toThrow('credential id');
  });
});
