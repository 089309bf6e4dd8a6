import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { ignoring } from '../../base/ignoring.ts';
import type { ListedPage, SourceKind } from '../../domain/sources/listed.ts';
import { SourceError } from '../../domain/sources/source-error.ts';
import type { SourceKey } from '../../domain/sources/source-key.ts';
import type { SourceRequest } from '../../providers/read-source.ts';
import { startThread } from '../threads/start-thread.ts';
import type { ReaderEnd, ReaderJob, ReaderReply } from './reader-messages.ts';

const SCRIPT = new URL('./reader-thread.ts', import.meta.url);
/** Heap limit of one thread: enough for a list of 200,000 proxies, or for one answer of some ten MiB. */
const HEAP_MIB = 320;
const YOUNG_MIB = 32;

export type SourceReaderDeps = Omit<SourceRequest, 'kind' | 'key'>;

/** A source and its key, decrypted. */
export interface KeyedSource {
  kind: SourceKind;
  key: SourceKey;
}

/** Reads the lists of sources, each in a thread of its own, so that a long answer does not hold up the main thread. */
export class SourceReader {
  readonly #deps: SourceReaderDeps;

  constructor(deps: SourceReaderDeps) {
    this.#deps = deps;
  }

  /**
   * Reads a list page by page, some pages ahead. It is complete if and only if the iteration ends without an error.
   *
   * @throws SourceError; the abort reason of the signal
   */
  async *read(source: KeyedSource, signal?: AbortSignal): AsyncGenerator<ListedPage, void> {
    const thread = new ReaderThread({ task: 'read', request: { ...this.#deps, ...source } }, signal);
    try {
      let coming = thread.next();
      for (;;) {
        const { pages, end } = await coming;
        if (!end) coming = thread.next();
        coming.catch(ignoring('it is awaited after the pages before it, unless the caller has ended'));
        yield* pages;
        if (end) {
          totalOf(end);
          return;
        }
      }
    } finally {
      await thread.end();
    }
  }

  /**
   * Tries a key with one request.
   *
   * @returns how many proxies the list has, if the answer says so
   * @throws SourceError; the abort reason of the signal
   */
  async test(source: KeyedSource, signal?: AbortSignal): Promise<number | null> {
    const thread = new ReaderThread({ task: 'test', request: { ...this.#deps, ...source } }, signal);
    try {
      const { end } = await thread.next();
      return end && totalOf(end);
    } finally {
      await thread.end();
    }
  }
}

/** A thread that answers one request at a time. */
class ReaderThread {
  readonly #worker: Worker;
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  readonly #given: AbortSignal | undefined;
  #failure: unknown;

  constructor(job: ReaderJob, signal: AbortSignal | undefined) {
    this.#worker = startThread(SCRIPT, {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#given = signal;
    this.#signal = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal;
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the thread that reads the list ended early')));
  }

  /** @throws the error of the thread if it has one; the abort reason of the signal */
  async next(): Promise<ReaderReply> {
    this.#worker.postMessage('next');
    try {
      const [reply] = (await once(this.#worker, 'message', { signal: this.#signal })) as [ReaderReply];
      return reply;
    } catch (error) {
      this.#given?.throwIfAborted();
      throw this.#signal.aborted ? this.#failure : error;
    }
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.#failure ??= isOutOfMemory(error) ? TOO_LARGE : error;
    this.#ended.abort();
  }
}

const TOO_LARGE = new SourceError('too_large', 'The list is too large to be read at once.');

const isOutOfMemory = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

/** @throws SourceError for a list that is not complete */
function totalOf(end: ReaderEnd): number | null {
  if ('total' in end) return end.total;
  const { code, message, retryAfterSeconds } = end.failure;
  throw new SourceError(code, message, retryAfterSeconds);
}
