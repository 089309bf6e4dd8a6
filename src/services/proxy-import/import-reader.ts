import type { SealKey } from '../../secrets/seal.ts';
import type { FileWorkers } from '../file-worker/file-workers.ts';
import type { ImportFile, ImportInput } from './import-plan.ts';
import type { SecretKeys } from './seal-secrets.ts';

/** Options of the worker, sent with the file. */
export interface ReadJob {
  fileName: string | null;
  defaults: ImportFile['defaults'];
  isPrivateAllowed: boolean;
}

/** A request for the next piece of COPY data. */
export type ReadRequest = { kind: 'rows'; planId: number; keys: SecretKeys } | { kind: 'rejections'; planId: number };

export type ReadSummary = Pick<
  ImportInput,
  'encoding' | 'unknownColumns' | 'lostColumns' | 'forms' | 'choice' | 'invalid' | 'examples'
>;

/** A file that is read: first its rows, which are encrypted as they come, then its rejected lines and what else is known of it. */
export interface ReadFile extends AsyncDisposable {
  /** @throws UserError if the file turns out to be unreadable */
  rows(planId: number, key: SealKey): AsyncIterable<Uint8Array>;
  rejections(planId: number): AsyncIterable<Uint8Array>;
  summary(): Promise<ReadSummary>;
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
   * Opens a file and reads its first rows.
   *
   * @throws UserError if the file cannot be read
   */
  async open({ name, bytes, defaults }: ImportFile): Promise<ReadFile> {
    const job: ReadJob = { fileName: name, defaults, isPrivateAllowed: this.#isPrivateAllowed };
    const open = await this.#workers.open<ReadSummary, ReadRequest>(SCRIPT, bytes, job);
    const fingerprint = this.#fingerprintKey;
    return {
      rows: (planId, seal) => open.pieces({ kind: 'rows', planId, keys: { seal, fingerprint } }),
      rejections: (planId) => open.pieces({ kind: 'rejections', planId }),
      summary: () => open.summary(),
      [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
    };
  }
}
