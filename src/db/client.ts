import type { ConnectionOptions } from 'node:tls';
import type { ExtractTablesWithRelations } from 'drizzle-orm';
import { drizzle, type NodePgDatabase, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { PgTransaction } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { withinTransaction } from '../base/effects.ts';
import { ignoring } from '../base/ignoring.ts';
import type { Logger } from '../base/logger.ts';
import { isConnectionError } from './errors.ts';
import { refuseEarly } from './lanes/admission.ts';
import { endingSoon } from './lanes/end-pool.ts';
import { yieldBackend } from './lanes/yield-backend.ts';
import { nameOf } from './sql/prepared.ts';
import { PARSERS } from './types.ts';

/** Statements name their tables; drizzle's own relational queries are not used. */
type Tables = Record<string, never>;
export type Db = NodePgDatabase<Tables>;
export type Tx = PgTransaction<NodePgQueryResultHKT, Tables, ExtractTablesWithRelations<Tables>>;
export type Pool = pg.Pool;
/** A connection of a pool while it is in use. */
export type PoolClient = pg.PoolClient;
/**
 * A separate connection. The published types omit `ref` and `unref`, which decide whether it keeps the process alive.
 */
export type Session = pg.Client & { ref(): void; unref(): void };

export const { escapeIdentifier, escapeLiteral } = pg;

export interface Database {
  db: Db;
  /** For features that drizzle lacks: COPY, LISTEN, separate sessions. */
  pool: Pool;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 60_000;
/** Far longer than any statement that people wait for, so a statement that takes this long has failed. */
const STATEMENT_TIMEOUT_MS = 120_000;
/** Releases the locks of a transaction whose process hangs. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

/** Converts values with `PARSERS`, and otherwise as the driver does. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || pg.types.getTypeParser(oid, format),
};

/**
 * Makes drizzle's statements use our parsers, as drizzle sends its own with each statement, which leave timestamps as text. Statements
 * that are marked as prepared get a name.
 */
function withTypes<C extends Pool | pg.PoolClient>(client: C): C {
  const query = (config: pg.QueryConfig, values?: unknown[]) =>
    client.query({ ...config, ...nameOf(config.text), types: TYPES }, values);
  return Object.create(client, { query: { value: query } });
}

/** Connecting has a deadline of its own, however long statements may wait for a connection of the pool. */
class PromptClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  }
}

interface PoolOptions {
  name?: string;
  max?: number;
  patienceMs?: number;
  yields?: boolean;
  log: Logger;
}

/**
 * Opens a pool. Connections are made when they are needed, so this does not fail while the server is away.
 *
 * @param options.name the name of the connections in `pg_stat_activity`
 * @param options.patienceMs how long statements and transactions wait for a connection; after that they are refused (`BusyError`)
 * @param options.yields whether the server's processes yield to this one, if they are on the same machine
 */
