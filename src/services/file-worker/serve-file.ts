import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { yieldToMainThread } from '../../base/low-priority.ts';
import { FileError } from '../../domain/parse/file-error.ts';
import type { WorkerJob, WorkerReply } from './file-workers.ts';

/** Maximum number of rows per file. */
export const MAX_ROWS = 200_000;

const MAX_UNPACKED_MIB = 100;
const GZIP_MAGIC = [0x1f, 0x8b];

/** Result of a script for its file: the summary, and the rows as pieces of COPY data for each kind of request. */
interface Served<S, R> {
  summary: S;
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
  parentPort?.postMessage(message, message.kind === 'piece' ? [message.bytes.buffer as ArrayBuffer] : []);
}

function unpack(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== GZIP_MAGIC[0] || bytes[1] !== GZIP_MAGIC[1]) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_MIB * 1024 * 1024 });
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge
      ? new FileError('file_too_large', `The unpacked file is larger than ${MAX_UNPACKED_MIB} MiB, which is the limit.`)
      : new FileError('file_broken', 'The compressed file is damaged or incomplete.');
  }
}
