import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { FileError } from '../../domain/parse/file-error.ts';
import { type ParsedFile, type ParsedRow, parseProxyFile, type Reading } from '../../domain/parse/proxy-file.ts';
import { fingerprint } from '../../secrets/fingerprint.ts';
import { type SealKey, seal } from '../../secrets/seal.ts';
import { copyRow } from './copy-text.ts';
import type { ReadJob, ReadReply, ReadRequest, ReadSummary } from './import-reader.ts';

const MAX_ROWS = 200_000;
const MAX_UNPACKED_MIB = 100;
const ROWS_PER_CHUNK = 1000;
const GZIP_MAGIC = [0x1f, 0x8b];
const READING_NUMBER: Record<Reading, number> = { both: 0, first: 1, second: 2 };

const job = workerData as ReadJob;
const encoder = new TextEncoder();

function reply(message: ReadReply): void {
  parentPort?.postMessage(message, message.kind === 'chunk' ? [message.text.buffer as ArrayBuffer] : []);
}

function unpack(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== GZIP_MAGIC[0] || bytes[1] !== GZIP_MAGIC[1]) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_MIB * 1024 * 1024 });
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge
      ? new FileError('file_too_large', `Unpacked, the file has more than ${MAX_UNPACKED_MIB} MiB, which is the limit.`)
      : new FileError('file_broken', 'The compressed file is damaged or cut short.');
  }
}

function summarize(file: ParsedFile): ReadSummary {
  const invalid = { both: 0, first: 0, second: 0 };
  for (const row of file.rejected) invalid[row.reading]++;
  return { encoding: file.encoding, unknownColumns: file.unknownColumns, choice: file.choice, invalid };
}

function stagedRow(planId: number, key: SealKey, { line, reading, fields }: ParsedRow): string {
  const credentialId = randomUUID();
  const sealed = (text: string | null, field: 'password' | 'change_ip_url') =>
    text === null ? null : seal(key, text, credentialId, field);
  return copyRow([
    planId,
    line,
    READING_NUMBER[reading],
    fields.host,
    fields.port,
    fields.type,
    fields.username ?? '',
    credentialId,
    fingerprint(job.fingerprintKey, fields.password),
    sealed(fields.password, 'password'),
    sealed(fields.changeIpUrl, 'change_ip_url'),
    fields.provider,
    fields.country,
    fields.city,
    fields.label,
    fields.notes,
    fields.tags,
    fields.expiresAt,
    fields.monthlyCost,
  ]);
}

/** Hands out what was read, a chunk a request. */
class Cursor {
  #at = 0;

  next<T>(items: readonly T[], write: (item: T) => string): ReadReply {
    if (this.#at >= items.length) return { kind: 'end' };
    let text = '';
    const until = Math.min(this.#at + ROWS_PER_CHUNK, items.length);
    for (; this.#at < until; this.#at++) text += write(items[this.#at] as T);
    return { kind: 'chunk', text: encoder.encode(text) };
  }
}

function serve(file: ParsedFile): void {
  const rows = new Cursor();
  const rejections = new Cursor();
  parentPort?.on('message', (request: ReadRequest) => {
    if (request.kind === 'rows') {
      const key = { id: request.keyId, key: request.key };
      reply(rows.next(file.rows, (row) => stagedRow(request.planId, key, row)));
    } else {
      reply(
        rejections.next(file.rejected, (row) =>
          copyRow([request.planId, row.line, READING_NUMBER[row.reading], row.reason, row.text]),
        ),
      );
    }
  });
}

try {
  const options = {
    fileName: job.fileName,
    defaults: job.defaults,
    isPrivateAllowed: job.isPrivateAllowed,
    maxRows: MAX_ROWS,
  };
  const file = parseProxyFile(unpack(job.bytes), options);
  serve(file);
  reply({ kind: 'summary', summary: summarize(file) });
} catch (error) {
  if (!(error instanceof FileError)) throw error;
  reply({ kind: 'refused', code: error.code, message: error.message });
}
