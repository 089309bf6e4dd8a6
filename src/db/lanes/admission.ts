import { BusyError } from './busy.ts';
import { Pace } from './pace.ts';

/** How the driver says that no connection became free in time. */
const TIMED_OUT = 'timeout exceeded when trying to connect';

type Callback<C> = (error: Error | undefined, client: C | undefined, done: (release?: unknown) => void) => void;

/** The part of the driver's pool that is needed here. */
interface ClientPool<C> {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  on(event: 'acquire', listener: (client: C) => void): unknown;
  on(event: 'release', listener: (error: Error, client: C) => void): unknown;
  connect(): Promise<C>;
  connect(callback: Callback<C>): void;
}

/**
 * Makes a pool refuse what would wait for a connection for longer than the pool's patience: at once if that is foreseeable. Statements
 * and transactions alike take a connection by `connect`.
 */
export function refuseEarly<C extends object>(
  pool: ClientPool<C>,
  { max, patienceMs }: { max: number; patienceMs: number },
): void {
  const pace = new Pace();
  const takenAt = new WeakMap<C, number>();
  pool.on('acquire', (client) => takenAt.set(client, performance.now()));
  pool.on('release', (_error, client) => {
    const since = takenAt.get(client);
    if (since !== undefined) pace.note(performance.now() - since);
  });
  const isFull = () => pool.idleCount === 0 && pool.totalCount >= max;
  const isHopeless = () => isFull() && pace.waitMs(pool.waitingCount, max) > patienceMs;
  const inWords = (error: Error) => (error.message === TIMED_OUT && isFull() ? new BusyError() : error);
  const connect = pool.connect.bind(pool);

  const take = async (): Promise<C> => {
    if (isHopeless()) throw new BusyError();
    return connect().catch((error: Error) => {
      throw inWords(error);
    });
  };
  const call = (callback: Callback<C>): void => {
    if (isHopeless()) process.nextTick(callback, new BusyError(), undefined, () => undefined);
    else connect((error, client, done) => callback(error && inWords(error), client, done));
  };
  pool.connect = ((callback?: Callback<C>) => (callback ? call(callback) : take())) as typeof pool.connect;
}
