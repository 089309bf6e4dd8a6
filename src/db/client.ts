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
import { PARSERS } from './types.ts';

/** Tables are named where they are used; the library's own queries over relations are not. */
type Tables = Record<string, never>;
export type Db = NodePgDatabase<Tables>;
export type Tx = PgTransaction<NodePgQueryResultHKT, Tables, ExtractTablesWithRelations<Tables>>;
export type Pool = pg.Pool;
/** One connection of a pool, while somebody works on it. */
export type PoolClient = pg.PoolClient;
/** A connection of its own. The published types leave out what every socket has: whether it keeps the process alive. */
export type Session = pg.Client & { ref(): void; unref(): void };

export const { escapeIdentifier, escapeLiteral } = pg;

export interface Database {
  db: Db;
  /** For what drizzle has no word for: COPY, LISTEN, sessions of their own. */
  pool: Pool;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 60_000;
/** A statement that takes longer has gone wrong; nothing that people wait for comes near it. */
const STATEMENT_TIMEOUT_MS = 120_000;
/** A transaction whose process hangs gives its locks back. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

/** How values are read: `PARSERS` first, then the driver's own way. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && PARSERS.get(oid)) || pg.types.getTypeParser(oid, format),
};

/** drizzle sends its own parsers with each statement, which leave timestamps as text; this replaces them. */
function withTypes<C extends Pool | pg.PoolClient>(client: C): C {
  const query = (config: pg.QueryConfig, values?: unknown[]) => client.query({ ...config, types: TYPES }, values);
  return Object.create(client, { query: { value: query } });
}

/** A server that lets nobody in is given up, however long statements may wait for a connection of the pool. */
class PromptClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  }
}

/**
 * Opens a pool. Connections are made when they are needed, so this does not fail while the server is away.
 *
 * @param options.patienceMs how long statements and transactions wait for a connection; after that they are refused (`BusyError`)
 */
export function connect(
  url: string,
  { max = 10, patienceMs = CONNECT_TIMEOUT_MS, log }: { max?: number; patienceMs?: number; log: Logger },
): Database {
  const pool = new pg.Pool({
    Client: PromptClient,
    connectionString: url,
    max,
    application_name: 'proxy-ops',
    connectionTimeoutMillis: patienceMs,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    types: TYPES,
  });
  // A connection that breaks is replaced by the pool, but without a listener it would end the process: one listener is for
  // connections at work (the pool takes its own away meanwhile), the other for what the pool passes on of idle ones.
  pool.on('connect', (client) => client.on('error', (err) => log.warn({ err }, 'a database connection failed')));
  pool.on('error', ignoring('the listener of the connection has logged it'));
  refuseEarly(pool, { max, patienceMs });
  const db = drizzle(withTypes(pool));
  db.transaction = (work, config) =>
    tellCommit(work, (told) => onOneClient(pool, (client) => drizzle(withTypes(client)).transaction(told, config)));
  return { db, pool, close: () => pool.end() };
}

/** Notes the effect of a transaction once it is committed. If the connection breaks during COMMIT, the result is not known. */
function tellCommit<T>(work: (tx: Tx) => Promise<T>, run: (told: (tx: Tx) => Promise<T>) => Promise<T>): Promise<T> {
  let isCommitting = false;
  const told = async (tx: Tx) => {
    const result = await work(tx);
    isCommitting = true;
    return result;
  };
  return withinTransaction(
    () => run(told),
    (error) => isCommitting && isConnectionError(error),
  );
}

/**
 * The library gives a client back to its pool only once BEGIN has succeeded: each connection that broke before would be one less,
 * until everybody waits for ever. Here it is given back in any case, and a broken one is thrown away.
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
 * Works on one connection, in a transaction or with COPY. It is not used again after an error: a transaction may be open in it, or a
 * COPY under way.
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

/** drizzle on a connection whose transaction somebody else began. */
export const drizzleOn = (client: PoolClient): Db => drizzle(withTypes(client));

/** Opens a connection of its own. If it breaks, its next statement rejects. */
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

/** Applies the migrations of a folder that the database does not have yet. */
export const applyMigrations = (session: Session, migrationsFolder: string): Promise<void> =>
  migrate(drizzle(session), { migrationsFolder });

/** Where a server is, and who connects to it. */
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
 * How this driver reads a database URL, with its options and the environment beside it, so that the other one connects alike. The
 * published types leave this out of a client.
 */
export function serverOf(url: string): { address: ServerAddress; startup: { options?: string } } {
  const client = new pg.Client({ connectionString: url }) as unknown as {
    connectionParameters: ServerAddress & { options?: string };
  };
  const { host, port, user, password, database, ssl, sslnegotiation, options } = client.connectionParameters;
  return {
    address: { host, port, user, password, database, ssl: copyOf(ssl), ...(sslnegotiation && { sslnegotiation }) },
    startup: options ? { options } : {},
  };
}

/** The driver makes the key non-enumerable, so that a copy of the options lacks it. */
function copyOf(ssl: ServerAddress['ssl']): ServerAddress['ssl'] {
  return typeof ssl === 'object' && ssl.key !== undefined ? { ...ssl, key: ssl.key } : ssl;
}

const asItIs = pg.types.getTypeParser(pg.types.builtins.TEXT);

/** How values of a type (`pg_type.oid`) are read from the server's text; undefined: they stay text. */
export function readerOf(oid: number): ((text: string) => unknown) | undefined {
  const reader = TYPES.getTypeParser(oid, 'text');
  return reader === asItIs ? undefined : reader;
}
