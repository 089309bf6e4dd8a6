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

/** What is registered with Discord: one command for each first word, its subcommands as declared, and the message menus. */
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

/** Required options come first, as Discord wants it. */
function registerOptions<S>(command: Command<S>) {
  const options = Object.entries(command.options).map(([name, option]) => option.register(name));
  return options.sort((a, b) => Number(b.required ?? false) - Number(a.required ?? false));
}

/** Characters of all names, descriptions and choices, which Discord bounds a command. */
export function commandSize(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + commandSize(each), 0);
  if (typeof value !== 'object' || value === null) return 0;
  let size = 0;
  for (const [key, each] of Object.entries(value)) {
    size += ['name', 'description', 'value'].includes(key) ? String(each).length : commandSize(each);
  }
  return size;
}

/** Puts the guild's commands in place where they differ from ours. Each PUT replaces every command of the guild. */
export async function registerCommands<S>(
  client: Client<true>,
  guildId: string,
  registry: Registry<S>,
  log: Logger,
): Promise<void> {
  const wanted = commandPayloads(registry);
  for (const command of wanted) {
    if (commandSize(command) > LIMITS.command) throw new Error(`the command ${command.name} is too large for Discord`);
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
    log.info({ commands: wanted.length }, 'the commands stand with Discord as they are');
    return;
  }
  await client.rest.put(route, { body: wanted });
  log.info({ commands: wanted.length }, 'registered the commands with Discord');
}

/** What Discord adds to a command that it gives back. */
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

/** Without what Discord adds, and without what says nothing: a default, or an absence in one of its spellings. */
function normalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .filter(([key]) => !ADDED.has(key))
    .map(([key, each]) => [key, normalize(each)] as const)
    .filter(([, each]) => !isNothing(each));
  return Object.fromEntries(kept);
}

function isNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === '';
}
