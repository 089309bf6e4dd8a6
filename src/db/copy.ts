import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from, to } from 'pg-copy-streams';
import { ignoring } from '../base/ignoring.ts';
import { type Pool, type PoolClient, withClient } from './client.ts';

/** Far longer than a server takes from one piece to the next. */
const STALL_MS = 120_000;

export interface CopyOptions {
  /** How long the server may take or give nothing before the COPY is given up; 2 min if left out. */
  stallMs?: number;
}

/** The server stood still. It counts as a connection that broke. */
export class CopyStalledError extends Error {
  override readonly name = 'CopyStalledError';
  readonly code = 'ETIMEDOUT';

  constructor(stallMs: number) {
    super(`the server stood still in a COPY for ${stallMs / 1000} s`);
  }
}

/** Ends the waits for a server that stands still. The time that the other side of the stream takes is not counted. */
class StallGuard {
  readonly #stallMs: number;
  readonly #abort = new AbortController();
  readonly #stalled = Promise.withResolvers<never>();
  #timer: NodeJS.Timeout | undefined;

  constructor({ stallMs = STALL_MS }: CopyOptions) {
    this.#stallMs = stallMs;
    this.#stalled.promise.catch(ignoring('each wait races with it'));
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Settles with the work, or rejects when the server has stood still: the streams of the driver wait for its answer even then. */
  wait<T>(work: Promise<T>): Promise<T> {
    work.catch(ignoring('the race rejects with it, unless the server has stood still before'));
    return Promise.race([work, this.#stalled.promise]);
  }

  /** From now on the server is waited for. */
  start(): void {
    this.stop();
    this.#timer = setTimeout(() => {
      const error = new CopyStalledError(this.#stallMs);
      this.#abort.abort(error);
      this.#stalled.reject(error);
    }, this.#stallMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Passes on what the server is to take: from each piece to the next request, and after the last piece, it is waited for. */
  async *feed<T>(chunks: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const chunk of chunks) {
      this.start();
      yield chunk;
      this.stop();
    }
    this.start();
  }
}

/**
 * Streams COPY text to the server on a connection of its own; all rows or none of them are written.
 *
 * @param statement `copy … from stdin`
 * @param chunks text format, cut anywhere
 * @throws the server's error, or the source's; CopyStalledError
 */
export function copyInto(
  pool: Pool,
  statement: string,
  chunks: AsyncIterable<Uint8Array>,
  options: CopyOptions = {},
): Promise<number> {
  return withClient(pool, (client) => copyIn(client, statement, chunks, options));
}

/** The same in a transaction. After an error the state of the protocol is unknown, and the connection must not be used again. */
export async function copyIn(
  client: PoolClient,
  statement: string,
  chunks: AsyncIterable<Uint8Array>,
  options: CopyOptions = {},
): Promise<number> {
  const guard = new StallGuard(options);
  const stream = client.query(from(statement));
  const source = Readable.from(guard.feed(chunks), { objectMode: false });
  try {
    // The signal ends the source as well.
    await guard.wait(pipeline(source, stream, { signal: guard.signal }));
    return stream.rowCount;
  } finally {
    guard.stop();
  }
}

/**
 * Yields what `copy … to stdout` writes, and returns the number of rows.
 *
 * @throws the server's error; CopyStalledError
 */
export async function* copyOut(
  client: PoolClient,
  statement: string,
  options: CopyOptions = {},
): AsyncGenerator<Uint8Array, number> {
  const guard = new StallGuard(options);
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
    guard.stop();
    stream.destroy();
  }
}
