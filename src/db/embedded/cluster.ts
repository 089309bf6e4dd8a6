import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
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
import type { ServiceUser } from './service-user.ts';

/** The files of one embedded PostgreSQL, and whom its programs run as. */
export interface Cluster {
  dir: string;
  passwordPath: string;
  logPath: string;
  /** Undefined: as ourselves. */
  user: ServiceUser | undefined;
}

export function clusterIn(dataDir: string, user: ServiceUser | undefined): Cluster {
  const dir = join(dataDir, 'postgres');
  return { dir, passwordPath: `${dir}.password`, logPath: `${dir}.log`, user };
}

/** The bootstrap role. The bot itself works as a role without its powers. */
export const SUPERUSER = 'postgres';

/** Messages are English and dates ISO whatever the machine speaks, and no token of ours stands in the server's environment. */
const ENVIRONMENT = { LC_ALL: 'C' };

/** What letters are, to the trigram index. The first that the machine knows is taken. */
const CHARACTER_TYPES = ['C.UTF-8', 'en_US.UTF-8', 'C'];

/**
 * How the programs are run. As root, the data folder may be closed to the user that they run as. A process may stay in a folder
 * that it could not walk to, so they are started inside it and told to look where they are.
 */
export function runIn(cluster: Cluster, dir: string) {
  const isByRoot = cluster.user !== undefined && process.platform === 'linux';
  return { pgdata: isByRoot ? '/proc/self/cwd' : dir, options: { ...cluster.user, cwd: dir, env: ENVIRONMENT } };
}

/** The server listens on loopback, where every user of the machine can knock: it asks for a password of its own. */
export function loadPassword({ dir, passwordPath }: Cluster): string {
  if (!existsSync(passwordPath)) {
    if (existsSync(dir)) {
      throw new EmbeddedError(`${passwordPath} is missing. Without it the database next to it cannot be opened.`);
    }
    try {
      writeFileSync(passwordPath, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx', flush: true });
    } catch (error) {
      // Another process that started at the same moment has made it.
      if (!existsSync(passwordPath)) throw error;
    }
  }
  return readFileSync(passwordPath, 'utf8').trim();
}

/** Makes the cluster in a folder beside its place and moves it there whole, so that a crash leaves none or all of it. */
export async function makeCluster(cluster: Cluster, password: string, log: Logger): Promise<void> {
  if (existsSync(cluster.dir)) return takeOver(cluster);
  log.info({ dir: cluster.dir }, 'creating the embedded PostgreSQL, which takes a few seconds and happens only once');
  removeAbandonedDrafts(cluster);
  const draft = `${cluster.dir}.new-${process.pid}`;
  mkdirSync(draft, { mode: 0o700 });
  if (cluster.user) chownSync(draft, cluster.user.uid, cluster.user.gid);
  try {
    await initialize(cluster, draft, password, log);
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
    `--username=${SUPERUSER}`,
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

/** initdb ends before it writes anything where it does not know a locale. */
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

/** What a process that was killed in the middle has left behind. */
function removeAbandonedDrafts({ dir }: Cluster): void {
  const prefix = `${basename(dir)}.new-`;
  for (const name of readdirSync(dirname(dir))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length));
    if (pid === process.pid || !isAlive(pid)) rmSync(join(dirname(dir), name), { recursive: true, force: true });
  }
}

/** A cluster that came from elsewhere (another image, a copy) may belong to a user that is not the one here. */
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
