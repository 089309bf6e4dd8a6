import { setTimeout as delay } from 'node:timers/promises';
import { ignoring } from '../../base/ignoring.ts';

/** How long statements and transactions in progress may take when their pool ends. */
const GRACE_MS = 2_000;

/** The part of the driver's pool that is needed here. */
interface EndingPool {
  end(): Promise<void>;
  on(event: 'acquire', listener: (client: object) => void): unknown;
  on(event: 'release', listener: (error: Error, client: object) => void): unknown;
}

/** The number of the server's process of a connection; the published types omit it. */
const processOf = (client: object) => ('processID' in client ? client.processID : null);

/** A process that has ended since may have left its number to one of another database. */
const TERMINATE = `select pg_terminate_backend(pid) from pg_stat_activity
  where pid = any($1::int[]) and datname = current_database() and usename = current_user`;

/**
 * Makes a pool end within a few seconds, whatever its connections do: work that takes longer is terminated at the server, which rolls
 * its transaction back. Otherwise the end of a pool waits for its longest statement.
 *
 * @param terminate runs a statement on a connection of its own
 * @returns ends the pool
 */
export function endingSoon(
  pool: EndingPool,
  terminate: (statement: string, values: unknown[]) => Promise<unknown>,
): () => Promise<void> {
  const inUse = new Set<object>();
  pool.on('acquire', (client) => inUse.add(client));
  pool.on('release', (_error, client) => inUse.delete(client));
  return async () => {
    const ended = pool.end();
    const timer = new AbortController();
    const late = delay(GRACE_MS, 'late' as const, { signal: timer.signal });
    const outcome = await Promise.race([ended, late]);
    timer.abort();
    await late.catch(ignoring('a pool that ends in time aborts the timer'));
    if (outcome === 'late') await terminate(TERMINATE, [[...inUse].map(processOf)]);
    await ended;
  };
}
