import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ID_BYTES, ID_CHARS, writeIdText } from './credential-ids.ts';
import { keyObject } from './key-object.ts';

/** The encrypted columns; the column is part of the associated data. */
export type SealedField = 'password' | 'change_ip_url' | 'source_key';

/** A data key with its number in the database. */
export interface SealKey {
  id: number;
  key: Uint8Array;
}

/** Layout: 1 byte format, 4 bytes key number, 12 bytes nonce, ciphertext, 16 bytes tag. */
const FORMAT = 1;
const NONCE_AT = 5;
const TEXT_AT = 17;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;

/** Thrown for a value that no key decrypts, or none that this program has. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** Random bytes are read from the system in blocks: one call per value would cost more than the encryption. */
const POOL_BYTES = NONCE_BYTES * 1024;
let pool = Buffer.alloc(0);
let used = 0;

function nextNonce(): Buffer {
  if (used + NONCE_BYTES > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += NONCE_BYTES;
  return pool.subarray(used - NONCE_BYTES, used);
}

/** One buffer per field, whose first part is the uuid: OpenSSL copies it, and an import would make 200,000. */
const associatedWith: Record<SealedField, Buffer> = {
  password: Buffer.from(`${' '.repeat(ID_CHARS)}:password`),
  change_ip_url: Buffer.from(`${' '.repeat(ID_CHARS)}:change_ip_url`),
  source_key: Buffer.from(`${' '.repeat(ID_CHARS)}:source_key`),
};

/** The associated data of a value. It is valid until the next call. */
function associatedData(credentialId: string, field: SealedField): Buffer {
  if (credentialId.length !== ID_CHARS) throw new SealError('the credential id must be a uuid');
  const data = associatedWith[field];
  data.write(credentialId, 0, 'latin1');
  return data;
}

/**
 * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. The associated data binds the value to its row and column,
 * so that a ciphertext that was moved elsewhere cannot be decrypted.
 *
 * @param credentialId the row's uuid, which is copied with the ciphertext
 */
export function seal(key: SealKey, text: string, credentialId: string, field: SealedField): Buffer {
  const sealed = Buffer.allocUnsafe(sealedBytes(text));
  write({ bytes: sealed, at: 0 }, key, text, associatedData(credentialId, field));
  return sealed;
}

/** Encrypted values one behind the other, with the end of each. */
export interface SealedValues {
  bytes: Uint8Array<ArrayBuffer>;
  ends: Uint32Array<ArrayBuffer>;
}

/**
 * Encrypts many values, each as `seal` does, into one buffer: a buffer for each would cost as much again as the encryption. A value that
 * is null takes no bytes.
 *
 * @param ids the credential ids of the values as bytes, one behind the other
 */
export function sealAll(
  key: SealKey,
  texts: readonly (string | null)[],
  ids: Uint8Array,
  field: SealedField,
): SealedValues {
  if (ids.length !== texts.length * ID_BYTES) throw new SealError('each value must have a credential id');
  const length = texts.reduce((sum, text) => sum + (text === null ? 0 : sealedBytes(text)), 0);
  const out = { bytes: Buffer.allocUnsafeSlow(length), at: 0 };
  const ends = new Uint32Array(texts.length);
  const data = associatedWith[field];
  for (const [index, text] of texts.entries()) {
    if (text !== null) {
      writeIdText(data, ids, index * ID_BYTES);
      write(out, key, text, data);
    }
    ends[index] = out.at;
  }
  return { bytes: out.bytes, ends };
}

const sealedBytes = (text: string) => TEXT_AT + Buffer.byteLength(text) + TAG_BYTES;

/** Writes the encrypted value and moves the place behind it. */
function write(out: { bytes: Buffer; at: number }, { id, key }: SealKey, text: string, associated: Buffer): void {
  const { bytes, at } = out;
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', keyObject(key), nonce);
  cipher.setAAD(associated);
  const body = cipher.update(text, 'utf8');
  cipher.final();
  bytes[at] = FORMAT;
  bytes.writeUInt32BE(id, at + 1);
  bytes.set(nonce, at + NONCE_AT);
  bytes.set(body, at + TEXT_AT);
  bytes.set(cipher.getAuthTag(), at + TEXT_AT + body.length);
  out.at = at + TEXT_AT + body.length + TAG_BYTES;
}

/** The number of the key that a value was encrypted with. */
export function sealKeyId(sealed: Buffer): number {
  if (sealed[0] !== FORMAT || sealed.length < TEXT_AT + TAG_BYTES) throw new SealError('not a sealed value');
  return sealed.readUInt32BE(1);
}

/** @throws SealError if the value was encrypted with another key, for another row or column, or was changed */
export function open(key: Uint8Array, sealed: Buffer, credentialId: string, field: SealedField): string {
  const secret = keyObject(key);
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(NONCE_AT, TEXT_AT));
    decipher.setAAD(associatedData(credentialId, field));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const text = decipher.update(sealed.subarray(TEXT_AT, sealed.length - TAG_BYTES), undefined, 'utf8');
    return text + decipher.final('utf8');
  } catch (cause) {
    throw new SealError('the sealed value does not open', { cause });
  }
}
