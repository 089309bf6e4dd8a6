import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/server/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/database.ts';
import { connectOps, type Ops } from '../ops/ops.ts';
import { type BotProcess, startBotProcess } from './bot-process.ts';

const ITS_CONNECTIONS = `pg_stat_activity where datname = current_database() and application_name ~ '^proxy-ops (people|bulk|upkeep|thread)$'`;

/** The bot as a process that can be killed at any moment, and started again on what it left. */
export class MortalBot {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  readonly ops: Ops;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #encryptionKey = randomBytes(32);
  #process: BotProcess | undefined;

  private constructor(sandbox: Sandbox, database: TestDatabase, settings: Readonly<Record<string, string>>) {
    this.sandbox = sandbox;
    this.database = database;
    this.#settings = settings;
    this.ops = connectOps(sandbox);
  }

  /** With a sandbox and a database of its own; it is not started yet. */
  static async prepare(settings: Readonly<Record<string, string>> = {}): Promise<MortalBot> {
    return new MortalBot(await startSandbox({ port: 0 }), await createTestDatabase(), settings);
  }

  async start(): Promise<BotProcess> {
    this.#process = await startBotProcess(this.sandbox, this.database.url, this.#encryptionKey, this.#settings);
    return this.#process;
  }

  /** Starts it unless it runs already. */
  async startOnce(): Promise<void> {
    if (!this.#process) await this.start();
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    await this.#process?.kill(signal);
    this.#process = undefined;
  }

  /**
   * Kills it in the middle of a change: all of it is written but the audit entry, and nothing is final. Resolves when nothing of
   * it is left in the database.
   *
   * @param isSeen resolves when the change has gone on for long enough
   */
  async killDuring(change: () => Promise<unknown>, isSeen?: () => Promise<unknown>): Promise<void> {
    const brake = await this.database.pool.connect();
    await brake.query('begin; lock table audit_log in access exclusive mode');
    // This one gets no answer.
    change().catch(() => undefined);
    await expect
      .poll(() => this.count(`${ITS_CONNECTIONS} and wait_event_type = 'Lock' and query like '%audit_log%'`))
      .toBeGreaterThan(0);
    await isSeen?.();
    await this.kill('SIGKILL');
    await brake.query('rollback');
    brake.release();
    await expect.poll(() => this.count(`${ITS_CONNECTIONS} and state <> 'idle'`)).toBe(0);
  }

  /** How many rows there are in `from`. */
  async count(from: string): Promise<number> {
    const { rows } = await this.database.pool.query(`select count(*)::int as count from ${from}`);
    return rows[0].count;
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    await this.sandbox.stop();
    await this.database.drop();
  }
}
