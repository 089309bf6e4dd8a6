import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedError } from './embedded-error.ts';

export interface ServiceUser {
  uid: number;
  gid: number;
}

/**
 * The user for PostgreSQL, which refuses to run as root. Undefined if this process is not root: then both run as the
 * same user.
 */
export function findServiceUser(): ServiceUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const ask = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: ask('-u'), gid: ask('-g') };
    } catch (error) {
      // `id` does not know this user, so the next one is tried.
      const isUnknown = error instanceof Error && 'status' in error && typeof error.status === 'number';
      if (!isUnknown) throw error;
    }
  }
  throw new EmbeddedError(
    'PostgreSQL cannot run as root, and this machine has neither a user "postgres" nor a user "nobody".',
  );
}

/** Whether a user can reach a folder, which requires access to every folder above it. */
export function canEnter(folder: string, { uid, gid }: ServiceUser): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid: owner, gid: group } = statSync(at);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if (!(mode & bit)) return false;
    if (at === dirname(at)) return true;
  }
}