export function connect(
  url: string,
  { name = 'proxy-ops', max = 10, patienceMs = CONNECT_TIMEOUT_MS, yields = false, log }: PoolOptions,
): Database {
  const pool = new pg.Pool({
    Client: PromptClient,
    connectionString: url,
    max,
    application_name: name,
    connectionTimeoutMillis: patienceMs,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    types: TYPES,
  });
  // The pool replaces a broken connection, but without a listener the error would end the process. One listener is for
  // connections in use, for which the pool removes its own; the other is for errors of idle ones, which the pool emits.
  pool.on('connect', (client) => client.on('error', (err) => log.warn({ err }, 'a database connection failed')));
  if (yields) pool.on('connect', (client) => void yieldBackend(client));
  pool.on('error', ignoring('the listener of the connection has logged it'));
  refuseEarly(pool, { max, patienceMs });
  const close = endingSoon(pool, async (statement, values) => {
    const session = await openSession({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    await session.query(statement, values).finally(() => session.end());
  });
  const db = drizzle(withTypes(pool));
  db.transaction = (work, config) =>
    tellCommit(work, (told) => onOneClient(pool, (client) => drizzle(withTypes(client)).transaction(told, config)));
  return { db, pool, close };
}

/**
 * Records the effect of a transaction once it is committed. If the connection breaks during COMMIT, the result is
 * unknown.
 *
 * If the work fails, its error is thrown, and not the one of the ROLLBACK after it, which fails as well if the connection has broken,
 * and which waits until the server goes on.
 */
function tellCommit<T>(work: (tx: Tx) => Promise<T>, run: (told: (tx: Tx) => Promise<T>) => Promise<T>): Promise<T> {
  let isCommitting = false;
  let failure: { error: unknown } | undefined;
  const broken = Promise.withResolvers<never>();
  const told = async (tx: Tx) => {
    try {
      const result = await work(tx);
      isCommitting = true;
      return result;
    } catch (error) {
      failure = { error };
      if (isConnectionError(error)) broken.reject(error);
      throw error;
    }
  };
  const rolledBack = (error: unknown) => {
    throw failure ? failure.error : error;
  };
  return withinTransaction(
    () => Promise.race([run(told).catch(rolledBack), broken.promise]),
    (error) => isCommitting && isConnectionError(error),
  );
}

/**
 * drizzle returns a client to its pool only if BEGIN has succeeded, so each connection that breaks earlier would be
 * lost, until all callers wait forever. Here it is always returned, and a broken one is discarded.
 */
async function onOneClient<T>(pool: Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isBroken = false;
  try {
    return await work(client);
  } catch (error) {
    isBroken = isConnectionError(error);
    throw error;
  } finally {
    client.release(isBroken);
  }
}

/**
 * Runs work on one connection, in a transaction or with COPY. After an error the connection is discarded: a transaction
 * may be open in it, or a COPY in progress.
 */
export async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isDone = false;
  try {
    const result = await work(client);
    isDone = true;
    return result;
  } finally {
    client.release(!isDone);
  }
}

/**
 * Runs a transaction whose connection the work gets too, for COPY. After an error the connection is discarded, since a COPY may be in
 * progress.
 */
export function transactionOn<T>(pool: Pool, work: (tx: Tx, client: PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, (client) =>
    tellCommit(
      (tx) => work(tx, client),
      (told) => drizzleOn(client).transaction(told),
    ),
  );
}

/** drizzle on a connection whose transaction the caller has begun. */
export const drizzleOn = (client: PoolClient): Db => drizzle(withTypes(client));

/** Opens a separate connection. If it breaks, its next statement rejects. */
export async function openSession(config: pg.ClientConfig): Promise<Session> {
  const session = new pg.Client({ ...config, types: TYPES }) as Session;
  // Without a listener the error would end the process.
  session.on('error', ignoring('the next statement rejects with it'));
  try {
    await session.connect();
    return session;
  } catch (error) {
    await session.end().catch(ignoring('the reason why it did not connect is thrown'));
    throw error;
  }
}

/** Applies the migrations of a folder that the database lacks. */
export const applyMigrations = (session: Session, migrationsFolder: string): Promise<void> =>
  migrate(drizzle(session), { migrationsFolder });

/** The address of a server, and the user that connects to it. */
export interface ServerAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  ssl: boolean | ConnectionOptions;
  sslnegotiation?: 'postgres' | 'direct';
}

/**
 * Parses a database URL as this driver does, with its options and the environment, so that the other driver connects in
 * the same way. The published types omit this.
 */
export function serverOf(url: string): { address: ServerAddress; startup: { options?: string } } {
  const client = new pg.Client({ connectionString: url }) as pg.Client & {
    connectionParameters: ServerAddress & { options?: string };
  };
  const { host, port, user, password, database, ssl, sslnegotiation, options } = client.connectionParameters;
  return {
    address: { host, port, user, password, database, ssl: copyOf(ssl), ...(sslnegotiation && { sslnegotiation }) },
    startup: options ? { options } : {},
  };
}

/** The driver makes the key non-enumerable, so that a plain copy would lack it. */
function copyOf(ssl: ServerAddress['ssl']): ServerAddress['ssl'] {
  return typeof ssl === 'object' && ssl.key !== undefined ? { ...ssl, key: ssl.key } : ssl;
}

const asItIs = pg.types.getTypeParser(pg.types.builtins.TEXT);

/** Converts the server's text for a type (`pg_type.oid`); undefined if such values stay text. */
export function readerOf(oid: number): ((text: string) => unknown) | undefined {
  const reader = TYPES.getTypeParser(oid, 'text');
  return reader === asItIs ? undefined : reader;
}
