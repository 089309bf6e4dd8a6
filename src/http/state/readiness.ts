import type { DatabaseStatus } from '../../services/shared/database-status.ts';

/** The connection to Discord, as far as others depend on it. */
export interface DiscordStatus {
  isConnected(): boolean;
  /** Whether Discord no longer accepts the bot, so that only a restart with another configuration helps. */
  isLost(): boolean;
}

/** Whether the database and Discord are reachable. */
export class Readiness {
  readonly #database: Pick<DatabaseStatus, 'isReachable'>;
  readonly #discord: DiscordStatus;

  constructor(deps: { database: Pick<DatabaseStatus, 'isReachable'>; discord: DiscordStatus }) {
    this.#database = deps.database;
    this.#discord = deps.discord;
  }

  /** False once the bot cannot recover without a restart. */
  get isAlive(): boolean {
    return !this.#discord.isLost();
  }

  async check(): Promise<{ database: boolean; discord: boolean }> {
    return { database: await this.#database.isReachable(), discord: this.#discord.isConnected() };
  }
}
