import { parentPort, workerData } from 'node:worker_threads';
import { unpack } from '../../base/unpack.ts';
import { FileError } from '../../domain/parse/file-error.ts';
import type { WorkerJob, WorkerReply, WorkerRequest } from './file-workers.ts';

/** Maximum number of rows per file. */
export const MAX_ROWS = 200_000;

/** Result of a script for its file: the rows as pieces of COPY data for each kind of request, and the summary. */
interface Served<S, R> {
  /**
   * A piece in shared memory is valid until the next one is there.
   *
   * @throws FileError if the file turns out to be unreadable
   */
  pieces(request: R): AsyncIterator<Uint8Array>;
  /** Asked for behind the last row. */
  summary(): S;
}

/**
 * The main program of a worker: opens the unpacked file and answers requests for its rows, one piece per request, and for its
 * summary.
 *
 * @param open may throw a FileError, which is reported as a rejected file
 */
export function serveFile<J, S, R extends { kind: string }>(open: (bytes: Uint8Array, job: J) => Served<S, R>): void {
  const { bytes, job } = workerData as WorkerJob<J>;
  answer(() => {
    const { pieces, summary } = open(unpack(bytes), job);
    const begun = new Map<string, AsyncIterator<Uint8Array>>();
    const nextPiece = async (request: R): Promise<WorkerReply<S>> => {
      const asked = begun.get(request.kind) ?? pieces(request);
      begun.set(request.kind, asked);
      const { done, value } = await asked.next();
      return done ? { kind: 'end' } : { kind: 'piece', bytes: value };
    };
    parentPort?.on('message', (request: WorkerRequest<R>) =>
      answer(() => (isForSummary(request) ? { kind: 'summary', summary: storable(summary()) } : nextPiece(request))),
    );
    return { kind: 'opened' };
  });
}

const isForSummary = <R extends { kind: string }>(request: WorkerRequest<R>): request is { kind: 'summary' } =>
  request.kind === 'summary';

async function answer(work: () => WorkerReply<unknown> | Promise<WorkerReply<unknown>>): Promise<void> {
  try {
    reply(await work());
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    reply({ kind: 'refused', code: error.code, message: error.message });
  }
}

/** The same with texts that the database can store: it takes no NUL and no half of a character, which a key in JSON may have. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd');
  if (Array.isArray(value)) return value.map(storable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, storable(each)]));
}

function reply(message: WorkerReply<unknown>): void {
  const buffer = message.kind === 'piece' ? message.bytes.buffer : undefined;
  parentPort?.postMessage(message, buffer instanceof ArrayBuffer ? [buffer] : []);
}
