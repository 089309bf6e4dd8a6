import { createHmac } from 'node:crypto';
import { keyObject } from './key-object.ts';

/** Half of SHA-256: among 10^9 passwords no two collide by chance, and the identity index stays small. */
const FINGERPRINT_BYTES = 16;

/**
 * The value by which passwords are compared: HMAC-SHA-256 (RFC 2104) with a separate key, truncated to 16 bytes. No
 * password counts as the empty one.
 */
export function fingerprint(key: Uint8Array, password: string | null): Buffer {
  return createHmac('sha256', keyObject(key))
    .update(password ?? '')
    .digest()
    .subarray(0, FINGERPRINT_BYTES);
}
