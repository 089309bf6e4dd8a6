/** Divides a stream of PostgreSQL's protocol into messages. */
export class Messages {
  readonly #lengthOf: (bytes: Buffer) => number | undefined;
  #rest: Buffer = Buffer.alloc(0);

  /** @param lengthOf the length of the message at the beginning of some bytes; undefined if more bytes are needed to tell */
  constructor(lengthOf: (bytes: Buffer) => number | undefined) {
    this.#lengthOf = lengthOf;
  }

  *take(bytes: Buffer): Generator<Buffer> {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const length = this.#lengthOf(this.#rest);
      if (length === undefined || this.#rest.length < length) return;
      const message = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      yield message;
    }
  }
}

const SSL_REQUEST = 80877103;
/** Messages that complete something to which the server answers: a simple query, Sync, and the end of a COPY. */
const ENDS = new Set(['Q', 'S', 'c']);
/** Messages of the server after which the client goes on: ReadyForQuery, CopyInResponse. */
const ANSWERS = new Set(['Z', 'G']);
/** Messages that belong to no statement, or come in any number: a password, the rows of a COPY, its failure, and the end. */
const BESIDE = new Set(['p', 'd', 'f', 'X']);
/** As on a full disk. */
const REFUSAL = `do $$ begin raise exception 'this statement was made to fail' using errcode = '53100'; end $$`;

export const typeOf = (message: Buffer): string => String.fromCharCode(message[0] ?? 0);
export const isEnd = (message: Buffer): boolean => ENDS.has(typeOf(message));
/** Asks for the answers so far, such as the types of a statement's parameters, before the statement is complete. */
export const isFlush = (message: Buffer): boolean => typeOf(message) === 'H';
export const isAnswer = (message: Buffer): boolean => ANSWERS.has(typeOf(message));
export const isBeside = (message: Buffer): boolean => BESIDE.has(typeOf(message));
export const isSslRequest = (startup: Buffer): boolean => startup.readInt32BE(4) === SSL_REQUEST;

export function typedLength(bytes: Buffer): number | undefined {
  return bytes.length < 5 ? undefined : 1 + bytes.readInt32BE(1);
}

/** The first message of a client has no type. */
export function startupLength(bytes: Buffer): number | undefined {
  return bytes.length < 4 ? undefined : bytes.readInt32BE(0);
}

/** The `application_name` in a startup message. */
export function nameIn(startup: Buffer): string {
  const words = startup.subarray(8).toString().split('\0');
  return words[words.indexOf('application_name') + 1] ?? '';
}

/** A machine that is busy, or a run that is paused, must not end a statement or a transaction: the time of a run is simulated. */
const TIMEOUTS = ['statement_timeout', 'idle_in_transaction_session_timeout'];

/** A startup message without its timeouts. */
export function withoutTimeouts(startup: Buffer): Buffer {
  const words = startup.subarray(8).toString().split('\0');
  for (const timeout of TIMEOUTS) {
    const at = words.indexOf(timeout);
    if (at >= 0) words.splice(at, 2);
  }
  const message = Buffer.concat([startup.subarray(0, 8), Buffer.from(words.join('\0'))]);
  message.writeInt32BE(message.length, 0);
  return message;
}

/** The number of the server's process in BackendKeyData; undefined for any other message. */
export function processIn(message: Buffer): number | undefined {
  return typeOf(message) === 'K' ? message.readInt32BE(5) : undefined;
}

/** Whether it is the COMMIT of a transaction. */
export const isCommit = (message: Buffer): boolean =>
  message.length < 20 && /^Q....commit/is.test(message.toString('latin1'));

/** What is sent instead of a statement that is to be refused. */
export function refusalOf(lastMessage: Buffer): Buffer {
  return typeOf(lastMessage) === 'c' ? frame('f', 'the copy was made to fail') : frame('Q', REFUSAL);
}

function frame(type: string, text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}
