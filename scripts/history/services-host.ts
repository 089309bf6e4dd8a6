import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Pool } from '../../src/db/client.ts';
import {
  type StatementFault,
  type StatementRelay,
  startStatementRelay,
} from '../../test/helpers/sweep/statement-relay.ts';
import type { Answer, Reply, Request } from './operations.ts';

const PROGRAM = fileURLToPath(new URL('./services-process.ts', import.meta.url));
/** PostgreSQL notices with the next message that a process is gone, so the statement in progress may still be done. */
const SESSIONS = 'select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name = $1';

/** A process of the services that can be killed, behind a relay that breaks its connections. */
export class ServicesHost {
  readonly #pool: Pool;
  readonly #name: string;
  readonly #relay: StatementRelay;
  readonly #waiting = new Map<number, { answer(answer: Answer): void; fail(error: Error): void }>();
  #starts = 0;
  #child: ChildProcess | undefined;
  #ready: Promise<unknown> = Promise.resolve();
  #isReady = false;

  private constructor(pool: Pool, name: string, relay: StatementRelay) {
    this.#pool = pool;
    this.#name = name;
    this.#relay = relay;
  }

  /** @param name of its connections */
  static async start(pool: Pool, url: string, name: string): Promise<ServicesHost> {
    const host = new ServicesHost(pool, name, await startStatementRelay(url, (each) => each.startsWith(name)));
    await host.#start();
    return host;
  }

  /** Resolves when nothing of the operation can happen any more. */
  async perform(request: Request): Promise<Answer> {
    await this.#ready;
    return new Promise((answer, fail) => {
      this.#waiting.set(request.id, { answer, fail });
      this.#child?.send(request);
    });
  }

  /** Lets the n-th of the next statements fail, unless the process is just being started. */
  breakAt(nth: number, fault: StatementFault): void {
    if (this.#isReady) this.#relay.arm(fault, nth);
  }

  /** Kills the process in the middle of whatever it does, and starts the next one. */
  async kill(): Promise<void> {
    this.#ready = this.#kill().then(() => this.#start());
    await this.#ready;
  }

  async stop(): Promise<void> {
    await this.#kill();
    this.#relay.close();
  }

  async #start(): Promise<void> {
    const child = fork(PROGRAM, [this.#relay.url, this.#session(++this.#starts)]);
    this.#child = child;
    child.on('message', (reply: Reply) => reply !== 'ready' && this.#take(reply));
    child.on('exit', (code) => code !== null && this.#failAll(new Error(`a process ended with code ${code}`)));
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', () => reject(new Error('a process ended before it was ready')));
    });
    this.#isReady = true;
  }

  #session(start: number): string {
    return `${this.#name} ${start}`;
  }

  async #kill(): Promise<void> {
    this.#isReady = false;
    this.#relay.disarm();
    const exited = this.#child && once(this.#child, 'exit');
    this.#child?.kill('SIGKILL');
    await exited;
    await this.#pool.query(SESSIONS, [this.#session(this.#starts)]);
    for (const { answer } of this.#waiting.values()) answer({ kind: 'unknown' });
    this.#waiting.clear();
  }

  #take(reply: Exclude<Reply, 'ready'>): void {
    const asked = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    asked?.answer(reply.answer);
  }

  #failAll(error: Error): void {
    for (const { fail } of this.#waiting.values()) fail(error);
    this.#waiting.clear();
  }
}
