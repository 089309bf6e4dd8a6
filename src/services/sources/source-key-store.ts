import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Tx } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import type { SourceRow } from '../../db/queries/sources/sources.ts';
import type { SourceKey } from '../../domain/sources/source-key.ts';

const stored = z.record(z.string(), z.string());

/** A key as it is stored: encrypted as a whole, since the address of a `url` source is secret too. */
export async function sealSourceKey(
  keyring: Keyring,
  tx: Tx,
  key: SourceKey,
): Promise<{ credentialId: string; keySealed: Buffer }> {
  const credentialId = randomUUID();
  return { credentialId, keySealed: await keyring.seal(tx, JSON.stringify(key), credentialId, 'source_key') };
}

/** @throws Error if the source was removed, which deletes its key */
export async function openSourceKey(
  keyring: Keyring,
  { credentialId, keySealed }: Pick<SourceRow, 'credentialId' | 'keySealed'>,
): Promise<SourceKey> {
  if (!keySealed) throw new Error('a removed source has no key');
  return stored.parse(JSON.parse(await keyring.open(keySealed, credentialId, 'source_key')));
}
