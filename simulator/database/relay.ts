import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import {
  isAnswer,
  isBeside,
  isCommit,
  isEnd,
  isFlush,
  isSslRequest,
  Messages,
  nameIn,
  processIn,
  refusalOf,
  startupLength,
  typedLength,
  withoutTimeouts,
} from './protocol.ts';

/**
 * How a statement fails: the server refuses it, the connection breaks before the server has it, or after the server has carried it
 * out and before its answer arrives.
 */
export const STATEMENT_FAULTS = ['refused', 'cut', 'answer lost'] as const;
export type StatementFault = (typeof STATEMENT_FAULTS)[number];

type Decision = StatementFault | undefined;

interface RelayOptions {
  /** Chooses connections by their `application_name`; by default all. Others are passed on unread. */
  isWatched?: (name: string) => boolean;
  /** Whether statements may take, and transactions may be idle for, any time. */
  isPatient?: boolean;
  /** Asked before each statement, which is held until it answers. @returns how the statement fails, if it does */
  pass(isCommit: boolean): Decision | Promise<Decision>;
}

/** A relay in front of PostgreSQL that understands the protocol far enough to hold statements and to let them fail. */
export interface Relay {
  url: string;
  /** Numbers of the server's processes whose clients are connected. */
  processes(): number[];
  /** Those that have a statement without an answer. */
  busy(): number[];
  /** Ends all connections. While it is cut, new ones end at once. @returns the server's processes that ended connections leave */
  cut(isCut: boolean): number[];
  close(): void;
}

export async function startRelay(serverUrl: string, options: RelayOptions): Promise<Relay> {
  const target = new URL(serverUrl);
  const open = new Set<RelayedConnection>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    const connection = new RelayedConnection(client, upstream, options, () => open.delete(connection));
    open.add(connection);
    connection.start();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const processesOf = (connections: RelayedConnection[]) => connections.flatMap(({ process }) => process ?? []);
  const cutAll = () => {
    const left = processesOf([...open]);
    for (const each of [...open]) each.cut();
    return left;
  };
  return {
    url: url.href,
    processes: () => processesOf([...open]),
    busy: () => processesOf([...open].filter(({ isBusy }) => isBusy)),
    cut(toCut) {
      isCut = toCut;
      return toCut ? cutAll() : [];
    },
    close() {
      server.close();
      cutAll();
    },
  };
}

class RelayedConnection {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #options: RelayOptions;
  readonly #onClosed: () => void;
  #isStarted = false;
  #isWatched = false;
  /** The part of a statement that the client has sent so far. */
  #statement: Buffer[] = [];
  #isLosing = false;
  #unanswered = 0;
  /** What the client has sent is passed on in its order, whichever statement of it is held. */
  #sending: Promise<void> = Promise.resolve();
  process: number | undefined;

  constructor(client: Socket, upstream: Socket, options: RelayOptions, onClosed: () => void) {
    this.#client = client;
    this.#upstream = upstream;
    this.#options = options;
    this.#onClosed = onClosed;
  }

  get isBusy(): boolean {
    return this.#unanswered > 0;
  }

  start(): void {
    for (const socket of [this.#client, this.#upstream]) {
      socket.setNoDelay();
      socket.on('error', () => this.cut()).on('close', () => this.cut());
    }
    const fromClient = new Messages((bytes) => (this.#isStarted ? typedLength(bytes) : startupLength(bytes)));
    const fromServer = new Messages(typedLength);
    this.#client.on('data', (bytes: Buffer) => {
      for (const message of fromClient.take(bytes)) this.#fromClient(message);
    });
    this.#upstream.on('data', (bytes: Buffer) => {
      if (!this.#isWatched) return void this.#client.write(bytes);
      for (const message of fromServer.take(bytes)) this.#fromServer(message);
    });
  }

  cut(): void {
    this.#client.destroy();
    this.#upstream.destroy();
    this.#onClosed();
  }

  #fromClient(message: Buffer): void {
    if (!this.#isStarted) {
      this.#isStarted = !isSslRequest(message);
      this.#isWatched = this.#isStarted && (this.#options.isWatched?.(nameIn(message)) ?? true);
      const isPatient = this.#isStarted && this.#options.isPatient === true;
      return void this.#upstream.write(isPatient ? withoutTimeouts(message) : message);
    }
    if (!this.#isWatched) return void this.#upstream.write(message);
    this.#sending = this.#sending.then(() => this.#send(message));
  }

  async #send(message: Buffer): Promise<void> {
    if (isBeside(message)) return void this.#upstream.write(message);
    this.#statement.push(message);
    if (isFlush(message)) return void this.#upstream.write(Buffer.concat(this.#statement.splice(0)));
    if (!isEnd(message)) return;
    const decided = this.#options.pass(isCommit(message));
    const fault = decided instanceof Promise ? await decided : decided;
    const statement = Buffer.concat(this.#statement.splice(0));
    if (fault === 'cut') return this.cut();
    this.#unanswered++;
    if (fault === 'answer lost') this.#isLosing = true;
    this.#upstream.write(fault === 'refused' ? refusalOf(message) : statement);
  }

  #fromServer(message: Buffer): void {
    this.process ??= processIn(message);
    if (isAnswer(message)) {
      this.#unanswered = Math.max(0, this.#unanswered - 1);
      if (this.#isLosing) return void this.cut();
    }
    if (!this.#isLosing) this.#client.write(message);
  }
}
