import {
  Client,
  DiscordAPIError,
  Events,
  GatewayIntentBits,
  type Interaction,
  Options,
  RESTJSONErrorCodes,
  Status,
} from 'discord.js';
import type { Registry } from './define/command.ts';
import { Dispatcher, type DispatcherOptions } from './dispatch/dispatch.ts';
import { registerCommands } from './register-commands.ts';

export interface BotOptions<S> extends DispatcherOptions<S> {
  token: string;
  /** Base URL without the API version. */
  apiUrl: string;
  registry: Registry<S>;
}

export interface Bot {
  client: Client<true>;
  /** Whether the gateway is connected; discord.js reconnects automatically. */
  isConnected(): boolean;
  /** Stops accepting interactions, finishes those in progress, and disconnects. */
  stop(): Promise<void>;
}

const LOGIN_TIMEOUT_MS = 60_000;
/** A longer rate limit is an error: discord.js would hold back every request to the route until it ends. */
const LONGEST_WAIT_MS = 60_000;

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH']);

/** View Channels, Send Messages, Attach Files, Read Message History, and Manage Messages (for `Delete message`). */
const PERMISSIONS = '109568';

/**
 * Logs in, registers the commands if they have changed, and starts to handle interactions.
 *
 * @throws Error with one sentence if the token or the guild is wrong
 */
export async function startBot<S>(options: BotOptions<S>): Promise<Bot> {
  const { log, guildId, registry } = options;
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    // Messages show text that people typed, which must not ping anyone.
    allowedMentions: { parse: [] },
    rest: { api: options.apiUrl, version: '10', rejectOnRateLimit: ({ retryAfter }) => retryAfter > LONGEST_WAIT_MS },
    makeCache: Options.cacheWithLimits({ MessageManager: 0, UserManager: 0, GuildMemberManager: 0 }),
  });
  const dispatcher = new Dispatcher(options);
  client.on(Events.Error, (err) => log.error({ err }, 'Discord client error'));
  client.on(Events.Invalidated, () => log.error('Discord invalidated the session; restart the bot'));
  client.on(Events.ShardDisconnect, ({ code }) => log.warn({ code }, 'disconnected from Discord'));
  client.on(Events.ShardReconnecting, () => log.info('reconnecting to Discord'));
  client.on(Events.ShardResume, () => log.info('resumed the session with Discord'));
  const answer = (interaction: Interaction) => void dispatcher.handle(interaction);
  // Registered before the login, so that a click during a restart is answered as soon as Discord delivers it.
  client.on(Events.InteractionCreate, answer);
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  try {
    await client.login(options.token);
    const readyClient = await Promise.race([ready, timeout()]);
    if (!readyClient.guilds.cache.has(guildId)) throw new Error(notJoined(guildId, readyClient.application.id));
    await registerCommands(readyClient, guildId, registry, log);
    log.info({ user: readyClient.user.username, guild: guildId }, 'the bot is ready');
    return {
      client: readyClient,
      isConnected: () => readyClient.ws.shards.every((shard) => shard.status === Status.Ready),
      async stop() {
        client.off(Events.InteractionCreate, answer);
        await dispatcher.settle();
        await client.destroy();
      },
    };
  } catch (error) {
    await client.destroy();
    throw explain(error, options.apiUrl);
  }
}

function timeout(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new Error('The connection to Discord was not ready within a minute.')),
      LOGIN_TIMEOUT_MS,
    ).unref();
  });
}

function notJoined(guildId: string, applicationId: string): string {
  const link = `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=${PERMISSIONS}`;
  return `The bot is not a member of the server ${guildId} (DISCORD_GUILD_ID). Invite it: ${link}`;
}

function explain(error: unknown, apiUrl: string): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'TokenInvalid') {
    return new Error('Discord rejected DISCORD_TOKEN. Copy it again from the developer portal (Bot → Reset Token).');
  }
  if (error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.MissingAccess) {
    return new Error(
      'The bot does not have permission to register commands on this server. Invite it again with the scope applications.commands.',
    );
  }
  if (error instanceof Error && UNREACHABLE.has(codeOf(error.cause) ?? codeOf(error) ?? '')) {
    return new Error(`Discord is not reachable at ${new URL(apiUrl).host}.`, { cause: error });
  }
  return error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
