import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { yieldToMainThread } from '../../base/low-priority.ts';
import { FileError } from '../../domain/parse/file-error.ts';
import type { WorkerJob, WorkerReply } from './file-workers.ts';

/** Maximum number of rows per file. */
export const MAX_ROWS = 200_000;

const MAX_UNPACKED_MIB = 100;
const CHUNK_BYTES = 262_144;
/** Of a UTF-16 unit in UTF-8. */
const MAX_UNIT_BYTES = 3;
const GZIP_MAGIC = [0x1f, 0x8b];

/** Result of a script for its file: the summary, and the lines of COPY text for each kind of request. */
interface Served<S, R> {
  summary: S;
  lines(request: R): Iterable<string>;
}

/**
 * The main program of a worker: parses the unpacked file, reports its summary, and returns lines in chunks, one chunk
 * per request.
 *
 * @param read may throw a FileError, which is reported as a rejected file
 */
export function serveFile<J, S, R extends { kind: string }>(read: (bytes: Uint8Array, job: J) => Served<S, R>): void {
  yieldToMainThread();
  const { bytes, job } = workerData as WorkerJob<J>;
  try {
    const { summary, lines } = read(unpack(bytes), job);
    const begun = new Map<string, Chunks>();
    parentPort?.on('message', (request: R) => {
      const chunks = begun.get(request.kind) ?? new Chunks(lines(request));
      begun.set(request.kind, chunks);
      reply(chunks.next());
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
  parentPort?.postMessage(message, message.kind === 'chunk' ? [message.text.buffer as ArrayBuffer] : []);
}

/** The lines for one request, which are returned in chunks of whole lines. */
class Chunks {
  readonly #lines: Iterator<string>;
  /** The line that did not fit into the last chunk. */
  #next: string | null = null;

  constructor(lines: Iterable<string>) {
    this.#lines = lines[Symbol.iterator]();
  }

  next(): WorkerReply<never> {
    let line = this.#next ?? this.#take();
    if (line === null) return { kind: 'end' };
    const chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, maxBytesOf(line)));
    let used = 0;
    for (; line !== null && maxBytesOf(line) <= chunk.length - used; line = this.#take()) {
      used += chunk.write(line, used, 'utf8');
    }
    this.#next = line;
    return { kind: 'chunk', text: chunk.subarray(0, used) };
  }

  #take(): string | null {
    const { done, value } = this.#lines.next();
    return done ? null : value;
  }
}

const maxBytesOf = (text: string) => text.length * MAX_UNIT_BYTES;

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
