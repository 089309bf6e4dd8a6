import { Client, Events, GatewayIntentBits, type Interaction, Options } from 'discord.js';
import { createAgent } from './connection/agent.ts';
import { Gateway } from './connection/gateway.ts';
import { GatewayPace } from './connection/gateway-pace.ts';
import { KeepingRest } from './connection/keeping-rest.ts';
import { Session } from './connection/session.ts';
import { startFailure } from './connection/start-failure.ts';
import { Transport } from './connection/transport.ts';
import type { Registry } from './define/command.ts';
import { Dispatcher, type DispatcherOptions } from './dispatch/dispatch.ts';
import { INVITED_WITH } from './permissions.ts';
import { CommandRegistration } from './register-commands.ts';
import { restoreClicked } from './restore-clicked.ts';

export interface BotOptions<S> extends DispatcherOptions<S> {
  token: string;
  /** Base URL without the API version. */
  apiUrl: string;
  registry: Registry<S>;
  /** Called once, with a sentence, if Discord no longer accepts the bot: the process must end. */
  onLost: (reason: string) => void;
}

/** The connection of the bot to Discord. */
export interface Bot {
  client: Client<true>;
  /** Whether the gateway is connected and requests are accepted; both recover automatically. */
  isConnected(): boolean;
  /** Whether Discord no longer accepts the bot, so that it is about to end. */
  isLost(): boolean;
  /** Stops accepting interactions, finishes those in progress, and disconnects. */
  stop(): Promise<void>;
}

const LOGIN_TIMEOUT_MS = 60_000;
/** A longer rate limit is an error: discord.js would hold back every request to the route until it ends. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Logs in, registers the commands if they have changed, and starts to handle interactions.
 *
 * @throws Error with one sentence if Discord does not accept the bot
 */
export async function startBot<S>(options: BotOptions<S>): Promise<Bot> {
  const { log, guildId, registry, token, onLost } = options;
  const transport = new Transport(options.apiUrl);
  const pace = new GatewayPace();
  const client = newClient(options.apiUrl, transport, pace);
  const session = new Session({ check: () => transport.checkToken(token), onLost, log });
  const gateway = new Gateway({ client, token, session, pace, log });
  const commandIds = new Map<string, string>();
  const dispatcher = new Dispatcher({ ...options, commandIds });
  client.on(Events.Error, (err) => log.error({ err }, 'Discord client error'));
  const answer = (interaction: Interaction) => void dispatcher.handle(interaction);
  // Registered before the login, so that a click during a restart is answered as soon as Discord delivers it.
  client.on(Events.InteractionCreate, answer);
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  try {
    await client.login(token);
    const readyClient = await Promise.race([ready, timeout()]);
    if (!readyClient.guilds.cache.has(guildId)) throw new Error(notJoined(guildId, readyClient.application.id));
    session.begin();
    transport.reportTo(session);
    const registration = new CommandRegistration({ client: readyClient, guildId, registry, log, commandIds });
    await registration.start();
    if (options.work?.journal) await restoreClicked(readyClient, options.work.journal, log);
    log.info({ user: readyClient.user.username, guild: guildId }, 'the bot is ready');
    return {
      client: readyClient,
      isConnected: () => session.isAlive && gateway.isConnected,
      isLost: () => session.isLost,
      async stop() {
        client.off(Events.InteractionCreate, answer);
        registration.stop();
        await dispatcher.settle();
        gateway.stop();
        session.stop();
        await client.destroy();
      },
    };
  } catch (error) {
    gateway.stop();
    session.stop();
    await client.destroy();
    throw startFailure(gateway.lastFinalClose ?? error, options.apiUrl);
  }
}

function newClient(apiUrl: string, transport: Transport, { buildStrategy }: GatewayPace): Client {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    // Messages show text that people typed, which must not ping anyone.
    allowedMentions: { parse: [] },
    rest: {
      api: apiUrl,
      version: '10',
      agent: createAgent(),
      makeRequest: transport.send,
      rejectOnRateLimit: ({ retryAfter }) => retryAfter > LONGEST_WAIT_MS,
    },
    ws: { buildStrategy },
    // The bot's own member stays, so that its permissions are known.
    makeCache: Options.cacheWithLimits({
      MessageManager: 0,
      UserManager: 0,
      GuildMemberManager: { maxSize: 0, keepOverLimit: (member) => member.id === member.client.user.id },
    }),
  });
  client.rest.clearHashSweeper();
  client.rest.clearHandlerSweeper();
  client.rest = new KeepingRest(client.rest.options);
  return client;
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
  const link = `https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=${INVITED_WITH}`;
  return `The bot is not a member of the server ${guildId} (DISCORD_GUILD_ID). Invite it: ${link}`;
}
