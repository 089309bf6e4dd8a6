import type { Logger } from '../../base/logger.ts';
import type { Tx } from '../../db/client.ts';
import { modelNames } from '../../db/queries/accounts/models.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Assignment } from '../../domain/plan/shared/assignment.ts';
import type { AlertService } from '../alerts/alert-service.ts';
import type { AssignmentService } from './assignment-service.ts';

const ACTOR: Actor = { id: 'system', name: 'Proxy Ops' };

/**
 * Assigns waiting accounts if a slot becomes free without a command (R10): a cooldown ends, a proxy recovers, or SQL
 * changes the pool. One announcement for the channel is written with the assignments.
 */
export class WaitingAssigner {
  readonly #assignments: AssignmentService;
  readonly #alerts: AlertService;
  readonly #log: Logger;

  constructor(deps: { assignments: AssignmentService; alerts: AlertService; log: Logger }) {
    this.#assignments = deps.assignments;
    this.#alerts = deps.alerts;
    this.#log = deps.log;
  }

  /** @returns how many accounts got a proxy */
  async assign(): Promise<number> {
    const assigned = await this.#assignments.assignWaiting(ACTOR, (tx, served) => this.#announce(tx, served));
    if (assigned > 0) this.#log.info({ assigned }, 'waiting accounts were assigned');
    return assigned;
  }

  async #announce(tx: Tx, served: readonly Assignment[]): Promise<void> {
    const byModel = Map.groupBy(served, ({ modelId }) => modelId);
    const names = await modelNames(tx, [...byModel.keys()]);
    const models = names.map(({ id, name }) => ({ name, count: byModel.get(id)?.length ?? 0 }));
    await this.#alerts.noticeIn(tx, { kind: 'served', models: models.sort((a, b) => b.count - a.count) });
  }
}
