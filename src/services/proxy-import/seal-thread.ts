import { startThread } from '../threads/start-thread.ts';
import { type SealedSecrets, type SecretKeys, type Secrets, sealSecrets } from './seal-secrets.ts';
import type { SealRequest } from './seal-worker.ts';

/** Encrypts the secrets of consecutive rows. */
export type Sealer = (secrets: Secrets) => SealedSecrets | Promise<SealedSecrets>;

/** Values live for one message only, so a larger young generation would only hold memory, and a smaller one costs time. */
const YOUNG_MIB = 16;

/** Encrypts in the calling thread. */
export const sealHere =
  (keys: SecretKeys): Sealer =>
  (secrets) =>
    sealSecrets(keys, secrets);

/**
 * A thread that encrypts while the calling one parses a file and writes its rows: AES-256-GCM costs about as much per row as everything
 * else. It starts at once and ends with the calling thread. An error in it ends the calling thread.
 */
export class SealThread {
  readonly #worker = startThread(new URL('./seal-worker.ts', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  });
  readonly #waiting: ((sealed: SealedSecrets) => void)[] = [];

  constructor() {
    this.#worker.on('message', (sealed: SealedSecrets) => this.#waiting.shift()?.(sealed));
  }

  /** Encrypts in this thread, with these keys from now on. */
  sealerWith(keys: SecretKeys): Sealer {
    this.#post({ kind: 'keys', keys });
    return (secrets) =>
      new Promise((resolve) => {
        this.#waiting.push(resolve);
        this.#post({ kind: 'secrets', secrets });
      });
  }

  #post(request: SealRequest): void {
    this.#worker.postMessage(request);
  }
}
