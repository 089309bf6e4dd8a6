import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import postgres from 'postgres';

export type Run = (statement: string) => Promise<Record<string, unknown>[]>;

/** The operations of a driver that are tried. */
export interface Driver {
  transaction(
    work: (run: Run, copy: (statement: string, text: string) => Promise<unknown>) => Promise<void>,
  ): Promise<void>;
}

/** As this program uses it: a connection that failed is not used again. */
function nodePostgres(url: string, max: number): Driver {
  const pool = new pg.Pool({ connectionString: url, max, connectionTimeoutMillis: 5_000 });
  pool.on('connect', (client) => client.on('error', () => undefined)).on('error', () => undefined);
  return {
    async transaction(work) {
      const client = await pool.connect();
      let isDone = false;
      try {
        await client.query('begin');
        const copy = (statement: string, text: string) =>
          pipeline(Readable.from([text]), client.query(from(statement)));
        await work(async (statement) => (await client.query(statement)).rows, copy);
        await client.query('commit');
        isDone = true;
      } finally {
        client.release(!isDone);
      }
    },
  };
}

/** As its documentation has it. */
function postgresJs(url: string, max: number): Driver {
  const client = postgres(url, { max, connect_timeout: 5, onnotice: () => undefined });
  return {
    async transaction(work) {
      await client.begin(async (sql) => {
        const copy = async (statement: string, text: string) =>
          pipeline(Readable.from([text]), await sql.unsafe(statement).writable());
        await work((statement) => sql.unsafe(statement), copy);
      });
    },
  };
}

export const DRIVERS: Readonly<Record<string, (url: string, max: number) => Driver>> = {
  pg: nodePostgres,
  'postgres.js': postgresJs,
};
