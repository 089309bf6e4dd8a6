import { parentPort, workerData } from 'node:worker_threads';
import { yieldToMainThread } from '../../base/low-priority.ts';
import { unpack } from '../../base/unpack.ts';
import { FileError } from '../../domain/parse/file-error.ts';
import type { WorkerJob, WorkerReply } from './file-workers.ts';

/** Maximum number of rows per file. */
export const MAX_ROWS = 200_000;

/** Result of a script for its file: the summary, and the rows as pieces of COPY data for each kind of request. */
interface Served<S, R> {
  summary: S;
  /** A piece in shared memory is valid until the next one is asked for. */
  pieces(request: R): AsyncIterator<Uint8Array>;
}

/**
 * The main program of a worker: parses the unpacked file, reports its summary, and returns its rows in pieces, one
 * piece per request.
 *
 * @param read may throw a FileError, which is reported as a rejected file
 */
export function serveFile<J, S, R extends { kind: string }>(read: (bytes: Uint8Array, job: J) => Served<S, R>): void {
  yieldToMainThread();
  const { bytes, job } = workerData as WorkerJob<J>;
  try {
    const { summary, pieces } = read(unpack(bytes), job);
    const begun = new Map<string, AsyncIterator<Uint8Array>>();
    parentPort?.on('message', async (request: R) => {
      const asked = begun.get(request.kind) ?? pieces(request);
      begun.set(request.kind, asked);
      const { done, value } = await asked.next();
      reply(done ? { kind: 'end' } : { kind: 'piece', bytes: value });
    });
    reply({ kind: 'summary', summary: storable(summary) });
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
