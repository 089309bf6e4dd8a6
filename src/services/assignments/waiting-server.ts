import type { Logger } from '../../base/logger.ts';
import type { Tx } from '../../db/client.ts';
import { modelNames } from '../../db/queries/accounts/models.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Assignment } from '../../domain/plan/shared/assignment.ts';
import type { AlertService } from '../alerts/alert-service.ts';
import { Rounds } from '../shared/rounds.ts';
import type { AssignmentService } from './assignment-service.ts';

const INTERVAL_MS = 10_000;
const ACTOR: Actor = { id: 'system', name: 'Proxy Ops' };

/**
 * Serves waiting accounts when time alone makes room (R10): a cool-down that ends, a proxy that recovers, a change by SQL. The
 * channel hears of it in one line, written with the assignments.
 */
export class WaitingServer {
  readonly #assignments: AssignmentService;
  readonly #alerts: AlertService;
  readonly #rounds: Rounds;

  constructor(deps: { assignments: AssignmentService; alerts: AlertService; log: Logger }) {
    this.#assignments = deps.assignments;
    this.#alerts = deps.alerts;
    this.#rounds = new Rounds({
      pauseMs: INTERVAL_MS,
      log: deps.log,
      failed: 'serving waiting accounts failed',
      work: async () => {
        const served = await this.serve();
        if (served > 0) deps.log.info({ served }, 'waiting accounts got a proxy');
      },
    });
  }

  start(): void {
    this.#rounds.start(INTERVAL_MS);
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Serves once. @returns how many accounts got a proxy */
  serve(): Promise<number> {
    return this.#assignments.serveWaiting(ACTOR, (tx, served) => this.#tell(tx, served));
  }

  async #tell(tx: Tx, served: readonly Assignment[]): Promise<void> {
    const byModel = Map.groupBy(served, ({ modelId }) => modelId);
    const names = await modelNames(tx, [...byModel.keys()]);
    const models = names.map(({ id, name }) => ({ name, count: byModel.get(id)?.length ?? 0 }));
    await this.#alerts.noticeIn(tx, { kind: 'served', models: models.sort((a, b) => b.count - a.count) });
  }
}
