import { pipeline } from 'node:stream/promises';
import { from, to } from 'pg-copy-streams';
import { ignoring } from '../base/ignoring.ts';
import type { PoolClient } from './client.ts';

/** Far longer than a server takes between two pieces. */
const STALL_MS = 120_000;

export interface CopyOptions {
  /** How long the server may make no progress before the COPY is given up; 2 min by default. */
  stallMs?: number;
}

/** Thrown if the server made no progress. It is treated like a broken connection. */
export class CopyStalledError extends Error {
  override readonly name = 'CopyStalledError';
  readonly code = 'ETIMEDOUT';

  constructor(stallMs: number) {
    super(`the server stood still in a COPY for ${stallMs / 1000} s`);
  }
}

/** Thrown if the connection broke in a COPY. */
class CopyBrokenError extends Error {
  override readonly name = 'CopyBrokenError';
  readonly code = 'ECONNRESET';

  constructor() {
    super('the connection broke in a COPY');
  }
}

/**
 * Ends waits for a server that is gone, or makes no progress: the driver's streams would wait for its reply even then. The time that the
 * other side of the stream takes is not counted.
 */
class ServerGuard {
  readonly #client: PoolClient;
  readonly #stallMs: number;
  readonly #abort = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  readonly #onEnd = () => this.#fail(new CopyBrokenError());
  #timer: NodeJS.Timeout | undefined;

  constructor(client: PoolClient, { stallMs = STALL_MS }: CopyOptions) {
    this.#client = client;
    this.#stallMs = stallMs;
    this.#failed.promise.catch(ignoring('each wait races with it'));
    client.once('end', this.#onEnd);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Settles with the work, or rejects if the server is gone or makes no progress. */
  wait<T>(work: Promise<T>): Promise<T> {
    work.catch(ignoring('the race rejects with it, unless the server has failed before'));
    return Promise.race([work, this.#failed.promise]);
  }

  /** Starts the time limit of the server. */
  start(): void {
    this.stop();
    this.#timer = setTimeout(() => this.#fail(new CopyStalledError(this.#stallMs)), this.#stallMs);
  }

  #fail(error: Error): void {
    this.#abort.abort(error);
    this.#failed.reject(error);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /**
   * Passes pieces on to the server. Its time limit runs from each piece to the next request, and after the last piece.
   */
  async *feed<T>(chunks: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const chunk of chunks) {
      this.start();
      yield chunk;
      this.stop();
    }
    this.start();
  }

  end(): void {
    this.stop();
    this.#client.off('end', this.#onEnd);
  }
}

/** Nothing is read ahead: the next piece is asked for when the socket has taken the last one. */
const SEND_EACH = { highWaterMark: 1 };

/**
 * Streams COPY data to the server; either all rows or none are written. After an error the state of the protocol is unknown, and the
 * connection must not be used again.
 *
 * @param statement `copy … from stdin`
 * @param chunks in the format of the statement, split anywhere. The memory of a chunk of 64 KiB or more may be used again when the next
 * one is asked for.
 * @returns the number of rows
 * @throws the server's error, or the source's; CopyStalledError; CopyBrokenError
 */
export async function copyIn(
  client: PoolClient,
  statement: string,
  chunks: AsyncIterable<Uint8Array>,
  options: CopyOptions = {},
): Promise<number> {
  const guard = new ServerGuard(client, options);
  const stream = client.query(from(statement, SEND_EACH));
  try {
    // The signal ends the source as well.
    await guard.wait(pipeline(guard.feed(chunks), stream, { signal: guard.signal }));
    return stream.rowCount;
  } finally {
    guard.end();
  }
}

/**
 * Yields the output of `copy … to stdout` and returns the number of rows.
 *
 * @throws the server's error; CopyStalledError; CopyBrokenError
 */
export async function* copyOut(
  client: PoolClient,
  statement: string,
  options: CopyOptions = {},
): AsyncGenerator<Uint8Array, number> {
  const guard = new ServerGuard(client, options);
  const stream = client.query(to(statement));
  const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      guard.start();
      const { value, done } = await guard.wait(chunks.next());
      guard.stop();
      if (done) return stream.rowCount;
      yield value;
    }
  } finally {
    guard.end();
    stream.destroy();
  }
}
