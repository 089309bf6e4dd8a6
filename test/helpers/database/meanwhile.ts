import type pg from 'pg';
import { createLogger } from '../../../src/base/logger.ts';
import { connect, type Database } from '../../../src/db/client.ts';

/** Connections to a database on which something else happens right before a statement is sent. */
export interface Interrupted extends Database {
  /** Does something once, before the next statement that matches. */
  before(statement: RegExp, work: () => Promise<unknown>): void;
}

/** Lets a test commit on another connection exactly between two statements of a transaction, which no delay could hit. */
export function connectInterrupted(url: string): Interrupted {
  const database = connect(url, { log: createLogger('silent') });
  let awaited: { statement: RegExp; work: () => Promise<unknown> } | undefined;
  const interrupt = async (text: string) => {
    if (!awaited?.statement.test(text)) return;
    const { work } = awaited;
    awaited = undefined;
    await work();
  };
  database.pool.on('connect', (client: pg.PoolClient) => {
    const send = client.query.bind(client) as (...args: unknown[]) => unknown;
    const query = async (config: unknown, ...rest: unknown[]) => {
      await interrupt(textOf(config));
      return send(config, ...rest);
    };
    // The pool's own queries come with a callback, and are no part of a transaction.
    const isCallback = (args: unknown[]) => typeof args.at(-1) === 'function';
    Object.assign(client, { query: (...args: [unknown]) => (isCallback(args) ? send(...args) : query(...args)) });
  });
  return {
    ...database,
    before(statement, work) {
      awaited = { statement, work };
    },
  };
}

function textOf(config: unknown): string {
  if (typeof config === 'string') return config;
  return typeof config === 'object' && config !== null && 'text' in config ? String(config.text) : '';
}
