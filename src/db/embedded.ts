import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../logger.ts';
import { initCluster, isServerOf, type Owner, prepareOwner, startServer, stopServer } from './embedded-server.ts';

/** A PostgreSQL of our own, under the data folder. */
export interface EmbeddedDatabase {
  url: string;
  /** Stops the server, if this process is the one that answers for it. */
  stop(): Promise<void>;
}

const DATABASE = 'proxy_ops';
const USER = 'proxy_ops';
const ADOPT_TIMEOUT_MS = 30_000;
const ADOPT_POLL_MS = 200;

/**
 * Starts the PostgreSQL that lies under `dataDir`, and makes it the first time. A server that a killed predecessor left running is
 * taken over; a lock that one left behind is cleared.
 *
 * @param options.settings of the server, beside our own
 * @throws Error with one sentence that says what is wrong with the folder
 */
export async function openEmbedded({
  dataDir,
  log,
  settings = {},
}: {
  dataDir: string;
  log: Logger;
  settings?: Record<string, string>;
}): Promise<EmbeddedDatabase> {
  const root = resolve(dataDir);
  mkdirSync(root, { recursive: true });
  const owner = prepareOwner(root, log);
  const password = loadPassword(owner.clusterDir);
  const running = await findRunning(owner, password);
  if (running) log.info({ pid: running.pid }, 'PostgreSQL is running in the data folder already');
  else await initCluster(owner, { user: USER, password }, log);
  const server = running ?? (await startServer(owner, log, settings));
  const url = urlOf(server.port, password);
  await createDatabase(url);
  return { url, stop: () => stopUnlessUsed(server.pid, url) };
}

/** The address of the embedded PostgreSQL that another process of ours runs, or undefined. */
export async function findEmbedded({ dataDir, log }: { dataDir: string; log: Logger }): Promise<string | undefined> {
  const owner = prepareOwner(resolve(dataDir), log);
  if (!existsSync(passwordPath(owner.clusterDir))) return undefined;
  const password = loadPassword(owner.clusterDir);
  const running = await findRunning(owner, password);
  return running && urlOf(running.port, password);
}

function urlOf(port: number, password: string, database = DATABASE): string {
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;
}

const passwordPath = (clusterDir: string) => `${clusterDir}.password`;

/** The server listens on loopback, where every user of the machine can knock: it asks for a password of its own. */
function loadPassword(clusterDir: string): string {
  const path = passwordPath(clusterDir);
  if (!existsSync(path)) writeFileSync(path, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  return readFileSync(path, 'utf8').trim();
}

/**
 * The server that the lock file names. Its pid may be anybody's by now, and then the lock is cleared; a server of ours that lets
 * nobody in (it recovers, or is going down) is waited for, since a second one on the same files would destroy them.
 */
async function findRunning(
  { clusterDir }: Owner,
  password: string,
): Promise<{ pid: number; port: number } | undefined> {
  const lock = join(clusterDir, 'postmaster.pid');
  for (const deadline = Date.now() + ADOPT_TIMEOUT_MS; ; ) {
    if (!existsSync(lock)) return undefined;
    const lines = readFileSync(lock, 'utf8').split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    if (!pid || !isServerOf(pid, clusterDir)) {
      rmSync(lock, { force: true });
      return undefined;
    }
    if (port && (await letsIn(urlOf(port, password, 'postgres')))) return { pid, port };
    if (Date.now() > deadline) {
      await stopServer(pid);
      return undefined;
    }
    await delay(ADOPT_POLL_MS);
  }
}

async function letsIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The last one out stops the server: another bot or worker on the same data may still be at work. */
async function stopUnlessUsed(pid: number, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(
    "select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
  );
  await client.end();
  if (rowCount === 0) await stopServer(pid);
}

async function createDatabase(url: string): Promise<void> {
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE} encoding 'UTF8' template template0`);
  } finally {
    await client.end();
  }
}
