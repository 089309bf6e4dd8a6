import { createHmac } from 'node:crypto';
import { keyObject } from './key-object.ts';

/** Half of SHA-256: no two of 10^9 passwords meet by chance, and the identity index stays small. */
const FINGERPRINT_BYTES = 16;

/**
 * What a password is compared by: HMAC-SHA-256 (RFC 2104) with a key of its own, cut to 16 bytes. No password is the empty one.
 */
export function fingerprint(key: Uint8Array, password: string | null): Buffer {
  return createHmac('sha256', keyObject(key))
    .update(password ?? '')
    .digest()
    .subarray(0, FINGERPRINT_BYTES);
}
