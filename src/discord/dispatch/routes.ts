import type { AutocompleteInteraction, ChatInputCommandInteraction, CommandInteractionOption } from 'discord.js';
import { UserError } from '../../base/errors.ts';
import { splitId } from '../../kit/custom-id.ts';
import type { Level } from '../../kit/level.ts';
import { type Call, type Command, type Registry, splitName } from '../define/command.ts';
import type { Repliable } from './repliable.ts';

/** The handler of an interaction: the role that it requires, then the call that its input asks for. */
interface Route<S> {
  name: string;
  requires: Level;
  /** Undefined if the input is of an older version. @throws UserError if the input is invalid */
  read(): Call<S> | undefined;
}

type Handler<S> = Registry<S>['handlers'][number];
type Kind = Handler<never>['kind'];

export const OUT_OF_DATE = new UserError(
  'out_of_date',
  'This message is out of date.',
  'Run the command again, for example /proxy list.',
);

/** Finds the handler of an interaction by name. */
export class Routes<S> {
  readonly #handlers = new Map<string, Handler<S>>();
  readonly #autocomplete: Registry<S>['autocomplete'];

  /** @throws Error if a handler could never be reached: no bot starts with one */
  constructor(registry: Registry<S>) {
    this.#autocomplete = registry.autocomplete;
    for (const handler of registry.handlers) {
      const key = `${handler.kind} ${handler.name}`;
      if (this.#handlers.has(key)) throw new Error(`two handlers for the ${key}`);
      this.#handlers.set(key, handler);
      if (handler.kind === 'command') assertReachable(handler, registry);
    }
  }

  command(interaction: ChatInputCommandInteraction | AutocompleteInteraction): Command<S> | undefined {
    const words = [interaction.commandName, interaction.options.getSubcommand(false)];
    return this.#get('command', words.filter(Boolean).join(' '));
  }

  /** Undefined if no handler has this name (any more). */
  find(interaction: Repliable): Route<S> | undefined {
    if (interaction.isChatInputCommand()) {
      return routeTo(this.command(interaction), (command) =>
        command.read((option) => this.#value(command, option, interaction.options.get(option))),
      );
    }
    if (interaction.isMessageContextMenuCommand()) {
      const { id, channelId, content, attachments } = interaction.targetMessage;
      const files = attachments.map(({ name, size, url }) => ({ name, size, url }));
      const message = { id, channelId, content, attachments: files };
      return routeTo(this.#get('message command', interaction.commandName), ({ read }) => read(message));
    }
    const id = splitId(interaction.customId);
    if (!id) return undefined;
    if (interaction.isModalSubmit()) {
      return routeTo(this.#get('modal', id.name), ({ read }) => read(id.values, interaction.fields));
    }
    const chosen = interaction.isStringSelectMenu() ? interaction.values : [];
    return routeTo(this.#get('component', id.name), ({ read }) => read(id.values, chosen));
  }

  /** The value of an option; the text that its autocomplete shows becomes the value that it stands for. */
  #value({ options }: Command<S>, name: string, given: CommandInteractionOption | null): unknown {
    const value = given?.attachment ?? given?.value;
    const list = this.#autocomplete[options[name]?.autocomplete ?? ''];
    return list && typeof value === 'string' ? list.read(value.trim()) : value;
  }

  #get<K extends Kind>(kind: K, name: string): Extract<Handler<S>, { kind: K }> | undefined {
    return this.#handlers.get(`${kind} ${name}`) as Extract<Handler<S>, { kind: K }> | undefined;
  }
}

function routeTo<S, H extends Handler<S>>(handler: H | undefined, read: (handler: H) => Call<S> | undefined) {
  return handler && { name: handler.name, requires: handler.requires, read: () => read(handler) };
}

/** @throws Error if Discord cannot have the command as it is named */
function assertReachable<S>(command: Command<S>, { groups }: Registry<S>): void {
  const words = splitName(command);
  const isGroup = groups[words.command] !== undefined;
  if (isGroup && !words.subcommand) throw new Error(`the command ${command.name} has subcommands, so it needs one`);
  if (!isGroup && words.subcommand) throw new Error(`the group ${words.command} of ${command.name} has no description`);
}
