import { parentPort } from 'node:worker_threads';
import { buffersOf, type SecretKeys, type Secrets, sealSecrets } from './seal-secrets.ts';

/** A message of `SealThread`: first the keys, then secrets to encrypt with them. */
export type SealRequest = { kind: 'keys'; keys: SecretKeys } | { kind: 'secrets'; secrets: Secrets };

let current: SecretKeys | undefined;
parentPort?.on('message', (request: SealRequest) => {
  if (request.kind === 'keys') {
    current = request.keys;
    return;
  }
  if (!current) throw new Error('the secrets came before their keys');
  const sealed = sealSecrets(current, request.secrets);
  parentPort?.postMessage(sealed, buffersOf(sealed));
});
