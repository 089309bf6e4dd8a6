import { CheckFailure } from '../failure.ts';
import type { Connection } from '../network/connection.ts';

/** Begins `HTTP/1.1 400`. */
const LETTER_H = 0x48;

/**
 * Reads the first byte of a SOCKS reply. It alone shows whether the reply is valid, so that there is no wait for the
 * rest of an invalid one.
 */
export async function readVersion(connection: Connection, accepted: readonly number[]): Promise<void> {
  const [version = -1] = await connection.read(1);
  if (accepted.includes(version)) return;
  throw new CheckFailure(
    'protocol',
    version === LETTER_H
      ? 'The proxy answered in HTTP; its type may be http.'
      : 'The proxy did not answer in this version of SOCKS.',
  );
}
