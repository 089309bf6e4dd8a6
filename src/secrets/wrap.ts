import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A short identifier of an ENCRYPTION_KEY, which reveals nothing about it. */
export function kekId(kek: Uint8Array): string {
  return createHash('sha256').update('proxy-ops kek\0').update(kek).digest('hex').slice(0, 16);
}

/** Encrypts a data key with an ENCRYPTION_KEY (AES-256-GCM: nonce, ciphertext, tag). */
export function wrapKey(kek: Uint8Array, key: Uint8Array, purpose: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', kek, nonce);
  cipher.setAAD(Buffer.from(purpose));
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

/** @throws if it was wrapped with another key or for another purpose */
export function unwrapKey(kek: Uint8Array, wrapped: Buffer, purpose: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', kek, wrapped.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(wrapped.subarray(wrapped.length - TAG_BYTES));
  return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, wrapped.length - TAG_BYTES)), decipher.final()]);
}
