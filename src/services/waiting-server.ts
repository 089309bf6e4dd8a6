import type { Actor } from '../domain/actor.ts';
import type { Logger } from '../logger.ts';
import type { AssignmentService } from './assignment-service.ts';

const INTERVAL_MS = 10_000;
const ACTOR: Actor = { id: 'system', name: 'Proxy Ops' };

/** Serves waiting accounts when time alone makes room (R10): a cool-down that ends, a proxy that recovers, a change by SQL. */
export class WaitingServer {
  readonly #assignments: AssignmentService;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(deps: { assignments: AssignmentService; log: Logger }) {
    this.#assignments = deps.assignments;
    this.#log = deps.log;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#serve();
    }, INTERVAL_MS);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
    clearTimeout(this.#timer);
  }

  async #serve(): Promise<void> {
    try {
      const served = await this.#assignments.serveWaiting(ACTOR);
      if (served > 0) this.#log.info({ served }, 'waiting accounts were served');
    } catch (err) {
      this.#log.warn({ err }, 'serving waiting accounts failed; it is tried again');
    }
    if (this.#timer) this.start();
  }
}
