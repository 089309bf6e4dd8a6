import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ContextMenuCommandBuilder, SlashCommandBuilder, SlashCommandSubcommandBuilder } from '@discordjs/builders';
import {
  type APIApplicationCommand,
  ApplicationCommandType,
  type Client,
  DiscordAPIError,
  RateLimitError,
  RESTJSONErrorCodes,
  type RESTPostAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js';
import { ignoring } from '../base/ignoring.ts';
import type { Logger } from '../base/logger.ts';
import { LIMITS } from '../kit/limits/limits.ts';
import { EdgeAnswerError } from './connection/edge.ts';
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

interface RegistrationDeps<S> {
  client: Client<true>;
  guildId: string;
  registry: Registry<S>;
  log: Logger;
  /** Filled with the ids of the commands, by name. */
  commandIds: Map<string, string>;
}

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60 * 60_000;
/** The start does not wait longer for Discord; until then, the commands of the last start are there. */
const START_WAITS_MS = 10_000;

/**
 * Registers the commands if those of the guild differ. While Discord does not take them (a daily limit, a rate limit, an outage), the
 * bot works with the commands that are there, and this tries again.
 */
export class CommandRegistration<S> {
  readonly #deps: RegistrationDeps<S>;
  readonly #stopped = new AbortController();

  constructor(deps: RegistrationDeps<S>) {
    this.#deps = deps;
  }

  /**
   * Resolves after the first attempt, whatever became of it, or after ten seconds.
   *
   * @throws Error if the bot may not register commands on this server, or if Discord would reject one
   */
  async start(): Promise<void> {
    const wanted = sizedPayloads(this.#deps.registry);
    const first = Promise.withResolvers<void>();
    void this.#run(wanted, first);
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(START_WAITS_MS)]);
    signal.addEventListener('abort', () => first.resolve(), { once: true });
    await first.promise;
  }

  stop(): void {
    this.#stopped.abort(new Error('the bot is stopping'));
  }

  async #run(wanted: Payload[], first: PromiseWithResolvers<void>): Promise<void> {
    for (let attempt = 0; !this.#stopped.signal.aborted; attempt++) {
      try {
        await this.#register(wanted);
        return first.resolve();
      } catch (err) {
        if (isNotAllowed(err)) return first.reject(err);
        first.resolve();
        await this.#pause(err, attempt);
      }
    }
  }

  async #register(wanted: Payload[]): Promise<void> {
    const { client, guildId, log, commandIds } = this.#deps;
    const { signal } = this.#stopped;
    const route = Routes.applicationGuildCommands(client.application.id, guildId);
    const query = new URLSearchParams({ with_localizations: 'true' });
    const present = (await client.rest.get(route, { query, signal })) as Registered[];
    noteIds(commandIds, present);
    if (isDeepStrictEqual(byName(present), byName(wanted))) {
      log.info({ commands: wanted.length }, 'the commands are registered and up to date');
      return;
    }
    noteIds(commandIds, (await client.rest.put(route, { body: wanted, signal })) as Registered[]);
    log.info({ commands: wanted.length }, 'registered the commands with Discord');
  }

  async #pause(err: unknown, attempt: number): Promise<void> {
    const { signal } = this.#stopped;
    if (signal.aborted) return;
    const retryInMs = Math.max(statedWaitMs(err), Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt));
    this.#deps.log.warn(
      { err, retryInMs },
      'the commands could not be registered; the bot works with those that Discord has, and tries again',
    );
    await wait(retryInMs, undefined, { signal }).catch(ignoring('a stop ends the pause early'));
  }
}

function statedWaitMs(error: unknown): number {
  if (error instanceof RateLimitError) return error.retryAfter;
  return error instanceof EdgeAnswerError ? (error.retryAfterMs ?? 0) : 0;
}

type Registered = Pick<APIApplicationCommand, 'id' | 'name'>;

function noteIds(ids: Map<string, string>, registered: readonly Registered[]): void {
  for (const { name, id } of registered) ids.set(name, id);
}

type Payload = RESTPostAPIApplicationCommandsJSONBody;

/** @throws Error if a command exceeds Discord's size limit */
function sizedPayloads<S>(registry: Registry<S>): Payload[] {
  const wanted = commandPayloads(registry);
  for (const command of wanted) {
    if (commandSize(command) > LIMITS.command)
      throw new Error(`the command ${command.name} exceeds Discord's size limit`);
  }
  return wanted;
}

/** An invitation without the scope for commands, which only people can put right. */
function isNotAllowed(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.MissingAccess;
}

function byName(list: unknown[]): Map<string, unknown> {
  const keyOf = ({ type = 1, name }: { type?: number; name: string }) => `${type} ${name}`;
  return new Map(list.map((each) => [keyOf(each as { type?: number; name: string }), normalize(each)]));
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
