import { ClosedError, type Connection } from '../network/connection.ts';
import { GrowingBuffer } from './growing-buffer.ts';

/** Thrown if the bytes are not an HTTP/1 message, or if the message is too long. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  /** The first bytes of the response. */
  readonly start: Buffer;

  constructor(message: string, start: Buffer) {
    super(message);
    this.start = start;
  }
}

export interface ResponseHead {
  status: number;
  /** The reason phrase; it may be empty (RFC 9112, 4). */
  reason: string;
  /** Names in lower case; the values of a repeated field are joined with a comma (RFC 9110, 5.3). */
  headers: ReadonlyMap<string, string>;
}

/** At least as much as browsers and curl accept. */
const MAX_HEAD_BYTES = 64 * 1024;
const MAX_INTERIM_RESPONSES = 4;
const PREFIX = 'HTTP/1.';

/**
 * Reads the head of a response and leaves the following bytes unread; interim responses (1xx) are skipped.
 *
 * @throws HttpError as soon as the bytes cannot be a head, ClosedError if it is incomplete
 */
export async function readHead(connection: Connection): Promise<ResponseHead> {
  for (let interim = 0; interim < MAX_INTERIM_RESPONSES; interim++) {
    const head = parseHead(await readHeadBytes(connection));
    if (head.status >= 200) return head;
  }
  throw new HttpError('too many interim responses', Buffer.alloc(0));
}

async function readHeadBytes(connection: Connection): Promise<Buffer> {
  const collected = new GrowingBuffer();
  for (;;) {
    const more = await connection.readSome();
    if (more === null) {
      if (collected.length > 0) throw new HttpError('closed within the head', collected.bytes);
      throw new ClosedError('closed before an answer');
    }
    collected.append(more);
    const { bytes } = collected;
    const start = bytes.toString('latin1', 0, PREFIX.length);
    if (!PREFIX.startsWith(start)) throw new HttpError('no HTTP/1 response', bytes);
    // Three bytes end a head, of which two may have arrived before.
    const end = endOfHead(bytes, Math.max(0, bytes.length - more.length - 2));
    if (end > MAX_HEAD_BYTES || (end < 0 && bytes.length > MAX_HEAD_BYTES)) {
      throw new HttpError('the head is too long', bytes);
    }
    if (end >= 0) {
      connection.unread(bytes.subarray(end));
      return bytes.subarray(0, end);
    }
  }
}

/** The position after the empty line, whose line ends may be bare LFs (RFC 9112, 2.2); -1 if it has not arrived yet. */
function endOfHead(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return -1;
}

function parseHead(bytes: Buffer): ResponseHead {
  const [statusLine = '', ...lines] = bytes.toString('latin1').split(/\r?\n/);
  const [, status, reason = ''] = /^HTTP\/1\.\d (\d{3})(?: (.*)|$)/.exec(statusLine) ?? [];
  if (!status) throw new HttpError('a wrong status line', bytes);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(status), reason: reason.trim(), headers };
}

/**
 * Reads the whole body of a response to GET, by its framing (RFC 9112, 6.3): chunked, of a given length, or up to the
 * end.
 *
 * @throws HttpError if it is longer than `maxBytes` or framed incorrectly, ClosedError if it is incomplete
 */
export async function readBody(connection: Connection, head: ResponseHead, maxBytes: number): Promise<Buffer> {
  if (head.status === 204 || head.status === 304) return Buffer.alloc(0);
  if (/chunked\s*$/i.test(head.headers.get('transfer-encoding') ?? '')) return await readChunked(connection, maxBytes);
  const length = head.headers.get('content-length');
  if (length === undefined) return await collect(connection, maxBytes, () => null, true);
  if (!/^\d{1,15}$/.test(length)) throw new HttpError('a wrong length', Buffer.alloc(0));
  if (Number(length) > maxBytes) throw new HttpError('the body is too long', Buffer.alloc(0));
  return Number(length) === 0 ? Buffer.alloc(0) : await connection.read(Number(length));
}

/** Chunks cost bytes in addition to their content: a few per byte in the worst case. */
const CHUNK_OVERHEAD = 8;

async function readChunked(connection: Connection, maxBytes: number): Promise<Buffer> {
  const body = await collect(connection, maxBytes * CHUNK_OVERHEAD, decodeChunked, false);
  if (body.length > maxBytes) throw new HttpError('the body is too long', Buffer.alloc(0));
  return body;
}

/** Reads until `decode` has enough bytes or, if the end of the stream ends the body, until then. */
async function collect(
  connection: Connection,
  maxBytes: number,
  decode: (bytes: Buffer) => Buffer | null,
  endsWithConnection: boolean,
): Promise<Buffer> {
  const collected = new GrowingBuffer();
  for (;;) {
    const more = await connection.readSome();
    if (more === null && endsWithConnection) return collected.bytes;
    if (more === null) throw new ClosedError('closed within the body');
    collected.append(more);
    if (collected.length > maxBytes) throw new HttpError('the body is too long', Buffer.alloc(0));
    const decoded = decode(collected.bytes);
    if (decoded) return decoded;
  }
}

/**
 * The content of a chunked body (RFC 9112, 7.1); null if it is incomplete. Trailers stay unread, since they are not
 * used.
 */
function decodeChunked(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = /^([0-9a-f]{1,8})[\t ]*(?:;|$)/i.exec(bytes.toString('latin1', at, lineEnd))?.[1];
    if (!size) throw new HttpError('a wrong chunk', Buffer.alloc(0));
    const start = lineEnd + 2;
    const end = start + Number.parseInt(size, 16);
    if (end === start) return Buffer.concat(parts);
    if (bytes.length < end + 2) return null;
    if (bytes[end] !== 13 || bytes[end + 1] !== 10) throw new HttpError('a wrong chunk', Buffer.alloc(0));
    parts.push(bytes.subarray(start, end));
    at = end + 2;
  }
}
