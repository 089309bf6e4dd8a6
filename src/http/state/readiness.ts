import type { DatabaseStatus } from '../../services/shared/database-status.ts';

/** Whether the database and Discord are reachable. */
export class Readiness {
  readonly #database: Pick<DatabaseStatus, 'isReachable'>;
  readonly #isDiscordConnected: () => boolean;

  constructor(deps: { database: Pick<DatabaseStatus, 'isReachable'>; isDiscordConnected: () => boolean }) {
    this.#database = deps.database;
    this.#isDiscordConnected = deps.isDiscordConnected;
  }

  async check(): Promise<{ database: boolean; discord: boolean }> {
    return { database: await this.#database.isReachable(), discord: this.#isDiscordConnected() };
  }
}
