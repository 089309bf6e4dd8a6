import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { EmbeddedError } from './embedded-error.ts';

/**
 * The roles of an embedded PostgreSQL: the superuser of initdb, which makes the other two; the owner of the database, which migrates it;
 * and the role that the bot works as, which cannot change the schema or rewrite the history.
 */
export const ROLES = { superuser: 'postgres', owner: 'proxy_ops', working: 'proxy_ops_app' } as const;
type Role = keyof typeof ROLES;
export type Passwords = Readonly<Record<Role, string>>;

/** The server listens on loopback, which every user of the machine can reach. */
const passwordPath = (dir: string, role: Role) => `${dir}${role === 'owner' ? '' : `.${role}`}.password`;

/**
 * Reads the passwords beside the folder of the cluster, and makes those that do not exist. A database of an earlier version has one password, the owner's.
 *
 * @throws EmbeddedError if the owner's is gone
 */
export function loadPasswords(dir: string): Passwords {
  const owner = passwordPath(dir, 'owner');
  if (existsSync(dir) && !existsSync(owner)) {
    throw new EmbeddedError(`${owner} is missing. Without it the database next to it cannot be opened.`);
  }
  const load = (role: Role) => loadPassword(passwordPath(dir, role));
  return { owner: load('owner'), superuser: load('superuser'), working: load('working') };
}

/** Whether the passwords were made, so that the database may exist. */
export const hasPasswords = (dir: string): boolean => existsSync(passwordPath(dir, 'owner'));

function loadPassword(path: string): string {
  if (!existsSync(path)) {
    try {
      writeFileSync(path, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx', flush: true });
    } catch (error) {
      // Another process that started at the same time has created it.
      if (!existsSync(path)) throw error;
    }
  }
  return readFileSync(path, 'utf8').trim();
}
