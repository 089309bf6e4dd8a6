import { isDeepStrictEqual } from 'node:util';
import { ContextMenuCommandBuilder, SlashCommandBuilder, SlashCommandSubcommandBuilder } from '@discordjs/builders';
import { ApplicationCommandType, type Client, type RESTPostAPIApplicationCommandsJSONBody, Routes } from 'discord.js';
import type { Logger } from '../base/logger.ts';
import { LIMITS } from '../kit/limits/limits.ts';
import { type Command, type Registry, splitName } from './define/command.ts';

/**
 * Builds the payloads to register: one command per first word with its subcommands, and the message commands.
 *
 * @throws an error of the builders if Discord would reject a name, a description or an option
 */
export function commandPayloads<S>(registry: Registry<S>): RESTPostAPIApplicationCommandsJSONBody[] {
  const commands = new Map<string, SlashCommandBuilder>();
  const messageCommands: ContextMenuCommandBuilder[] = [];
  for (const handler of registry.handlers) {
    if (handler.kind === 'message command') messageCommands.push(messageCommand(handler.name));
    if (handler.kind !== 'command') continue;
    const { command: name, subcommand } = splitName(handler);
    const command = commands.get(name) ?? new SlashCommandBuilder().setName(name);
    commands.set(name, command);
    if (subcommand) {
      command.setDescription(registry.groups[name] ?? '');
      command.addSubcommand(described(new SlashCommandSubcommandBuilder().setName(subcommand), handler));
    } else {
      described(command, handler);
    }
  }
  return [...commands.values(), ...messageCommands].map((builder) => builder.toJSON());
}

function messageCommand(name: string): ContextMenuCommandBuilder {
  return new ContextMenuCommandBuilder().setName(name).setType(ApplicationCommandType.Message);
}

/** Adds description and options; Discord requires the required options to come first. */
function described<S, B extends SlashCommandBuilder | SlashCommandSubcommandBuilder>(
  builder: B,
  command: Command<S>,
): B {
  builder.setDescription(command.description);
  const options = Object.entries(command.options);
  options.sort(([, a], [, b]) => Number(b.isRequired) - Number(a.isRequired));
  for (const [name, option] of options) option.addTo(builder, name);
  return builder;
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
