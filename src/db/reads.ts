import { connect, type Socket } from 'node:net';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import type { Logger } from '../base/logger.ts';
import { readerOf, serverOf } from './client.ts';
import { isConnectionError } from './errors.ts';

/** For a whole read, a second try included. Nothing that is read here takes a second. */
const DEADLINE_MS = 10_000;
const STATEMENT_SHARE = 0.8;
const CONNECT_TIMEOUT_S = 10;
const LAST_BUILT_IN_OID = 9_999;

type Scalar = string | number | boolean | bigint | Date | null;
/** A value of a parameter. It is sent as text, whatever type the statement gives it. */
export type ReadParameter = Scalar | readonly Scalar[];

export type ReadRow = Record<string, unknown>;

interface ReadStatement {
  text: string;
  parameters: readonly ReadParameter[];
}

export interface ReadsOptions {
  url: string;
  log: Logger;
  deadlineMs?: number;
  /** Whether the server plans a statement each time for the values of its parameters, or may reuse a plan for any values. */
  plansForValues?: boolean;
}

/** The database did not answer in time. It counts as a connection that broke. */
export class ReadTimeoutError extends Error {
  override readonly name = 'ReadTimeoutError';
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('the database did not answer a read in time');
  }
}

/**
 * Reads of one statement over one pipelined connection: a read does not wait for the answer to the one before, and none waits for a
 * transaction that holds a connection of the pool. The session is read-only. A read is repeated once if its connection breaks, and
 * every read ends within its deadline.
 *
 * Each text is prepared once a connection, so texts must be few, and values are parameters. Without that the driver would ask for the
 * types of the parameters before it sends them, and no other read could be sent until they are known.
 */
export class Reads {
  readonly #url: string;
  readonly #log: Logger;
  readonly #deadlineMs: number;
  readonly #plansForValues: boolean;
  readonly #dialect = new PgDialect();
  #connection: ReadConnection | undefined;
  #isClosed = false;

  /** Connects at the first read. */
  constructor({ url, log, deadlineMs = DEADLINE_MS, plansForValues = false }: ReadsOptions) {
    this.#url = url;
    this.#log = log;
    this.#deadlineMs = deadlineMs;
    this.#plansForValues = plansForValues;
  }

  query(text: string, parameters: readonly ReadParameter[]): Promise<ReadRow[]> {
    return this.#read({ text, parameters });
  }

  /** Runs a statement of drizzle. */
  async execute(statement: SQL): Promise<{ rows: ReadRow[]; rowCount: number }> {
    const { sql: text, params } = this.#dialect.sqlToQuery(statement);
    const rows = await this.#read({ text, parameters: params as ReadParameter[] });
    return { rows, rowCount: rows.length };
  }

  /** Ends the connection when what is under way has been answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close(this.#deadlineMs);
  }

  async #read(statement: ReadStatement): Promise<ReadRow[]> {
    const endsAt = performance.now() + this.#deadlineMs;
    try {
      return await this.#attempt(statement, endsAt);
    } catch (error) {
      if (!isConnectionError(error) || performance.now() >= endsAt) throw error;
      return await this.#attempt(statement, endsAt);
    }
  }

  async #attempt(statement: ReadStatement, endsAt: number): Promise<ReadRow[]> {
    if (this.#isClosed) throw new Error('the reads are closed');
    this.#connection ??= new ReadConnection({
      url: this.#url,
      deadlineMs: this.#deadlineMs,
      plansForValues: this.#plansForValues,
    });
    const connection = this.#connection;
    try {
      return await connection.ask(statement, endsAt - performance.now());
    } catch (error) {
      if (isConnectionError(error)) this.#drop(connection, error);
      throw error;
    }
  }

  /** The next read gets another connection; what this one has under way is rejected, and so repeated. */
  #drop(connection: ReadConnection, err: unknown): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#log.warn({ err }, 'the connection for reads broke');
    connection.abandon(err);
  }
}

/**
 * A client of the driver that is used until its connection breaks, and no longer. On its own the driver would connect again, but
 * statements that it has not sent by then wait for ever, or for minutes (decision 4).
 */
