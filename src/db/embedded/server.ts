import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ignoring } from '../../base/ignoring.ts';
import type { Logger } from '../../base/logger.ts';
import { lowPriority } from '../../base/low-priority.ts';
import { findBinaries } from './binaries.ts';
import { type Cluster, runIn } from './cluster.ts';
import { EmbeddedError, reasonIn } from './embedded-error.ts';
import { isAlive } from './pid.ts';

/** A running server. Its port is on 127.0.0.1. */
export interface Server {
  pid: number;
  port: number;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
const MAX_LOG_BYTES = 1_048_576;

/** For a small machine, whose memory still fits a pool of 100,000 proxies many times. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  work_mem: '32MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '1GB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  random_page_cost: '1.1',
  jit: 'off',
  // Parallel workers need /dev/shm, which is tiny in containers, and processors that the bot needs itself.
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Logged statements would contain the written values, so the log has no errors of statements: the client receives
  // them.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** The state of a server in its lock file (PostgreSQL's postmaster.pid: pid, folder, start, port, …, state). */
function readLock({ dir }: Cluster): { pid: number; port: number; isReady: boolean } | undefined {
  const path = join(dir, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' };
}

/**
 * The server in the lock file. PostgreSQL itself removes the lock of a dead server. In containers, however, another
 * process may have the same number by now, and PostgreSQL would then refuse to start.
 */
export function findServer(cluster: Cluster): { pid: number; port: number; isReady: boolean } | undefined {
  const lock = readLock(cluster);
  if (!lock) return undefined;
  if (isServerOf(cluster, lock.pid)) return lock;
  if (isAlive(lock.pid)) rmSync(join(cluster.dir, 'postmaster.pid'), { force: true });
  return undefined;
}

/**
 * Whether a process is the server of this cluster: its working folder, or its command line, is the cluster's folder.
 */
function isServerOf({ dir }: Cluster, pid: number): boolean {
  try {
    if (process.platform === 'linux') {
      const [here, there] = [statSync(dir), statSync(`/proc/${pid}/cwd`)];
      return here.dev === there.dev && here.ino === there.ino;
    }
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
    return command.includes(dir);
  } catch (error) {
    if (!isNoSuchProcess(error)) throw error;
    return false;
  }
}

/**
 * The process is gone, or its user's folders are closed to us. In the second case it is not a server that we could stop
 * or use.
 */
function isNoSuchProcess(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const hasEnded = 'status' in error && typeof error.status === 'number';
  return hasEnded || ('code' in error && ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(error.code)));
}

/** Failed starts that are worth another attempt, because another process was faster. */
const BEATEN = /lock file "postmaster\.pid" already exists|shared memory block .* still in use/;
const PORT_IS_TAKEN = /could not bind|could not create any TCP/;

/**
 * Starts the server in a session of its own, so that Ctrl-C reaches only the bot. It reuses its last port if that is
 * free, so that workers find it again.
 *
 * @returns undefined if another process has just started it, or if the previous server has not ended completely
 * @throws EmbeddedError with PostgreSQL's own reason
 */
export async function startServer(
  cluster: Cluster,
  log: Logger,
  extra: Record<string, string>,
): Promise<Server | undefined> {
  for (let port = lastPort(cluster) ?? (await findFreePort()); ; port = await findFreePort()) {
    const outcome = await tryStart(cluster, port, log, extra);
    if (typeof outcome !== 'string') return outcome;
    if (BEATEN.test(outcome)) return undefined;
    if (!PORT_IS_TAKEN.test(outcome)) {
      throw new EmbeddedError(`The embedded PostgreSQL in ${cluster.dir} did not start: ${reasonIn(outcome)}`);
    }
  }
}

/**
 * Lets the bot go first where both want the processor. Otherwise a statement that the bot sends wakes a server process up that takes
 * the bot's processor, and acknowledgements wait behind statements. The processes of the server inherit its priority.
 */
function yieldTo(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, lowPriority());
  } catch (error) {
    ignoring('the server runs as well without it')(error);
  }
}

/** @returns the server, or the output of the failed start */
async function tryStart(
  cluster: Cluster,
  port: number,
  log: Logger,
  extra: Record<string, string>,
): Promise<Server | string> {
  const { postgres } = await findBinaries(cluster.user, log);
  const { pgdata, options } = runIn(cluster, cluster.dir);
  const settings = Object.entries({ ...SETTINGS, ...extra }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = openLog(cluster);
  const before = statSync(cluster.logPath).size;
  const server = spawn(postgres, ['-D', pgdata, '-p', String(port), ...settings], {
    ...options,
    detached: true,
    stdio: ['ignore', output, output],
  });
  yieldTo(server.pid);
  closeSync(output);
  let failure: string | undefined;
  server.once('error', (error) => {
    failure = error.message;
  });
  server.once('exit', (code, signal) => {
    failure = readFileSync(cluster.logPath).subarray(before).toString() || `it exited with ${signal ?? `code ${code}`}`;
  });
  for (const deadline = performance.now() + START_TIMEOUT_MS; failure === undefined; ) {
    const lock = readLock(cluster);
    if (lock?.isReady && lock.pid === server.pid) {
      server.removeAllListeners();
      server.unref();
      log.info({ port, pid: server.pid }, 'the embedded PostgreSQL is running');
      return { pid: lock.pid, port };
    }
    if (performance.now() > deadline) {
      server.kill('SIGQUIT');
      throw new EmbeddedError(`The embedded PostgreSQL in ${cluster.dir} did not start in time.`);
    }
    await delay(POLL_MS);
  }
  return failure;
}

function openLog({ logPath }: Cluster): number {
  const isFull = existsSync(logPath) && statSync(logPath).size > MAX_LOG_BYTES;
  return openSync(logPath, isFull ? 'w' : 'a', 0o600);
}

/** The port in the command line of the last start, which PostgreSQL keeps in postmaster.opts. */
function lastPort({ dir }: Cluster): number | undefined {
  const path = join(dir, 'postmaster.opts');
  const port = existsSync(path) ? /"-p" "(\d+)"/.exec(readFileSync(path, 'utf8'))?.[1] : undefined;
  return port === undefined ? undefined : Number(port);
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await promisify(server.close.bind(server))();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  return address.port;
}

/** Requests a fast shutdown without waiting for it, for a process that is about to end. */
export function askToStop(cluster: Cluster, pid: number): void {
  if (isServerOf(cluster, pid)) process.kill(pid, 'SIGINT');
}

/**
 * Fast shutdown: open transactions are rolled back and everything is written, so that the next start needs no recovery.
 */
export async function stopServer(cluster: Cluster, pid: number): Promise<void> {
  askToStop(cluster, pid);
  for (const deadline = performance.now() + STOP_TIMEOUT_MS; isServerOf(cluster, pid); ) {
    if (performance.now() > deadline)
      throw new EmbeddedError(`The embedded PostgreSQL (pid ${pid}) did not stop in time.`);
    await delay(POLL_MS);
  }
}
