import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../base/logger.ts';
import { type Cluster, clusterIn, makeCluster } from './embedded/cluster.ts';
import { describeFailure, EmbeddedError } from './embedded/embedded-error.ts';
import { DATABASE, type Lease, takeLease } from './embedded/lease.ts';
import { hasPasswords, loadPasswords, type Passwords, ROLES } from './embedded/roles.ts';
import { askToStop, findServer, type Server, startServer, stopServer } from './embedded/server.ts';
import { findServiceUser } from './embedded/service-user.ts';
import { isConnectionError } from './errors.ts';

/** The addresses of an embedded database, by role. */
export interface EmbeddedUrls {
  /** Of the owner, which migrates it. */
  url: string;
  /** Of the role that works on the data. */
  workingUrl: string;
}

/** A PostgreSQL server of this program, in its data folder. */
export interface EmbeddedDatabase extends EmbeddedUrls {
  /** Of the superuser, for statistics that only it may read. */
  superuserUrl: string;
  /** Stops the server if no other process uses it. */
  stop(): Promise<void>;
}

const OPEN_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

/**
 * Starts the PostgreSQL server in `dataDir` and creates it on first use. If a killed process left the server running,
 * it is reused; a lock file that was left behind is removed.
 *
 * @param options.settings further settings of the server
 * @throws EmbeddedError with one sentence about the problem of the folder
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
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const cluster = clusterIn(root, findServiceUser());
    const passwords = loadPasswords(cluster.dir);
    const { server, lease } = await open(cluster, passwords, log, settings);
    const stopAtExit = () => askToStop(cluster, server.pid);
    if (server.isOurs) process.once('exit', stopAtExit);
    const stop = async () => {
      process.off('exit', stopAtExit);
      await endLease(cluster, server, lease);
    };
    return { ...urlsOf(server.port, passwords), stop };
  } catch (error) {
    throw describeFailure(root, error);
  }
}

/** Whether `dataDir` contains an embedded PostgreSQL. */
export function hasEmbedded({ dataDir }: { dataDir: string }): boolean {
  return existsSync(clusterIn(resolve(dataDir), undefined).dir);
}

/**
 * The addresses of the embedded PostgreSQL that another process of this program runs, or undefined. That process also
 * stops it.
 */
export function findEmbedded({ dataDir }: { dataDir: string }): EmbeddedUrls | undefined {
  const root = resolve(dataDir);
  try {
    const cluster = clusterIn(root, findServiceUser());
    const server = hasPasswords(cluster.dir) ? findServer(cluster) : undefined;
    return server?.isReady ? urlsOf(server.port, loadPasswords(cluster.dir)) : undefined;
  } catch (error) {
    throw describeFailure(root, error);
  }
}

function urlsOf(port: number, passwords: Passwords) {
  const urlOf = (role: keyof Passwords) => `postgres://${ROLES[role]}:${passwords[role]}@127.0.0.1:${port}/${DATABASE}`;
  return { url: urlOf('owner'), workingUrl: urlOf('working'), superuserUrl: urlOf('superuser') };
}

/**
 * Whatever other processes do at the same time (start, stop or crash), the result is one server with a lease on it. A
 * server that does not accept connections yet (in recovery or shutdown) is waited for: a second server on the same
 * files would destroy them.
 */
async function open(
  cluster: Cluster,
  passwords: Passwords,
  log: Logger,
  settings: Record<string, string>,
): Promise<{ server: Server & { isOurs: boolean }; lease: Lease }> {
  for (const deadline = performance.now() + OPEN_TIMEOUT_MS; ; ) {
    const running = findServer(cluster);
    if (!running) await makeCluster(cluster, passwords.superuser, log);
    const server = running ?? (await startServer(cluster, log, settings));
    try {
      if (server) {
        const lease = await takeLease(server.port, passwords);
        if (running) log.info({ pid: running.pid }, 'PostgreSQL is already running in the data folder');
        return { server: { ...server, isOurs: !running }, lease };
      }
    } catch (error) {
      if (!isConnectionError(error)) throw error;
    }
    if (performance.now() > deadline) {
      throw new EmbeddedError(
        `A PostgreSQL (pid ${running?.pid ?? 'unknown'}) uses ${cluster.dir} but accepts no connections; see ${cluster.logPath}.`,
      );
    }
    await delay(POLL_MS);
  }
}

async function endLease(cluster: Cluster, server: Server, lease: Lease): Promise<void> {
  try {
    if (await lease.end()) await stopServer(cluster, server.pid);
  } catch (error) {
    // A server that has ended on its own need not be stopped.
    if (findServer(cluster)?.pid === server.pid) throw error;
  } finally {
    await lease.close();
  }
}
