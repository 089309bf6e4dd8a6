import { once } from 'node:events';
import {
  type ApplicationCommandDataResolvable,
  Client,
  Events,
  GatewayIntentBits,
  type Interaction,
  type RESTOptions,
} from 'discord.js';
import type { Sandbox } from '../../../sandbox/server/index.ts';
import { createAgent } from '../../../src/discord/connection/agent.ts';

type Handler = (interaction: Interaction) => Promise<unknown>;

export interface BareBot {
  client: Client<true>;
  /** The errors of its handlers, with the sandbox's refusals. */
  errors: unknown[];
  stop(): Promise<void>;
}

/**
 * A discord.js client as anybody would write it, but for the address of the API, and for connections that do not depend on what the
 * tests before have loaded.
 */
export async function startBareBot(
  sandbox: Sandbox,
  commands: ApplicationCommandDataResolvable[],
  handle: Handler,
  {
    rest = {},
    intents = [GatewayIntentBits.Guilds],
  }: { rest?: Partial<RESTOptions>; intents?: GatewayIntentBits[] } = {},
): Promise<BareBot> {
  const errors: unknown[] = [];
  const client = new Client({
    intents,
    rest: { api: sandbox.apiUrl, version: '10', agent: createAgent(), ...rest },
    allowedMentions: { parse: [] },
  });
  client.on(Events.InteractionCreate, (interaction) => {
    handle(interaction).catch((error: unknown) => errors.push(error));
  });
  client.on(Events.Error, (error) => errors.push(error));
  const ready = once(client, Events.ClientReady);
  await client.login(sandbox.botToken);
  await ready;
  await (client as Client<true>).application.commands.set(commands, sandbox.guildId);
  return { client: client as Client<true>, errors, stop: () => client.destroy() };
}
