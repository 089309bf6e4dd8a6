import { randomUUID } from 'node:crypto';
import type { ParsedRow } from '../../domain/parse/parsed-file.ts';
import { fingerprint } from '../../secrets/fingerprint.ts';
import { type SealedField, type SealKey, seal } from '../../secrets/seal.ts';

/** The secrets of a proxy. */
type ProxySecret = Exclude<SealedField, 'source_key'>;

/** The keys that the secrets of a file are encrypted and compared with. */
export interface SecretKeys {
  seal: SealKey;
  fingerprint: Uint8Array;
}

/** The secrets of consecutive rows by column; null if a row has none. */
export type Secrets = Record<ProxySecret, (string | null)[]>;

/** The encrypted values of a column, one behind the other, with the end of each. */
interface SealedColumn {
  bytes: Uint8Array<ArrayBuffer>;
  ends: Uint32Array<ArrayBuffer>;
}

/** The same rows with their secrets encrypted, in buffers that can be transferred between threads. */
export interface SealedSecrets {
  /** The credential id of each row, in 16 bytes. */
  ids: Uint8Array<ArrayBuffer>;
  /** The fingerprint of the password of each row, in 16 bytes. */
  fingerprints: Uint8Array<ArrayBuffer>;
  columns: Record<ProxySecret, SealedColumn>;
}

export const secretsOf = (rows: readonly ParsedRow[]): Secrets => ({
  password: rows.map(({ fields }) => fields.password),
  change_ip_url: rows.map(({ fields }) => fields.changeIpUrl),
});

/** Of a credential id, and of a fingerprint. */
const ID_BYTES = 16;

/**
 * Gives each row a fingerprint, and encrypts its secrets.
 *
 * @param ids the credential ids of the rows; new ones if left out
 */
export function sealSecrets(
  keys: SecretKeys,
  { password, change_ip_url }: Secrets,
  ids: readonly string[] = password.map(() => randomUUID()),
): SealedSecrets {
  return {
    ids: bytesOf(ids),
    fingerprints: fingerprintsOf(keys.fingerprint, password),
    columns: {
      password: sealColumn(keys.seal, password, ids, 'password'),
      change_ip_url: sealColumn(keys.seal, change_ip_url, ids, 'change_ip_url'),
    },
  };
}

function bytesOf(ids: readonly string[]): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(ids.length * ID_BYTES);
  bytes.write(ids.join('').replaceAll('-', ''), 'hex');
  return bytes;
}

function fingerprintsOf(key: Uint8Array, passwords: readonly (string | null)[]): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(passwords.length * ID_BYTES);
  for (const [at, password] of passwords.entries()) bytes.set(fingerprint(key, password), at * ID_BYTES);
  return bytes;
}

function sealColumn(
  key: SealKey,
  texts: readonly (string | null)[],
  ids: readonly string[],
  field: SealedField,
): SealedColumn {
  const ends = new Uint32Array(texts.length);
  const values: Buffer[] = [];
  let end = 0;
  for (const [at, text] of texts.entries()) {
    if (text !== null) {
      const value = seal(key, text, ids[at] ?? '', field);
      values.push(value);
      end += value.length;
    }
    ends[at] = end;
  }
  return { bytes: join(values, end), ends };
}

function join(values: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let used = 0;
  for (const value of values) {
    bytes.set(value, used);
    used += value.length;
  }
  return bytes;
}

/** The buffers of sealed rows, for a transfer. */
export const buffersOf = ({ ids, fingerprints, columns }: SealedSecrets): ArrayBuffer[] => [
  ids.buffer,
  fingerprints.buffer,
  ...Object.values(columns).flatMap(({ bytes, ends }) => [bytes.buffer, ends.buffer]),
];

/** The credential id of the row at this place, in 16 bytes. */
export const idAt = ({ ids }: SealedSecrets, at: number): Uint8Array =>
  ids.subarray(at * ID_BYTES, (at + 1) * ID_BYTES);

/** The fingerprint of the password of the row at this place, in 16 bytes. */
export const fingerprintAt = ({ fingerprints }: SealedSecrets, at: number): Uint8Array =>
  fingerprints.subarray(at * ID_BYTES, (at + 1) * ID_BYTES);

/** The encrypted value of the row at this place, or null if it has none. */
export function sealedAt({ columns }: SealedSecrets, field: ProxySecret, at: number): Uint8Array | null {
  const { bytes, ends } = columns[field];
  const [start, end] = [at === 0 ? 0 : ends[at - 1], ends[at]];
  return start === end ? null : bytes.subarray(start, end);
}
