import { ignoring } from '../../base/ignoring.ts';
import { escapeLiteral, openSession, type Session } from '../client.ts';
import { sqlState } from '../errors.ts';
import { EmbeddedError } from './embedded-error.ts';
import { type Passwords, ROLES } from './roles.ts';

/** Marks the server as used by this process: an advisory lock, which PostgreSQL releases if the process is killed. */
export interface Lease {
  /** Ends the lease; resolves to whether it was the last one, after which no process can get a new one. */
  end(): Promise<boolean>;
  close(): Promise<void>;
}

export const DATABASE = 'proxy_ops';

/** Numbers that no other program uses for advisory locks in this server. */
const IN_USE = 7_250_542;
const BEING_PREPARED = 7_250_543;

const CONNECT_TIMEOUT_MS = 10_000;

/** SQLSTATE of a wrong password. */
const INVALID_PASSWORD = '28P01';

/** Takes a lease on a server that accepts connections, and creates our roles and database if they do not exist. */
export async function takeLease(port: number, passwords: Passwords): Promise<Lease> {
  const client = await connectAsSuperuser(port, passwords);
  try {
    await client.query('select pg_advisory_lock_shared($1)', [IN_USE]);
    await prepareDatabase(client, passwords);
  } catch (error) {
    await client.end().catch(ignoring('the error before it is thrown'));
    throw error;
  }
  // The lease does not keep a process alive that has nothing else to do.
  client.unref();
  return { end: () => tryToBeLast(client), close: () => client.end() };
}

/** In a database of an earlier version, the superuser still has the password of the owner. `prepareDatabase` changes it. */
async function connectAsSuperuser(port: number, { superuser, owner }: Passwords): Promise<Session> {
  for (const password of [superuser, owner]) {
    try {
      return await openSession({
        host: '127.0.0.1',
        port,
        user: ROLES.superuser,
        password,
        database: 'postgres',
        application_name: 'proxy-ops lease',
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      });
    } catch (error) {
      if (sqlState(error) !== INVALID_PASSWORD) throw error;
    }
  }
  throw new EmbeddedError(
    'The passwords in the data folder do not fit its database. Copy all files whose names begin with "postgres" together.',
  );
}

async function tryToBeLast(client: Session): Promise<boolean> {
  client.ref();
  await client.query('select pg_advisory_unlock_shared($1)', [IN_USE]);
  const { rows } = await client.query('select pg_try_advisory_lock($1) as is_last', [IN_USE]);
  return rows[0].is_last;
}

async function prepareDatabase(client: Session, passwords: Passwords): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [BEING_PREPARED]);
  await setPassword(client, ROLES.superuser, passwords.superuser);
  await ensureRole(client, `${ROLES.owner} login createdb`);
  await setPassword(client, ROLES.owner, passwords.owner);
  await ensureRole(client, `${ROLES.working} login`);
  await setPassword(client, ROLES.working, passwords.working);
  // So the owner sees what that role does, and can end it.
  await client.query(`grant ${ROLES.working} to ${ROLES.owner}`);
  const database = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (database.rowCount === 0)
    await client.query(`create database ${DATABASE} owner ${ROLES.owner} template template0`);
  await client.query('select pg_advisory_unlock($1)', [BEING_PREPARED]);
}

/** @param definition the name of the role and its attributes */
async function ensureRole(client: Session, definition: string): Promise<void> {
  const [name] = definition.split(' ');
  const role = await client.query('select from pg_roles where rolname = $1', [name]);
  if (role.rowCount === 0) await client.query(`create role ${definition}`);
}

const setPassword = (client: Session, role: string, password: string) =>
  client.query(`alter role ${role} password ${escapeLiteral(password)}`);
