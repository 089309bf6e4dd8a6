import type { SealKey } from '../../secrets/seal.ts';
import type { FileWorkers } from '../file-worker/file-workers.ts';
import type { ImportFile, ImportInput } from './import-plan.ts';
import type { SecretKeys } from './seal-secrets.ts';

/** Options of the worker, sent with the file. */
export interface ReadJob {
  fileName: string | null;
  defaults: ImportFile['defaults'];
  isPrivateAllowed: boolean;
  /** Secrets are encrypted from the start with the key that will most likely be the current one. */
  keys: SecretKeys;
}

/** A request for the next piece of COPY data. */
export type ReadRequest = { kind: 'rows'; planId: number; key: SealKey } | { kind: 'rejections'; planId: number };

export type ReadSummary = Pick<
  ImportInput,
  'encoding' | 'unknownColumns' | 'lostColumns' | 'forms' | 'choice' | 'invalid' | 'examples'
>;

/** A parsed file, which returns its encrypted rows and its rejected lines. */
export interface ReadFile extends AsyncDisposable {
  summary: ReadSummary;
  rows(planId: number, key: SealKey): AsyncIterable<Uint8Array>;
  rejections(planId: number): AsyncIterable<Uint8Array>;
}

const SCRIPT = new URL('./read-worker.ts', import.meta.url);

/** Parses files of proxies in worker threads, which also compute fingerprints and encrypt the credentials. */
export class ImportReader {
  readonly #workers: FileWorkers;
  readonly #fingerprintKey: Uint8Array;
  readonly #isPrivateAllowed: boolean;

  constructor(deps: { workers: FileWorkers; fingerprintKey: Uint8Array; isPrivateAllowed: boolean }) {
    this.#workers = deps.workers;
    this.#fingerprintKey = deps.fingerprintKey;
    this.#isPrivateAllowed = deps.isPrivateAllowed;
  }

  /**
   * @param likelyKey the key that `rows` will probably be called with
   * @throws UserError if the file cannot be read
   */
  async open(file: ImportFile, likelyKey: SealKey): Promise<ReadFile> {
    const job: ReadJob = {
      fileName: file.name,
      defaults: file.defaults,
      isPrivateAllowed: this.#isPrivateAllowed,
      keys: { seal: likelyKey, fingerprint: this.#fingerprintKey },
    };
    const open = await this.#workers.open<ReadSummary, ReadRequest>(SCRIPT, file.bytes, job);
    return {
      summary: open.summary,
      rows: (planId, key) => open.pieces({ kind: 'rows', planId, key }),
      rejections: (planId) => open.pieces({ kind: 'rejections', planId }),
      [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
    };
  }
}
