import { Worker } from 'node:worker_threads';
import type { ParsedRow } from '../../domain/parse/parsed-file.ts';
import type { SealKey } from '../../secrets/seal.ts';
import {
  BATCH_ROWS,
  type SealedSecrets,
  type SecretKeys,
  type Secrets,
  sealSecrets,
  secretsOf,
} from './seal-secrets.ts';
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

/** Secrets that were sent before they were asked for. */
interface EarlyBatch {
  secrets: Secrets;
  sealed: Promise<SealedSecrets>;
}

/**
 * A thread that encrypts while the calling one parses a file and writes its rows: AES-256-GCM costs about as much per row as everything
 * else. It starts at once and ends with the calling thread. An error in it ends the calling thread.
 */
export class SealThread {
  readonly #worker = new Worker(new URL('./seal-worker.ts', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  });
  readonly #waiting: ((sealed: SealedSecrets) => void)[] = [];
  #keys: SecretKeys;
  #early: EarlyBatch[] = [];
  #read: ParsedRow[] = [];

  /** @param keys with which rows are encrypted that are noted before `sealerWith` */
  constructor(keys: SecretKeys) {
    this.#keys = keys;
    this.#worker.on('message', (sealed: SealedSecrets) => this.#waiting.shift()?.(sealed));
    this.#post({ kind: 'keys', keys });
  }

  /** Takes a row that has just been read. What is encrypted too early, since the row changes or another one comes before it, is encrypted again. */
  note(row: ParsedRow): void {
    this.#read.push(row);
    if (this.#read.length < BATCH_ROWS) return;
    const secrets = secretsOf(this.#read);
    this.#early.push({ secrets, sealed: this.#seal(secrets) });
    this.#read = [];
  }

  /** Encrypts the rows in their final order. */
  sealerWith(key: SealKey): Sealer {
    if (key.id !== this.#keys.seal.id) this.#change({ ...this.#keys, seal: key });
    return (secrets) => {
      const early = this.#early.shift();
      return early && isSame(early.secrets, secrets) ? early.sealed : this.#seal(secrets);
    };
  }

  #change(keys: SecretKeys): void {
    this.#keys = keys;
    this.#early = [];
    this.#post({ kind: 'keys', keys });
  }

  #seal(secrets: Secrets): Promise<SealedSecrets> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#post({ kind: 'secrets', secrets });
    });
  }

  #post(request: SealRequest): void {
    this.#worker.postMessage(request);
  }
}

function isSame(one: Secrets, other: Secrets): boolean {
  return areSame(one.password, other.password) && areSame(one.change_ip_url, other.change_ip_url);
}

function areSame(texts: readonly (string | null)[], others: readonly (string | null)[]): boolean {
  return texts.length === others.length && texts.every((text, at) => text === others[at]);
}
