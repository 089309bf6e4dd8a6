import pg from 'pg';
import { createLogger } from '../../src/base/logger.ts';
import { migrate } from '../../src/db/migrate.ts';
import { grantWork } from '../../src/db/roles/working-role.ts';
import { installClock, setClock, settleClock } from './clock.ts';

/** An empty database, by role. */
export interface DatabaseUrls {
  /** Of the owner, which migrates it. */
  url: string;
  /** Of the role that works on the data. */
  workingUrl: string;
}

/** The database of a run, as the simulator itself sees it: past all faults. */
export class SimulatedDatabase {
  readonly workingUrl: string;
  readonly #session: pg.Client;

  private constructor(session: pg.Client, workingUrl: string) {
    this.#session = session;
    this.workingUrl = workingUrl;
  }

  /** Migrates an empty database to the present schema, with a clock that starts at a time. */
  static async open({ url, workingUrl }: DatabaseUrls, at: number): Promise<SimulatedDatabase> {
    const session = new pg.Client({ connectionString: url, application_name: 'simulator' });
    await session.connect();
    const log = createLogger('silent');
    await installClock(session, new URL(url).pathname.slice(1), at);
    await migrate(url, log);
    await settleClock(session);
    await grantWork({ ownerUrl: url, workingUrl, log });
    return new SimulatedDatabase(session, workingUrl);
  }

  async rows<R extends pg.QueryResultRow>(statement: string, values: unknown[] = []): Promise<R[]> {
    return (await this.#session.query<R>(statement, values)).rows;
  }

  setClock(at: number): Promise<void> {
    return setClock(this.#session, at);
  }

  /** Does once a day what autovacuum does all the time. */
  async tidy(): Promise<void> {
    await this.#session.query('vacuum analyze');
  }

  /** Those of these processes of the server that wait for a lock. */
  async blocked(processes: readonly number[]): Promise<number[]> {
    const statement = 'select distinct pid from pg_locks where not granted and pid = any ($1::int[])';
    return (await this.rows<{ pid: number }>(statement, [processes])).map(({ pid }) => pid);
  }

  /** Resolves when these processes of the server have ended, and with them their transactions. */
  async ended(processes: readonly number[]): Promise<void> {
    const statement = 'select count(*)::int as alive from pg_stat_activity where pid = any ($1::int[])';
    while (processes.length > 0) {
      const [row] = await this.rows<{ alive: number }>(statement, [processes]);
      if (!row || row.alive === 0) return;
    }
  }

  close(): Promise<void> {
    return this.#session.end();
  }
}
