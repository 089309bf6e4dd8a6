import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from, to } from 'pg-copy-streams';
import { type Pool, type PoolClient, withClient } from './client.ts';

/** Far longer than a server, or a source of rows, takes from one piece to the next. */
const STALL_MS = 120_000;

export interface CopyOptions {
  /** How long nothing may move before the COPY is given up; 2 min if left out. */
  stallMs?: number;
}

/** The server, or the source of rows, stood still. It counts as a connection that broke. */
export class CopyStalledError extends Error {
  override readonly name = 'CopyStalledError';
  readonly code = 'ETIMEDOUT';

  constructor(stallMs: number) {
    super(`COPY stood still for ${stallMs / 1000} s`);
  }
}

/** A signal that is aborted when nothing has moved for so long; a frozen server would hold a COPY for as long as it is frozen. */
class StallGuard {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor({ stallMs = STALL_MS }: CopyOptions) {
    this.#timer = setTimeout(() => this.#abort.abort(new CopyStalledError(stallMs)), stallMs);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async *watch<T>(chunks: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const chunk of chunks) {
      this.#timer.refresh();
      yield chunk;
    }
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
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
  const { signal } = guard;
  try {
    const stream = client.query(from(statement));
    await pipeline(Readable.from(guard.watch(chunks), { objectMode: false }), stream, { signal });
    return stream.rowCount;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    guard.end();
  }
}

/**
 * Yields what `copy … to stdout` writes, and returns the number of rows.
 *
 * @throws the server's error; CopyStalledError, also if the reader takes nothing for so long
 */
export async function* copyOut(
  client: PoolClient,
  statement: string,
  options: CopyOptions = {},
): AsyncGenerator<Uint8Array, number> {
  const guard = new StallGuard(options);
  const stream = client.query(to(statement));
  const giveUp = () => stream.destroy(guard.signal.reason);
  guard.signal.addEventListener('abort', giveUp);
  try {
    yield* guard.watch(stream);
    return stream.rowCount;
  } finally {
    guard.end();
  }
}
