import { setTimeout as wait } from 'node:timers/promises';
import { type ClientOptions, SimpleShardingStrategy } from 'discord.js';
import { ignoring } from '../../base/ignoring.ts';

type BuildStrategy = NonNullable<NonNullable<ClientOptions['ws']>['buildStrategy']>;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * How fast the gateway is opened again. discord.js does so twice per second for as long as it fails, which prolongs a limit of
 * Cloudflare. The second attempt in a row waits, and each further one twice as long.
 */
export class GatewayPace {
  readonly #stopped = new AbortController();
  #isClosed = false;
  #attempts = 0;

  /** discord.js asks for the session before it opens the gateway, among other times, so this waits there. */
  readonly buildStrategy: BuildStrategy = (manager) => {
    const { retrieveSessionInfo } = manager.options;
    manager.on('closed', () => {
      this.#isClosed = true;
    });
    manager.options.retrieveSessionInfo = async (shardId) => {
      if (this.#isClosed) await this.#pause();
      return retrieveSessionInfo(shardId);
    };
    return new SimpleShardingStrategy(manager);
  };

  /** The gateway is open. */
  reset(): void {
    this.#attempts = 0;
  }

  /** An attempt that waits is never made. */
  stop(): void {
    this.#stopped.abort();
  }

  async #pause(): Promise<void> {
    this.#isClosed = false;
    const ms = this.#attempts === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#attempts - 1));
    this.#attempts += 1;
    const { signal } = this.#stopped;
    await wait(ms, undefined, { signal, ref: false }).catch(ignoring('a stop ends the pause early'));
    if (signal.aborted) await new Promise<never>(() => {});
  }
}
