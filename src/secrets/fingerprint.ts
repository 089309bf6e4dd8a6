import { hash } from 'node:crypto';

/** Half of SHA-256: among 10^9 passwords no two collide by chance, and the identity index stays small. */
export const FINGERPRINT_BYTES = 16;

/** Of SHA-256. A longer key is replaced by its hash. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** The two inputs of the hash under one key: the key with a pad, and room for what follows it. */
interface Inputs {
  inner: Buffer;
  outer: Buffer;
}

/** Room for every password of a proxy, in UTF-8. */
const TEXT_BYTES = 1024;

const inputsByKey = new WeakMap<Uint8Array, Inputs>();

/**
 * The value by which passwords are compared: HMAC-SHA-256 (RFC 2104) with a separate key, truncated to 16 bytes. No
 * password counts as the empty one.
 *
 * The two hashes of an HMAC are computed here: OpenSSL's HMAC object costs three times as much as they do, and an
 * import computes 200,000.
 */
export function fingerprint(key: Uint8Array, password: string | null): Buffer {
  const made = Buffer.allocUnsafe(FINGERPRINT_BYTES);
  write(made, 0, inputsOf(key), password);
  return made;
}

/** The same of many passwords, one behind the other. */
export function fingerprints(key: Uint8Array, passwords: readonly (string | null)[]): Uint8Array<ArrayBuffer> {
  const made = Buffer.allocUnsafeSlow(passwords.length * FINGERPRINT_BYTES);
  const inputs = inputsOf(key);
  for (const [index, password] of passwords.entries()) write(made, index * FINGERPRINT_BYTES, inputs, password);
  return made;
}

function write(out: Buffer, at: number, { inner, outer }: Inputs, password: string | null): void {
  outer.write(digest(innerInput(inner, password ?? '')), BLOCK_BYTES, 'binary');
  out.write(digest(outer), at, FINGERPRINT_BYTES, 'binary');
}

/** One character per byte, which costs less than a buffer of its own. */
const digest = (input: Uint8Array) => hash('sha256', input, 'binary');

function innerInput(inner: Buffer, text: string): Uint8Array {
  if (Buffer.byteLength(text) > TEXT_BYTES) return Buffer.concat([inner.subarray(0, BLOCK_BYTES), Buffer.from(text)]);
  return inner.subarray(0, BLOCK_BYTES + inner.write(text, BLOCK_BYTES, 'utf8'));
}

function inputsOf(key: Uint8Array): Inputs {
  let inputs = inputsByKey.get(key);
  if (!inputs) {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.set(key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key);
    inputs = {
      inner: Buffer.concat([block.map((byte) => byte ^ INNER_PAD), Buffer.alloc(TEXT_BYTES)]),
      outer: Buffer.concat([block.map((byte) => byte ^ OUTER_PAD), Buffer.alloc(DIGEST_BYTES)]),
    };
    inputsByKey.set(key, inputs);
  }
  return inputs;
}
