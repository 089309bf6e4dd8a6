import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from '../../base/logger.ts';
import { findBinaries } from './binaries.ts';
import { EmbeddedError, reasonIn } from './embedded-error.ts';
import { isAlive } from './pid.ts';
import { ROLES } from './roles.ts';
import type { ServiceUser } from './service-user.ts';

/** The files of one embedded PostgreSQL, and the user that its programs run as. */
export interface Cluster {
  dir: string;
  logPath: string;
  /** Undefined: the user of this process. */
  user: ServiceUser | undefined;
}

export function clusterIn(dataDir: string, user: ServiceUser | undefined): Cluster {
  const dir = join(dataDir, 'postgres');
  return { dir, logPath: `${dir}.log`, user };
}

/**
 * Messages are in English and dates in ISO format on every machine, and the server's environment contains none of our
 * tokens.
 */
const ENVIRONMENT = { LC_ALL: 'C' };

/** Character classification for the trigram index. The first locale that the machine supports is used. */
const CHARACTER_TYPES = ['C.UTF-8', 'en_US.UTF-8', 'C'];

/**
 * How the programs are run. If this process is root, their user may have no access to the path of the data folder. A
 * process may stay in a folder that it could not enter, so they are started in it and use relative paths.
 */
export function runIn(cluster: Cluster, dir: string) {
  const isByRoot = cluster.user !== undefined && process.platform === 'linux';
  return { pgdata: isByRoot ? '/proc/self/cwd' : dir, options: { ...cluster.user, cwd: dir, env: ENVIRONMENT } };
}

/**
 * Creates the cluster in a folder next to its final place and moves it there, so that a crash leaves all of it or none.
 */
export async function makeCluster(cluster: Cluster, superuserPassword: string, log: Logger): Promise<void> {
  if (existsSync(cluster.dir)) return takeOver(cluster);
  log.info({ dir: cluster.dir }, 'creating the embedded PostgreSQL, which takes a few seconds and happens only once');
  removeAbandonedDrafts(cluster);
  const draft = `${cluster.dir}.new-${process.pid}`;
  mkdirSync(draft, { mode: 0o700 });
  if (cluster.user) chownSync(draft, cluster.user.uid, cluster.user.gid);
  try {
    await initialize(cluster, draft, superuserPassword, log);
    renameSync(draft, cluster.dir);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(cluster.dir)) throw error;
  }
}

async function initialize(cluster: Cluster, draft: string, password: string, log: Logger): Promise<void> {
  const { initdb } = await findBinaries(cluster.user, log);
  const { pgdata, options } = runIn(cluster, draft);
  const passwordFolder = mkdtempSync(join(tmpdir(), 'proxy-ops-'));
  const passwordFile = join(passwordFolder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (cluster.user) {
    for (const path of [passwordFolder, passwordFile]) chownSync(path, cluster.user.uid, cluster.user.gid);
  }
  const flags = [
    `--pgdata=${pgdata}`,
    `--username=${ROLES.superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  try {
    await firstThatIsKnown(CHARACTER_TYPES, (ctype) =>
      promisify(execFile)(initdb, [...flags, `--lc-ctype=${ctype}`], options),
    );
  } catch (error) {
    throw new EmbeddedError(
      `The embedded PostgreSQL could not be created in ${cluster.dir}: ${reasonIn(outputOf(error))}`,
      {
        cause: error,
      },
    );
  } finally {
    rmSync(passwordFolder, { recursive: true });
  }
}

/** initdb ends without writing anything if it does not support a locale. */
async function firstThatIsKnown(locales: readonly string[], run: (locale: string) => Promise<unknown>): Promise<void> {
  for (const [index, locale] of locales.entries()) {
    try {
      await run(locale);
      return;
    } catch (error) {
      if (index === locales.length - 1 || !outputOf(error).includes('invalid locale name')) throw error;
    }
  }
}

function outputOf(error: unknown): string {
  return error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
}

/** Removes what a killed process has left behind. */
function removeAbandonedDrafts({ dir }: Cluster): void {
  const prefix = `${basename(dir)}.new-`;
  for (const name of readdirSync(dirname(dir))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length));
    if (pid === process.pid || !isAlive(pid)) rmSync(join(dirname(dir), name), { recursive: true, force: true });
  }
}

/** A cluster from elsewhere (another image, a copy) may belong to a user that does not exist here. */
function takeOver({ dir, user }: Cluster): void {
  const { uid } = statSync(dir);
  if (!user) {
    if (process.getuid !== undefined && uid !== process.getuid()) {
      throw new EmbeddedError(`${dir} belongs to another user (${uid}). Start the program as that user or as root.`);
    }
    return;
  }
  if (uid === user.uid) return;
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(dir, name), user.uid, user.gid);
  }
  chownSync(dir, user.uid, user.gid);
}
