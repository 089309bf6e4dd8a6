import { randomBytes } from 'node:crypto';
import {
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Interaction,
  PermissionFlagsBits,
  RESTJSONErrorCodes,
} from 'discord.js';
import { UserError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { errorCard } from '../views/kit/error-card.ts';
import type { View } from '../views/kit/view.ts';
import type { Ack, Command, Context, FormView, Registry } from './command.ts';
import { splitId } from './custom-id.ts';
import { isAllowed, type Level, levelOf, type RoleIds } from './level.ts';
import { LIMITS } from './limits.ts';
import {
  acknowledge,
  deleteMessage,
  openForm,
  type Repliable,
  sendAnswer,
  sendFailure,
  sendFollowUp,
} from './respond.ts';

export interface DispatcherOptions<S> {
  registry: Registry<S>;
  services: S;
  guildId: string;
  roles: RoleIds;
  log: Logger;
}

/** One interaction, routed: what it needs, how it is acknowledged, and what it does. */
interface Call<S> {
  name: string;
  requires: Level;
  ack: Ack;
  run(context: Context<S>): Promise<Awaited<ReturnType<Command<S>['run']>>>;
}

const OUT_OF_DATE = new UserError(
  'out_of_date',
  'This message is out of date.',
  'Run the command again, for example /proxy list.',
);

/** An interaction that somebody else has answered, or that is over: nothing is left to be said to the user. */
const GONE = new Set<number | string>([
  RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.UnknownWebhook,
]);

/**
 * Carries an interaction through: route, guild, level, input, acknowledgement, work, answer. Whatever fails on the way becomes a
 * card for the caller alone, and nothing is ever thrown to the client.
 */
export class Dispatcher<S> {
  readonly #options: DispatcherOptions<S>;

  constructor(options: DispatcherOptions<S>) {
    this.#options = options;
  }

  async handle(interaction: Interaction): Promise<void> {
    try {
      if (interaction.isAutocomplete()) await this.#suggest(interaction);
      else if (
        interaction.isChatInputCommand() ||
        interaction.isMessageContextMenuCommand() ||
        interaction.isMessageComponent() ||
        interaction.isModalSubmit()
      ) {
        await this.#answer(interaction);
      }
    } catch (err) {
      this.#options.log.error({ err }, 'an interaction could not be answered');
    }
  }

  async #answer(interaction: Repliable): Promise<void> {
    const started = performance.now();
    let call: Call<S> | undefined;
    let outcome = 'ok';
    try {
      call = this.#route(interaction);
      const level = this.#levelFor(interaction, call.requires);
      if (call.ack !== 'form') await acknowledge(interaction, call.ack);
      const more: View[] = [];
      const answer = await call.run(this.#context(interaction, level, more));
      if (answer === null) await interaction.deleteReply();
      else if (isForm(answer)) await openForm(interaction, answer.form);
      else await sendAnswer(interaction, answer);
      for (const view of more) await sendFollowUp(interaction, view, false);
    } catch (error) {
      outcome = await this.#fail(interaction, call?.ack ?? 'ephemeral', error);
    }
    const ms = Math.round(performance.now() - started);
    this.#options.log.info({ command: call?.name ?? 'unknown', outcome, ms, user: interaction.user.id }, 'interaction');
  }

  /** Finds the handler, and reads the input by its declaration. @throws UserError where there is none any more */
  #route(interaction: Repliable): Call<S> {
    const { handlers } = this.#options.registry;
    if (interaction.isChatInputCommand()) {
      const command = this.#command(interaction);
      const options = readOptions(command, interaction);
      return { ...command, ack: command.ack(options), run: (context) => command.run(context, options) };
    }
    if (interaction.isMessageContextMenuCommand()) {
      const menu = handlers.find((each) => each.kind === 'menu' && each.name === interaction.commandName);
      if (menu?.kind !== 'menu') throw OUT_OF_DATE;
      const { id, channelId, content, attachments } = interaction.targetMessage;
      const target = {
        id,
        channelId,
        content,
        attachments: attachments.map(({ name, size, url }) => ({ name, size, url })),
      };
      return { ...menu, run: (context) => menu.run(context, target) };
    }
    const id = splitId(interaction.customId);
    const kind = interaction.isModalSubmit() ? 'form' : 'component';
    const handler = handlers.find((each) => each.kind === kind && each.id.name === id?.name);
    const params = handler && 'id' in handler && id ? handler.id.decode(id.values) : undefined;
    if (!params) throw OUT_OF_DATE;
    if (handler?.kind === 'form' && interaction.isModalSubmit()) {
      const values: Record<string, unknown> = {};
      for (const [key, field] of Object.entries(handler.fields)) values[key] = field.read(interaction.fields, key);
      return { ...handler, name: handler.id.name, run: (context) => handler.run(context, params, values) };
    }
    if (handler?.kind !== 'component') throw OUT_OF_DATE;
    const chosen = interaction.isStringSelectMenu() ? interaction.values : [];
    return { ...handler, name: handler.id.name, run: (context) => handler.run(context, params, chosen) };
  }

  #command(interaction: ChatInputCommandInteraction | AutocompleteInteraction): Command<S> {
    const name = [interaction.commandName, interaction.options.getSubcommand(false)].filter(Boolean).join(' ');
    const command = this.#options.registry.handlers.find((each) => each.kind === 'command' && each.name === name);
    if (command?.kind !== 'command') throw OUT_OF_DATE;
    return command;
  }

  /** @throws UserError where the caller may not */
  #levelFor(interaction: Repliable | AutocompleteInteraction, required: Level): Level {
    if (interaction.guildId !== this.#options.guildId) {
      throw new UserError('wrong_guild', 'This bot serves another Discord server.');
    }
    const memberRoles = interaction.member?.roles ?? [];
    const ids = Array.isArray(memberRoles) ? memberRoles : [...memberRoles.cache.keys()];
    const canManage = interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false;
    const level = levelOf(ids, canManage, this.#options.roles);
    if (!level) {
      throw new UserError(
        'no_role',
        'You have none of the roles that may use this bot.',
        'Ask whoever manages this server for one.',
      );
    }
    if (!isAllowed(level, required)) {
      throw new UserError('not_allowed', `This needs the level ${required}; you are a ${level}.`);
    }
    return level;
  }

  #context(interaction: Repliable, level: Level, more: View[]): Context<S> {
    const { user } = interaction;
    return {
      actor: { id: `discord:${user.id}`, name: user.username, level },
      services: this.#options.services,
      followUp: (view) => void more.push(view),
      deleteMessage: (channelId, messageId) => deleteMessage(interaction.client.rest, channelId, messageId),
    };
  }

  /** Tells the caller, and resolves to how the interaction ended. */
  async #fail(interaction: Repliable, ack: Ack, error: unknown): Promise<string> {
    const { log } = this.#options;
    if (error instanceof DiscordAPIError && GONE.has(error.code)) {
      log.info({ code: error.code }, 'the interaction is over or was answered elsewhere');
      return 'gone';
    }
    const ref = randomBytes(4).toString('hex');
    const isExpected = error instanceof UserError;
    if (isExpected) log.info({ code: error.code }, 'refused');
    else log.error({ err: error, ref }, 'a command failed');
    const shown = isExpected
      ? error
      : new UserError(
          'fault',
          'Something went wrong, nothing was changed.',
          `If it happens again, tell whoever runs the bot: Ref ${ref}.`,
        );
    await sendFailure(interaction, ack, errorCard(shown));
    return isExpected ? error.code : 'fault';
  }

  async #suggest(interaction: AutocompleteInteraction): Promise<void> {
    const { registry, services, log } = this.#options;
    const focused = interaction.options.getFocused(true);
    let choices: { name: string; value: string }[] = [];
    try {
      const command = this.#command(interaction);
      const level = this.#levelFor(interaction, command.requires);
      const list = registry.suggestions[command.options[focused.name]?.suggestions ?? ''];
      if (list) choices = await list({ services, level }, focused.value);
    } catch (error) {
      // There is no way to show an error here: the caller sees no suggestions, and the reason when the command is sent.
      if (!(error instanceof UserError)) log.error({ err: error }, 'suggestions failed');
    }
    await interaction.respond(
      choices.slice(0, LIMITS.choices).map(({ name, value }) => ({ name: name.slice(0, LIMITS.choiceName), value })),
    );
  }
}

function isForm(answer: object): answer is FormView {
  return 'form' in answer;
}

/** @throws UserError where a value is none that the option takes */
function readOptions<S>(command: Command<S>, interaction: ChatInputCommandInteraction): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(command.options)) {
    const given = interaction.options.get(name);
    const value = given?.attachment ?? given?.value;
    const parsed = option.schema.safeParse(value);
    if (!parsed.success)
      throw new UserError('bad_option', `The option \`${name}\` is not right: ${parsed.error.issues[0]?.message}.`);
    values[name] = parsed.data;
  }
  return values;
}