class ReadConnection {
  readonly #client: postgres.Sql;
  /** Callbacks that reject the reads in progress. */
  readonly #waiting = new Set<(error: unknown) => void>();
  #socket: Socket | undefined;
  #isAbandoned = false;

  constructor({ url, deadlineMs, plansForValues }: Required<Omit<ReadsOptions, 'log'>>) {
    const connection = {
      // A statement that takes too long is ended by the server, before its deadline ends the connection.
      statement_timeout: Math.ceil(deadlineMs * STATEMENT_SHARE),
      plan_cache_mode: plansForValues ? 'force_custom_plan' : 'auto',
    };
    this.#client = openClient(url, 'proxy-ops reads', {
      max_lifetime: 0,
      idle_timeout: 0,
      connection,
      socket: (to) => this.#dial(to),
    });
  }

  ask({ text, parameters }: ReadStatement, ms: number): Promise<ReadRow[]> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        this.#waiting.delete(fail);
      };
      const fail = (error: unknown) => {
        settle();
        reject(error);
      };
      const timer = setTimeout(() => fail(new ReadTimeoutError()), Math.max(0, ms));
      this.#waiting.add(fail);
      this.#client.unsafe(text, parameters.map(asText), { prepare: true }).then((rows) => {
        settle();
        resolve(rows);
      }, fail);
    });
  }

  async close(ms: number): Promise<void> {
    await this.#client.end({ timeout: ms / 1000 });
  }

  /** Rejects what is under way. The server need not answer for that. */
  abandon(error: unknown): void {
    this.#isAbandoned = true;
    for (const fail of [...this.#waiting]) fail(error);
    this.#socket?.destroy();
  }

  #dial({ host: [host = ''], port: [port = 0] }: DialOptions): Socket {
    if (this.#isAbandoned) throw new Error('this connection is not used any more');
    const to = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port, noDelay: true };
    // The driver verifies certificates by the `host` that it finds at the socket.
    this.#socket = Object.assign(connect(to), { host });
    return this.#socket;
  }
}

/**
 * Listens to channels and connects again if the connection breaks. Each function is called when its channel is notified, and when it
 * begins to be listened to, since what was notified before is lost. Notifications may be lost at any time: they only make sooner
 * what happens anyway.
 */
export class Listener {
  readonly #client: postgres.Sql;

  constructor({ url, log, channels }: { url: string; log: Logger; channels: Readonly<Record<string, () => void>> }) {
    this.#client = openClient(url, 'proxy-ops listen', {});
    for (const [channel, wake] of Object.entries(channels)) {
      this.#client.listen(channel, wake, wake).catch((err: unknown) => {
        log.warn({ err, channel }, 'a channel of the database cannot be listened to; it is tried again');
      });
    }
  }

  close(): Promise<void> {
    return this.#client.end({ timeout: 0 });
  }
}

interface DialOptions {
  host: readonly string[];
  port: readonly number[];
}

type ClientOptions = postgres.Options<Record<string, postgres.PostgresType>> & {
  /** Documented, and missing in the published types. */
  socket?: (to: DialOptions) => Socket;
};

function openClient(url: string, name: string, { connection, ...options }: ClientOptions): postgres.Sql {
  const { address, startup } = serverOf(url);
  return postgres({
    ...address,
    max: 1,
    connect_timeout: CONNECT_TIMEOUT_S,
    fetch_types: false,
    types: TYPES,
    // Without it notices go to the console.
    onnotice: () => undefined,
    ...options,
    connection: { ...startup, application_name: name, default_transaction_read_only: true, ...connection },
  });
}

/** Built-in types, which have the same number in every database: read as by the other driver, written as the text from `asText`. */
const TYPES: Record<string, postgres.PostgresType> = Object.fromEntries(
  Array.from({ length: LAST_BUILT_IN_OID }, (_, oid) => ({ oid, parse: readerOf(oid) })).flatMap(({ oid, parse }) =>
    parse ? [[`type${oid}`, { to: oid, from: [oid], parse, serialize: (text: string) => text }]] : [],
  ),
);

function asText(value: ReadParameter): string | null {
  if (value === null) return null;
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? `{${value.map(asElement).join(',')}}` : String(value);
}

function asElement(value: Scalar): string {
  const text = asText(value);
  return text === null ? 'NULL' : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
