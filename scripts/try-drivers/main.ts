import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { createLogger } from '../../src/base/logger.ts';
import { type EmbeddedDatabase, openEmbedded } from '../../src/db/embedded.ts';
import { WORKING } from './cases.ts';
import { DRIVERS } from './drivers.ts';
import { type Relay, startRelay } from './relay.ts';

/**
 * Tries what decision 4 rests on: how the two drivers behave when a COPY fails late, when connections break, and when the server is
 * restarted under load. Each run has a process, a relay and a table of its own, and ends within half a minute.
 */
const RUN_LIMIT_MS = 30_000;
const BETWEEN_RESTARTS_MS = 500;

interface Case {
  what: string;
  wanted: string;
  runs: number;
  /** Whether the relay passes on a message of a client. */
  sees?: (bytes: Buffer) => boolean;
  restarts?: number;
}

const CASES: Readonly<Record<string, () => Case>> = {
  copy: () => ({
    what: 'COPY whose error comes after CopyDone',
    wanted: 'COPY rejected (23505), next statement rejected (25P02), transaction rejected',
    runs: 6,
  }),
  killed: () => ({ what: 'backend killed inside a transaction', wanted: 'transaction rejected', runs: 6 }),
  lostAtCommit: () => ({
    what: 'connections lost at a commit, 100 callers',
    wanted: '0 without an answer, 0 told ok without a row',
    runs: 6,
    sees: firstCommit(),
  }),
  restarts: () => ({
    what: 'two server restarts, 100 callers',
    wanted: '0 without an answer, 0 told ok without a row',
    runs: 3,
    restarts: 2,
  }),
};

/** Breaks the connections once, in place of the third commit. */
function firstCommit(): (bytes: Buffer) => boolean {
  let seen = 0;
  return (bytes) => !(bytes.toString('latin1').includes('commit') && ++seen === 3);
}

class Server {
  readonly #dataDir: string;
  #server: EmbeddedDatabase;

  private constructor(dataDir: string, server: EmbeddedDatabase) {
    this.#dataDir = dataDir;
    this.#server = server;
  }

  static async start(): Promise<Server> {
    const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-drivers-'));
    chmodSync(dataDir, 0o755);
    return new Server(dataDir, await Server.#open(dataDir));
  }

  static #open(dataDir: string): Promise<EmbeddedDatabase> {
    return openEmbedded({ dataDir, log: createLogger('error') });
  }

  get url(): string {
    return this.#server.url;
  }

  async restart(relay: Relay): Promise<void> {
    await this.#server.stop();
    relay.refuse();
    this.#server = await Server.#open(this.#dataDir);
    relay.accept(this.url);
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

async function runOnce(server: Server, name: string, driver: string): Promise<string> {
  const { sees, restarts = 0 } = caseOf(name);
  const relay = await startRelay(server.url, sees ? { sees } : {});
  const child = fork(new URL('./child.ts', import.meta.url), [name, driver, relay.url, server.url], {
    stdio: 'inherit',
  });
  try {
    const outcome = outcomeOf(child);
    if (restarts > 0) await restartUnder(child, server, relay, restarts);
    return await Promise.race([outcome, pause(RUN_LIMIT_MS, 'the run did not end', { ref: false })]);
  } finally {
    child.kill('SIGKILL');
    relay.close();
    await dropTable(server.url);
  }
}

function caseOf(name: string): Case {
  const make = CASES[name];
  if (!make) throw new Error(`no case ${name}`);
  return make();
}

/** The last word of a child; the first one may be that its callers are at work. */
function outcomeOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (message !== WORKING) resolve(String(message));
    });
    child.on('exit', (code) => resolve(`the process ended with code ${code}`));
  });
}

async function restartUnder(child: ChildProcess, server: Server, relay: Relay, count: number): Promise<void> {
  await new Promise<void>((resolve) => {
    child.on('message', (message) => message === WORKING && resolve());
    child.on('exit', () => resolve());
  });
  for (let done = 0; done < count; done++) {
    await pause(BETWEEN_RESTARTS_MS);
    await server.restart(relay);
  }
  await pause(BETWEEN_RESTARTS_MS);
  if (child.connected) child.send('over');
}

async function dropTable(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('drop table if exists tried');
  await client.end();
}

/** `3 × resolved; 1 × rejected`, the most frequent first. */
function counted(outcomes: readonly string[]): string {
  const groups = [...Map.groupBy(outcomes, (outcome) => outcome)].sort(([, a], [, b]) => b.length - a.length);
  return groups.map(([outcome, { length }]) => `${length} × ${outcome}`).join('; ');
}

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;

const server = await Server.start();
try {
  console.log(`pg ${versionOf('pg')}, postgres ${versionOf('postgres')}, Node ${process.versions.node}`);
  for (const name of Object.keys(CASES)) {
    const { what, wanted, runs } = caseOf(name);
    console.log(`\n${what}\n  should be: ${wanted}`);
    for (const driver of Object.keys(DRIVERS)) {
      const outcomes: string[] = [];
      for (let run = 0; run < runs; run++) outcomes.push(await runOnce(server, name, driver));
      console.log(`  ${driver}: ${counted(outcomes)}`);
    }
  }
} finally {
  await server.stop();
}
