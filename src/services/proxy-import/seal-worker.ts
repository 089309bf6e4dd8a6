import { parentPort } from 'node:worker_threads';
import { yieldToMainThread } from '../../base/low-priority.ts';
import type { SealKey } from '../../secrets/seal.ts';
import { buffersOf, type Secrets, sealSecrets } from './seal-secrets.ts';

/** A message of `SealThread`: first the key, then secrets to encrypt with it. */
export type SealRequest = { kind: 'key'; key: SealKey } | { kind: 'secrets'; secrets: Secrets };

yieldToMainThread();

let current: SealKey | undefined;
parentPort?.on('message', (request: SealRequest) => {
  if (request.kind === 'key') {
    current = request.key;
    return;
  }
  if (!current) throw new Error('the secrets came before their key');
  const sealed = sealSecrets(current, request.secrets);
  parentPort?.postMessage(sealed, buffersOf(sealed));
});
