import { isDeepStrictEqual } from 'node:util';
import {
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type Client,
  type RESTPostAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import type { Logger } from '../base/logger.ts';
import { LIMITS } from '../kit/limits/limits.ts';
import type { Command, Registry } from './define/command.ts';

/** The payloads registered with Discord: one command per first word with its subcommands, and the message commands. */
export function commandPayloads<S>(registry: Registry<S>): RESTPostAPIApplicationCommandsJSONBody[] {
  const payloads = new Map<
    string,
    RESTPostAPIApplicationCommandsJSONBody & { options: APIApplicationCommandOption[] }
  >();
  const messageCommands: RESTPostAPIApplicationCommandsJSONBody[] = [];
  for (const handler of registry.handlers) {
    if (handler.kind === 'message command')
      messageCommands.push({ type: ApplicationCommandType.Message, name: handler.name });
    if (handler.kind !== 'command') continue;
    const [name = '', subcommand] = handler.name.split(' ');
    const options = registerOptions(handler);
    if (!subcommand) {
      payloads.set(name, { type: ApplicationCommandType.ChatInput, name, description: handler.description, options });
      continue;
    }
    const group = payloads.get(name) ?? {
      type: ApplicationCommandType.ChatInput,
      name,
      description: registry.groups[name] ?? name,
      options: [],
    };
    const type = ApplicationCommandOptionType.Subcommand as const;
    group.options.push({ type, name: subcommand, description: handler.description, options });
    payloads.set(name, group);
  }
  return [...payloads.values(), ...messageCommands];
}

/** Discord requires that required options come first. */
function registerOptions<S>(command: Command<S>) {
  const options = Object.entries(command.options).map(([name, option]) => option.register(name));
  return options.sort((a, b) => Number(b.required ?? false) - Number(a.required ?? false));
}

/** Characters in all names, descriptions and choices of a command; Discord limits the sum. */
export function commandSize(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + commandSize(each), 0);
  if (typeof value !== 'object' || value === null) return 0;
  let size = 0;
  for (const [key, each] of Object.entries(value)) {
    size += ['name', 'description', 'value'].includes(key) ? String(each).length : commandSize(each);
  }
  return size;
}

/** Registers the commands if those of the guild differ. Each PUT replaces all commands of the guild. */
export async function registerCommands<S>(
  client: Client<true>,
  guildId: string,
  registry: Registry<S>,
  log: Logger,
): Promise<void> {
  const wanted = commandPayloads(registry);
  for (const command of wanted) {
    if (commandSize(command) > LIMITS.command)
      throw new Error(`the command ${command.name} exceeds Discord's size limit`);
  }
  const route = Routes.applicationGuildCommands(client.application.id, guildId);
  const present = (await client.rest.get(route, {
    query: new URLSearchParams({ with_localizations: 'true' }),
  })) as unknown[];
  const byName = (list: unknown[]) =>
    new Map(
      list.map((each) => [
        `${(each as { type?: number }).type ?? 1} ${(each as { name: string }).name}`,
        normalize(each),
      ]),
    );
  if (isDeepStrictEqual(byName(present), byName(wanted))) {
    log.info({ commands: wanted.length }, 'the commands are registered and up to date');
    return;
  }
  await client.rest.put(route, { body: wanted });
  log.info({ commands: wanted.length }, 'registered the commands with Discord');
}

/** Keys that Discord adds to a command that it returns. */
const ADDED = new Set([
  'id',
  'application_id',
  'guild_id',
  'version',
  'dm_permission',
  'contexts',
  'integration_types',
  'handler',
]);

/** Drops the keys that Discord adds and values that equal their default, so that two definitions can be compared. */
function normalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([key]) => !ADDED.has(key))
    .map(([key, each]) => [key, normalize(each)] as const)
    .filter(([, each]) => !isDefault(each));
  return Object.fromEntries(kept);
}

function isDefault(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === '';
}
