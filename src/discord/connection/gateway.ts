import { setTimeout as wait } from 'node:timers/promises';
import { type Client, Events, GatewayCloseCodes, Status } from 'discord.js';
import { ignoring } from '../../base/ignoring.ts';
import type { Logger } from '../../base/logger.ts';
import type { GatewayPace } from './gateway-pace.ts';
import type { Session } from './session.ts';

/** How often a connection is opened again that Discord closes each time before it is ready. */
const MOST_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1_000;

/** Close codes after which discord.js does not connect again, and what the operator can do. */
const FINAL_CLOSES = new Map<number, string>([
  [
    GatewayCloseCodes.AuthenticationFailed,
    'Discord rejected DISCORD_TOKEN. Copy it again from the developer portal (Bot → Reset Token).',
  ],
  [GatewayCloseCodes.InvalidShard, 'Discord rejected the shard of the bot. Update the bot.'],
  [
    GatewayCloseCodes.ShardingRequired,
    'Discord requires sharding: the bot is in too many servers. Remove it from some.',
  ],
  [GatewayCloseCodes.InvalidAPIVersion, 'Discord no longer supports the gateway version of the bot. Update the bot.'],
  [GatewayCloseCodes.InvalidIntents, 'Discord rejected the gateway intents of the bot. Update the bot.'],
  [GatewayCloseCodes.DisallowedIntents, 'Discord does not allow the gateway intents of the bot. Update the bot.'],
]);

export function finalClose(code: number): string | undefined {
  return FINAL_CLOSES.get(code);
}

interface GatewayDeps {
  client: Client;
  token: string;
  session: Session;
  pace: GatewayPace;
  log: Logger;
}

/** Watches the gateway of a client: after a close that discord.js takes as final, the session is verified and opened again. */
export class Gateway {
  readonly #deps: GatewayDeps;
  readonly #stopped = new AbortController();
  #attempts = 0;
  #lastFinalCode: number | undefined;

  constructor(deps: GatewayDeps) {
    this.#deps = deps;
    const { client, pace, log } = deps;
    client.on(Events.ShardDisconnect, ({ code }) => void this.#reopen(code));
    client.on(Events.ShardReconnecting, () => {
      if (!this.#stopped.signal.aborted) log.info('reconnecting to Discord');
    });
    client.on(Events.ShardResume, () => {
      pace.reset();
      log.info('resumed the session with Discord');
    });
    client.on(Events.ShardError, (err) => log.warn({ err }, 'the connection to the gateway reported an error'));
    client.on(Events.ShardReady, () => {
      pace.reset();
      this.#attempts = 0;
    });
  }

  get isConnected(): boolean {
    return this.#deps.client.ws.shards.every((shard) => shard.status === Status.Ready);
  }

  /** Why Discord closed the gateway for good, if it did. */
  get lastFinalClose(): string | undefined {
    return this.#lastFinalCode === undefined ? undefined : finalClose(this.#lastFinalCode);
  }

  stop(): void {
    this.#deps.pace.stop();
    this.#stopped.abort();
  }

  async #reopen(code: number): Promise<void> {
    const { client, token, session, log } = this.#deps;
    this.#lastFinalCode = code;
    log.warn({ code }, 'Discord closed the gateway for good');
    if (!(await session.verify(`the gateway was closed with ${code}`))) return;
    if (this.#attempts === MOST_ATTEMPTS)
      return session.lose(finalClose(code) ?? `Discord closed the gateway (${code}).`);
    await this.#pause(FIRST_PAUSE_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    if (this.#stopped.signal.aborted) return;
    try {
      await client.login(token);
    } catch (err) {
      log.error({ err }, 'the gateway could not be opened again');
      session.lose('The connection to Discord was closed and could not be opened again.');
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopped;
    await wait(ms, undefined, { signal }).catch(ignoring('a stop ends the pause early'));
  }
}
