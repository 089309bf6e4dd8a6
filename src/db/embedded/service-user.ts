import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedError } from './embedded-error.ts';

export interface ServiceUser {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root. Undefined: we are not root, and it runs as we do. */
export function findServiceUser(): ServiceUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const ask = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
      return { uid: ask('-u'), gid: ask('-g') };
    } catch {
      // No such user: the next one.
    }
  }
  throw new EmbeddedError(
    'PostgreSQL cannot run as root, and this machine has neither a user "postgres" nor a user "nobody".',
  );
}

/** Whether a user can reach a folder: every folder above it lets it through. */
export function canEnter(folder: string, { uid, gid }: ServiceUser): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid: owner, gid: group } = statSync(at);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if (!(mode & bit)) return false;
    if (at === dirname(at)) return true;
  }
}
