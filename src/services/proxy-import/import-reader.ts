import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../errors.ts';
import type { ImportFile, ImportInput } from './import-plan.ts';

/** What the worker is started with. */
export interface ReadJob {
  bytes: Uint8Array;
  fileName: string | null;
  defaults: ImportFile['defaults'];
  isPrivateAllowed: boolean;
  fingerprintKey: Uint8Array;
}

/** What is asked of the worker: the next piece of COPY text. */
export type ReadRequest =
  | { kind: 'rows'; planId: number; keyId: number; key: Uint8Array }
  | { kind: 'rejections'; planId: number };

export type ReadSummary = Pick<ImportInput, 'encoding' | 'unknownColumns' | 'choice' | 'invalid'>;

/** What the worker says. `end` closes the rows, or the rejections, that were asked for. */
export type ReadReply =
  | { kind: 'summary'; summary: ReadSummary }
  | { kind: 'refused'; code: string; message: string }
  | { kind: 'chunk'; text: Uint8Array }
  | { kind: 'end' };

/** Heap of one worker; a file that wants more is refused, and the bot lives on. */
const WORKER_HEAP_MIB = 320;

/** Rows live until they are written, so room for the short-lived would only be memory that is held. */
const WORKER_YOUNG_MIB = 16;

/** Files that are read at the same time; the next ones wait in turn. */
const MAX_WORKERS = 2;

/** A file that a worker has parsed and that goes on to hand out, a piece at a time, what COPY writes. */
export interface ReadFile extends AsyncDisposable {
  summary: ReadSummary;
  rows(planId: number, key: { id: number; key: Uint8Array }): AsyncIterable<Uint8Array>;
  rejections(planId: number): AsyncIterable<Uint8Array>;
}

/** Parses, fingerprints and seals files in worker threads, so that the bot answers meanwhile. */
export class ImportReader {
  readonly #fingerprintKey: Uint8Array;
  readonly #isPrivateAllowed: boolean;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(deps: { fingerprintKey: Uint8Array; isPrivateAllowed: boolean }) {
    this.#fingerprintKey = deps.fingerprintKey;
    this.#isPrivateAllowed = deps.isPrivateAllowed;
  }

  /** @throws UserError where the file as a whole cannot be read */
  async open(file: ImportFile): Promise<ReadFile> {
    await this.#take();
    const job: ReadJob = {
      bytes: file.bytes,
      fileName: file.name,
      defaults: file.defaults,
      isPrivateAllowed: this.#isPrivateAllowed,
      fingerprintKey: this.#fingerprintKey,
    };
    const worker = new Worker(new URL('./read-worker.ts', import.meta.url), {
      workerData: job,
      transferList: ownBuffer(file.bytes),
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB, maxYoungGenerationSizeMb: WORKER_YOUNG_MIB },
    });
    const close = async () => {
      await worker.terminate();
      this.#give();
    };
    try {
      const first = await nextReply(worker);
      if (first.kind === 'refused') throw new UserError(first.code, first.message);
      if (first.kind !== 'summary') throw new Error(`the worker began with ${first.kind}`);
      return {
        summary: first.summary,
        rows: (planId, { id, key }) => pieces(worker, { kind: 'rows', planId, keyId: id, key }),
        rejections: (planId) => pieces(worker, { kind: 'rejections', planId }),
        [Symbol.asyncDispose]: close,
      };
    } catch (error) {
      await close();
      throw error;
    }
  }

  async #take(): Promise<void> {
    if (this.#running < MAX_WORKERS) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}

/** The bytes are handed over rather than copied, where the buffer behind them is theirs alone. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer[] {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? [buffer] : [];
}

/** Asks for a piece while the one before is being written, and for no more than that. */
async function* pieces(worker: Worker, request: ReadRequest): AsyncGenerator<Uint8Array> {
  let coming = ask(worker, request);
  for (;;) {
    const reply = await coming;
    if (reply.kind !== 'chunk') return;
    coming = ask(worker, request);
    coming.catch(() => undefined);
    yield reply.text;
  }
}

function ask(worker: Worker, request: ReadRequest): Promise<ReadReply> {
  const reply = nextReply(worker);
  worker.postMessage(request);
  return reply;
}

async function nextReply(worker: Worker): Promise<ReadReply> {
  const ended = new AbortController();
  const { signal } = ended;
  try {
    return await Promise.race([
      once(worker, 'message', { signal }).then(([reply]) => reply as ReadReply),
      once(worker, 'exit', { signal }).then(() => {
        throw new Error('the worker that reads the file ended early');
      }),
    ]);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      throw new UserError('file_too_large', 'The file wants more memory than one import may take.', 'Split it in two.');
    }
    throw error;
  } finally {
    ended.abort();
  }
}
