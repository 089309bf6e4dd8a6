import { setupLine } from '../../domain/messages/setup.ts';
import type { SetupStatus } from '../../services/setup-status.ts';
import type { DatabaseStatus } from '../../services/shared/database-status.ts';

/** The connection to Discord, as far as others depend on it. */
export interface DiscordStatus {
  isConnected(): boolean;
  /** Whether Discord no longer accepts the bot, so that only a restart with another configuration helps. */
  isLost(): boolean;
}

/** Whether the database and Discord are reachable. */
export class Readiness {
  readonly #database: Pick<DatabaseStatus, 'isReachable' | 'read'>;
  readonly #discord: DiscordStatus;
  readonly #setup: Pick<SetupStatus, 'problems'>;

  constructor(deps: {
    database: Pick<DatabaseStatus, 'isReachable' | 'read'>;
    discord: DiscordStatus;
    setup: Pick<SetupStatus, 'problems'>;
  }) {
    this.#database = deps.database;
    this.#discord = deps.discord;
    this.#setup = deps.setup;
  }

  /** False once the bot cannot recover without a restart. */
  get isAlive(): boolean {
    return !this.#discord.isLost();
  }

  /** `setup`: what in the configuration does not fit the server; it makes the bot no less ready. */
  async check(): Promise<{ database: boolean; discord: boolean; setup: string[] }> {
    const isReachable = await this.#database.isReachable();
    // The database may have stopped answering since that was found out.
    const setup = isReachable ? await this.#database.read(() => this.#setup.problems()) : undefined;
    return {
      database: setup !== undefined,
      discord: this.#discord.isConnected(),
      setup: (setup ?? []).map(setupLine),
    };
  }
}
