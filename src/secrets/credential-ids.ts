import { randomFillSync } from 'node:crypto';

/** Of a credential id: a uuid (RFC 9562). */
export const ID_BYTES = 16;
export const ID_CHARS = 36;

const VERSION_AT = 6;
const VARIANT_AT = 8;

/** Where the two digits of each byte are in the text of a uuid. */
const DIGITS_AT = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const DIGITS = Buffer.from('0123456789abcdef');
const DASH = 45;

/** New random ids (version 4), one behind the other. */
export function newCredentialIds(count: number): Uint8Array<ArrayBuffer> {
  const ids = randomFillSync(Buffer.allocUnsafeSlow(count * ID_BYTES));
  for (let at = 0; at < ids.length; at += ID_BYTES) {
    ids[at + VERSION_AT] = ((ids[at + VERSION_AT] ?? 0) & 0x0f) | 0x40;
    ids[at + VARIANT_AT] = ((ids[at + VARIANT_AT] ?? 0) & 0x3f) | 0x80;
  }
  return ids;
}

/** The ids as bytes, one behind the other. */
export function idBytes(ids: readonly string[]): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(ids.length * ID_BYTES);
  bytes.write(ids.join('').replaceAll('-', ''), 'hex');
  return bytes;
}

/** Writes the text of the id that begins at a place, as PostgreSQL and `randomUUID` write it. */
export function writeIdText(out: Uint8Array, ids: Uint8Array, at: number): void {
  out.fill(DASH, 0, ID_CHARS);
  for (let byte = 0; byte < ID_BYTES; byte++) {
    const value = ids[at + byte] ?? 0;
    const place = DIGITS_AT[byte] ?? 0;
    out[place] = DIGITS[value >> 4] ?? 0;
    out[place + 1] = DIGITS[value & 0x0f] ?? 0;
  }
}
