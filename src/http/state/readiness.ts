import type { Pool } from '../../db/client.ts';

const LONGEST_MS = 2_000;
/** Whoever asks often gets what was found within this time. */
const FRESH_MS = 1_000;

/** Whether what the bot stands on can be reached. */
export class Readiness {
  readonly #pool: Pick<Pool, 'query'>;
  readonly #isDiscordConnected: () => boolean;
  #looking: Promise<boolean> | undefined;

  constructor(deps: { pool: Pick<Pool, 'query'>; isDiscordConnected: () => boolean }) {
    this.#pool = deps.pool;
    this.#isDiscordConnected = deps.isDiscordConnected;
  }

  async look(): Promise<{ database: boolean; discord: boolean }> {
    if (!this.#looking) {
      this.#looking = this.#askDatabase();
      setTimeout(() => {
        this.#looking = undefined;
      }, FRESH_MS).unref();
    }
    return { database: await this.#looking, discord: this.#isDiscordConnected() };
  }

  async #askDatabase(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), LONGEST_MS);
    });
    const answered = this.#pool.query('select 1').then(
      () => true,
      () => false,
    );
    const isThere = await Promise.race([answered, late]);
    clearTimeout(timer);
    return isThere;
  }
}
