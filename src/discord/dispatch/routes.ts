import type { AutocompleteInteraction, ChatInputCommandInteraction } from 'discord.js';
import { UserError } from '../../base/errors.ts';
import { splitId } from '../../kit/custom-id.ts';
import type { Level } from '../../kit/level.ts';
import { type Ack, type Answer, type Command, type Context, type Registry, splitName } from '../define/command.ts';
import { readFields } from '../define/modal.ts';
import type { Repliable } from './responder.ts';

/** The handler of an interaction: the role that it requires, then the call that its input asks for. */
interface Route<S> {
  name: string;
  requires: Level;
  /** @throws UserError if the input is invalid */
  read(): Call<S>;
}

interface Call<S> {
  ack: Ack;
  run(context: Context<S>): Promise<Answer>;
}

type Handler<S> = Registry<S>['handlers'][number];
type Kind = Handler<never>['kind'];

export const OUT_OF_DATE = new UserError(
  'out_of_date',
  'This message is out of date.',
  'Run the command again, for example /proxy list.',
);

/** Finds the handler of an interaction by name and reads the input as the handler declares it. */
export class Routes<S> {
  readonly #handlers = new Map<string, Handler<S>>();

  /** @throws Error if a handler could never be reached: no bot starts with one */
  constructor(registry: Registry<S>) {
    for (const handler of registry.handlers) {
      const key = `${handler.kind} ${'id' in handler ? handler.id.name : handler.name}`;
      if (this.#handlers.has(key)) throw new Error(`two handlers for the ${key}`);
      this.#handlers.set(key, handler);
      if (handler.kind === 'command') assertReachable(handler, registry);
    }
  }

  command(interaction: ChatInputCommandInteraction | AutocompleteInteraction): Command<S> | undefined {
    const words = [interaction.commandName, interaction.options.getSubcommand(false)];
    return this.#get('command', words.filter(Boolean).join(' '));
  }

  /** Undefined if no handler has this name (any more), or if it cannot read the id on the message. */
  find(interaction: Repliable): Route<S> | undefined {
    if (interaction.isChatInputCommand()) {
      const command = this.command(interaction);
      return command && { ...command, read: () => readCommand(command, interaction) };
    }
    if (interaction.isMessageContextMenuCommand()) {
      const command = this.#get('message command', interaction.commandName);
      const { id, channelId, content, attachments } = interaction.targetMessage;
      const files = attachments.map(({ name, size, url }) => ({ name, size, url }));
      const target = { id, channelId, content, attachments: files };
      return command && { ...command, read: () => ({ ...command, run: (context) => command.run(context, target) }) };
    }
    return interaction.isModalSubmit() ? this.#findModal(interaction) : this.#findComponent(interaction);
  }

  #findModal(interaction: Extract<Repliable, { isFromMessage(): boolean }>): Route<S> | undefined {
    const id = splitId(interaction.customId);
    const modal = this.#get('modal', id?.name);
    const params = id && modal?.id.decode(id.values);
    if (!modal || !params) return undefined;
    const read = (): Call<S> => {
      const values = readFields(interaction.fields, modal.fields);
      if (!values) throw OUT_OF_DATE;
      return { ack: modal.ack, run: (context) => modal.run(context, params, values) };
    };
    return { ...modal, name: modal.id.name, read };
  }

  #findComponent(interaction: Extract<Repliable, { isButton(): boolean; message: unknown }>): Route<S> | undefined {
    const id = splitId(interaction.customId);
    const component = this.#get('component', id?.name);
    const params = id && component?.id.decode(id.values);
    if (!component || !params) return undefined;
    const chosen = interaction.isStringSelectMenu() ? interaction.values : [];
    const run: Call<S>['run'] = (context) => component.run(context, params, chosen);
    return { ...component, name: component.id.name, read: () => ({ ack: component.ack, run }) };
  }

  #get<K extends Kind>(kind: K, name: string | undefined): Extract<Handler<S>, { kind: K }> | undefined {
    return this.#handlers.get(`${kind} ${name}`) as Extract<Handler<S>, { kind: K }> | undefined;
  }
}

/** @throws Error if Discord cannot have the command as it is named, or an option names an unknown autocomplete list */
function assertReachable<S>(command: Command<S>, { groups, autocomplete }: Registry<S>): void {
  const words = splitName(command);
  const isGroup = groups[words.command] !== undefined;
  if (isGroup && !words.subcommand) throw new Error(`the command ${command.name} has subcommands, so it needs one`);
  if (!isGroup && words.subcommand) throw new Error(`the group ${words.command} of ${command.name} has no description`);
  for (const { autocomplete: list } of Object.values(command.options)) {
    if (list && !autocomplete[list]) {
      throw new Error(`the command ${command.name} names an unknown autocomplete list: ${list}`);
    }
  }
}

/** @throws UserError if a value is not valid for its option */
function readCommand<S>(command: Command<S>, interaction: ChatInputCommandInteraction): Call<S> {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(command.options)) {
    const given = interaction.options.get(name);
    const parsed = option.schema.safeParse(given?.attachment ?? given?.value);
    if (!parsed.success) {
      throw new UserError('bad_option', `Invalid value for the option “${name}”: ${parsed.error.issues[0]?.message}.`);
    }
    values[name] = parsed.data;
  }
  return { ack: command.ack(values), run: (context) => command.run(context, values) };
}
