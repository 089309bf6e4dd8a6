import { ignoring } from '../../base/ignoring.ts';
import { escapeLiteral, openSession, type Session } from '../client.ts';
import { SUPERUSER } from './cluster.ts';

/** Marks the server as used by this process: an advisory lock, which PostgreSQL releases if the process is killed. */
export interface Lease {
  /** Ends the lease; resolves to whether it was the last one, after which no process can get a new one. */
  end(): Promise<boolean>;
  close(): Promise<void>;
}

export const DATABASE = 'proxy_ops';
/** The owner of the database, without superuser privileges. */
export const ROLE = 'proxy_ops';

/** Numbers that no other program uses for advisory locks in this server. */
const IN_USE = 7_250_542;
const BEING_PREPARED = 7_250_543;

const CONNECT_TIMEOUT_MS = 10_000;

/** Takes a lease on a server that accepts connections, and creates our role and database if they do not exist. */
export async function takeLease(port: number, password: string): Promise<Lease> {
  const client = await openSession({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    application_name: 'proxy-ops lease',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  try {
    await client.query('select pg_advisory_lock_shared($1)', [IN_USE]);
    await prepareDatabase(client, password);
  } catch (error) {
    await client.end().catch(ignoring('the error before it is thrown'));
    throw error;
  }
  // The lease does not keep a process alive that has nothing else to do.
  client.unref();
  return { end: () => tryToBeLast(client), close: () => client.end() };
}

async function tryToBeLast(client: Session): Promise<boolean> {
  client.ref();
  await client.query('select pg_advisory_unlock_shared($1)', [IN_USE]);
  const { rows } = await client.query('select pg_try_advisory_lock($1) as is_last', [IN_USE]);
  return rows[0].is_last;
}

async function prepareDatabase(client: Session, password: string): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [BEING_PREPARED]);
  const role = await client.query('select from pg_roles where rolname = $1', [ROLE]);
  if (role.rowCount === 0) {
    await client.query(`create role ${ROLE} login createdb password ${escapeLiteral(password)}`);
  }
  const database = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (database.rowCount === 0) await client.query(`create database ${DATABASE} owner ${ROLE} template template0`);
  await client.query('select pg_advisory_unlock($1)', [BEING_PREPARED]);
}
