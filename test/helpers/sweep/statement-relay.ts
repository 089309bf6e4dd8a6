import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * How a statement fails: the server refuses it, the connection breaks before the server has it, or after the server has carried it
 * out and before its answer arrives.
 */
export const STATEMENT_FAULTS = ['refused', 'cut', 'answer lost'] as const;
export type StatementFault = (typeof STATEMENT_FAULTS)[number];

interface Armed {
  fault: StatementFault;
  nth: number;
  seen: number;
}

/** A relay in front of PostgreSQL that understands the protocol far enough to let the n-th statement fail. */
export interface StatementRelay {
  url: string;
  /** From now on the n-th statement of the watched connections fails, counted from 1. */
  arm(fault: StatementFault, nth: number): void;
  /** Ends that. @returns whether a statement has failed */
  disarm(): boolean;
  close(): void;
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

/**
 * @param serverUrl the address of a database
 * @param isWatched chooses connections by their `application_name`
 */
export async function startStatementRelay(
  serverUrl: string,
  isWatched: (name: string) => boolean,
): Promise<StatementRelay> {
  const target = new URL(serverUrl);
  const open = new Set<Socket>();
  let armed: Armed | undefined;
  let hasFailed = false;
  const next = (): StatementFault | undefined => {
    if (!armed || ++armed.seen !== armed.nth) return undefined;
    hasFailed = true;
    return armed.fault;
  };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay();
      socket.on('error', cut).on('close', () => {
        open.delete(socket);
        cut();
      });
    }
    new WatchedConnection({ client, upstream, isWatched, next, cut }).start();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    arm(fault, nth) {
      armed = { fault, nth, seen: 0 };
      hasFailed = false;
    },
    disarm() {
      armed = undefined;
      return hasFailed;
    },
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

interface Ends {
  client: Socket;
  upstream: Socket;
  isWatched(name: string): boolean;
  /** Counts a statement. @returns how it is to fail, if it is */
  next(): StatementFault | undefined;
  cut(): void;
}

class WatchedConnection {
  readonly #ends: Ends;
  #isStarted = false;
  #isWatched = false;
  /** The part of a statement that the client has sent so far. */
  #statement: Buffer[] = [];
  #isLosing = false;

  constructor(ends: Ends) {
    this.#ends = ends;
  }

  start(): void {
    const { client, upstream } = this.#ends;
    const fromClient = new Messages((size) => this.#lengthFromClient(size));
    const fromServer = new Messages(typedLength);
    client.on('data', (bytes: Buffer) => {
      for (const message of fromClient.take(bytes)) this.#fromClient(message);
    });
    upstream.on('data', (bytes: Buffer) => {
      if (!this.#isWatched) return void client.write(bytes);
      for (const message of fromServer.take(bytes)) this.#fromServer(message);
    });
  }

  /** The first message of a client has no type. */
  #lengthFromClient(bytes: Buffer): number | undefined {
    if (this.#isStarted) return typedLength(bytes);
    return bytes.length < 4 ? undefined : bytes.readInt32BE(0);
  }

  #fromClient(message: Buffer): void {
    if (!this.#isStarted) {
      this.#isStarted = message.readInt32BE(4) !== SSL_REQUEST;
      this.#isWatched = this.#isStarted && this.#ends.isWatched(nameIn(message));
      return void this.#ends.upstream.write(message);
    }
    if (!this.#isWatched) return void this.#ends.upstream.write(message);
    const type = typeOf(message);
    if (BESIDE.has(type)) return void this.#ends.upstream.write(message);
    this.#statement.push(message);
    if (ENDS.has(type)) this.#complete(type);
  }

  #complete(type: string): void {
    const { upstream, next, cut } = this.#ends;
    const fault = next();
    const statement = Buffer.concat(this.#statement.splice(0));
    if (fault === 'cut') return void cut();
    if (fault === 'answer lost') this.#isLosing = true;
    if (fault !== 'refused') return void upstream.write(statement);
    upstream.write(type === 'c' ? frame('f', 'the copy was made to fail') : frame('Q', REFUSAL));
  }

  #fromServer(message: Buffer): void {
    const { client, cut } = this.#ends;
    if (!this.#isLosing) return void client.write(message);
    if (ANSWERS.has(typeOf(message))) cut();
  }
}

/** Divides a stream into messages. */
class Messages {
  readonly #lengthOf: (bytes: Buffer) => number | undefined;
  #rest = Buffer.alloc(0);

  /** @param lengthOf the length of the message at the beginning of some bytes; undefined if more bytes are needed to tell */
  constructor(lengthOf: (bytes: Buffer) => number | undefined) {
    this.#lengthOf = lengthOf;
  }

  *take(bytes: Buffer): Generator<Buffer> {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const length = this.#lengthOf(this.#rest);
      if (length === undefined || this.#rest.length < length) return;
      const message = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      yield message;
    }
  }
}

const typeOf = (message: Buffer) => String.fromCharCode(message[0] ?? 0);

function typedLength(bytes: Buffer): number | undefined {
  return bytes.length < 5 ? undefined : 1 + bytes.readInt32BE(1);
}

/** The `application_name` in a startup message. */
function nameIn(startup: Buffer): string {
  const words = startup.subarray(8).toString().split('\0');
  return words[words.indexOf('application_name') + 1] ?? '';
}

function frame(type: string, text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}
