import type { ParsedRow } from '../../domain/parse/parsed-file.ts';
import { ID_BYTES, newCredentialIds } from '../../secrets/credential-ids.ts';
import { FINGERPRINT_BYTES, fingerprints } from '../../secrets/fingerprint.ts';
import { type SealedField, type SealedValues, type SealKey, sealAll } from '../../secrets/seal.ts';

/** The secrets of a proxy. */
type ProxySecret = Exclude<SealedField, 'source_key'>;

/** The keys that the secrets of a file are encrypted and compared with. */
export interface SecretKeys {
  seal: SealKey;
  fingerprint: Uint8Array;
}

/** The secrets of consecutive rows by column; null if a row has none. */
export type Secrets = Record<ProxySecret, (string | null)[]>;

/** The same rows with their secrets encrypted, in buffers that can be transferred between threads. */
export interface SealedSecrets {
  /** The credential id of each row, in 16 bytes. */
  ids: Uint8Array<ArrayBuffer>;
  /** The fingerprint of the password of each row, in 16 bytes. */
  fingerprints: Uint8Array<ArrayBuffer>;
  columns: Record<ProxySecret, SealedValues>;
}

export const secretsOf = (rows: readonly ParsedRow[]): Secrets => ({
  password: rows.map(({ fields }) => fields.password),
  change_ip_url: rows.map(({ fields }) => fields.changeIpUrl),
});

/**
 * Gives each row a fingerprint, and encrypts its secrets.
 *
 * @param ids the credential ids of the rows, as bytes; new ones if left out
 */
export function sealSecrets(
  keys: SecretKeys,
  { password, change_ip_url }: Secrets,
  ids: Uint8Array<ArrayBuffer> = newCredentialIds(password.length),
): SealedSecrets {
  return {
    ids,
    fingerprints: fingerprints(keys.fingerprint, password),
    columns: {
      password: sealAll(keys.seal, password, ids, 'password'),
      change_ip_url: sealAll(keys.seal, change_ip_url, ids, 'change_ip_url'),
    },
  };
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
  fingerprints.subarray(at * FINGERPRINT_BYTES, (at + 1) * FINGERPRINT_BYTES);

/** The encrypted value of the row at this place, or null if it has none. */
export function sealedAt({ columns }: SealedSecrets, field: ProxySecret, at: number): Uint8Array | null {
  const { bytes, ends } = columns[field];
  const [start, end] = [at === 0 ? 0 : ends[at - 1], ends[at]];
  return start === end ? null : bytes.subarray(start, end);
}
