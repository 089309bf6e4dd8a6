import { randomBytes } from 'node:crypto';
import { type AutocompleteInteraction, type Interaction, RESTJSONErrorCodes } from 'discord.js';
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { errorCard } from '../../kit/error-card.ts';
import type { Level } from '../../kit/level.ts';
import { LIMITS } from '../../kit/limits/limits.ts';
import { plain, truncate } from '../../kit/text.ts';
import type { Context, Registry } from '../define/command.ts';
import { deleteMessage } from '../delete-message.ts';
import { type Access, authorise } from './authorise.ts';
import { RefusalCard } from './refusal-card.ts';
import { hasCode, type Repliable, Responder } from './responder.ts';
import { OUT_OF_DATE, Routes } from './routes.ts';

export interface DispatcherOptions<S> extends Access {
  registry: Registry<S>;
  services: S;
  log: Logger;
  /** Told of every interaction that has ended; `outcome` is `ok` or a code. */
  onAnswered?: (interaction: { command: string; outcome: string; ms: number }) => void;
}

type FollowUp = Parameters<Responder['followUp']>;

/** An interaction that another process has answered, or that is over: nothing is left to be said to the user. */
const GONE = [
  RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.InvalidWebhookToken,
];

/**
 * Carries an interaction through: route, guild, level, input, acknowledgement, work, answer. Whatever fails on the way becomes a
 * card for the caller alone, and nothing is ever thrown to the client.
 */
export class Dispatcher<S> {
  readonly #options: DispatcherOptions<S>;
  readonly #routes: Routes<S>;
  readonly #running = new Set<Promise<void>>();

  constructor(options: DispatcherOptions<S>) {
    this.#options = options;
    this.#routes = new Routes(options.registry);
  }

  /** Never rejects. */
  handle(interaction: Interaction): Promise<void> {
    const work = this.#handle(interaction).finally(() => this.#running.delete(work));
    this.#running.add(work);
    return work;
  }

  /** Resolves when everything that has begun is answered. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #handle(interaction: Interaction): Promise<void> {
    try {
      if (interaction.isAutocomplete()) await this.#complete(interaction);
      else if (
        interaction.isChatInputCommand() ||
        interaction.isMessageContextMenuCommand() ||
        interaction.isMessageComponent() ||
        interaction.isModalSubmit()
      ) {
        await this.#answer(interaction);
      }
    } catch (err) {
      if (!this.#isGone(err)) this.#options.log.error({ err }, 'an interaction could not be answered');
    }
  }

  async #answer(interaction: Repliable): Promise<void> {
    const started = performance.now();
    const responder = new Responder(interaction);
    let command = 'unknown';
    let outcome = 'ok';
    let isDone = false;
    try {
      const route = this.#routes.find(interaction);
      command = route?.name ?? command;
      const level = authorise(interaction, route?.requires ?? 'viewer', this.#options);
      if (!route) throw OUT_OF_DATE;
      const call = route.read();
      if (call.ack !== 'modal') await responder.acknowledge(call.ack);
      const more: FollowUp[] = [];
      const answer = await call.run(this.#context(interaction, responder, level, more));
      isDone = true;
      await responder.answer(answer);
      for (const each of more) await responder.followUp(...each);
    } catch (error) {
      outcome = await this.#fail(responder, error, isDone);
    }
    const ms = Math.round(performance.now() - started);
    this.#options.onAnswered?.({ command, outcome, ms });
    this.#options.log.info({ command, outcome, ms, user: interaction.user.id }, 'interaction');
  }

  #context(interaction: Repliable, responder: Responder, level: Level, more: FollowUp[]): Context<S> {
    const { user } = interaction;
    return {
      actor: { id: `discord:${user.id}`, name: user.username, level },
      services: this.#options.services,
      attachmentSizeLimit: interaction.attachmentSizeLimit,
      progress: (view) => responder.progress(view),
      followUp: (...each) => void more.push(each),
      deleteMessage: (channelId, messageId) => deleteMessage(interaction.client.rest, channelId, messageId),
    };
  }

  /** Tells the caller, and resolves to how the interaction ended. */
  async #fail(responder: Responder, error: unknown, isDone: boolean): Promise<string> {
    if (this.#isGone(error)) return 'gone';
    const isExpected = error instanceof UserError;
    const shown = isExpected ? error : this.#fault(error, isDone);
    try {
      await responder.fail(shown instanceof RefusalCard ? shown.view : errorCard(shown));
    } catch (err) {
      if (!this.#isGone(err)) this.#options.log.error({ err }, 'the caller could not be told what went wrong');
    }
    return shown.code;
  }

  /** What is said of a fault of ours: its reference alone, which stands in the log beside the fault. */
  #fault(err: unknown, isDone: boolean): UserError {
    const ref = randomBytes(4).toString('hex');
    this.#options.log.error({ err, ref }, isDone ? 'an answer could not be shown' : 'a command failed');
    return isDone
      ? new UserError(
          'unshown',
          'The answer could not be shown.',
          `Look whether it was done before you repeat it. Ref ${ref}.`,
        )
      : new UserError(
          'fault',
          'Something went wrong, nothing was changed.',
          `If it happens again, tell whoever runs the bot: Ref ${ref}.`,
        );
  }

  /** Whether nobody is left to be told, which the log says. */
  #isGone(error: unknown): boolean {
    if (!hasCode(error, GONE)) return false;
    this.#options.log.info({ code: error.code }, 'the interaction is over or was answered elsewhere');
    return true;
  }

  /** There is no way to show an error here: the caller sees no suggestions, and the reason when the command is sent. */
  async #complete(interaction: AutocompleteInteraction): Promise<void> {
    const { registry, services, log } = this.#options;
    const focused = interaction.options.getFocused(true);
    let found: { name: string; value: string }[] = [];
    try {
      const command = this.#routes.command(interaction);
      const level = authorise(interaction, command?.requires ?? 'viewer', this.#options);
      const suggest = registry.autocomplete[command?.options[focused.name]?.autocomplete ?? ''];
      if (suggest) found = await suggest({ services, level }, focused.value);
    } catch (err) {
      if (!(err instanceof UserError)) log.error({ err }, 'suggestions failed');
    }
    const choices = found
      .map(({ name, value }) => ({ name: truncate(plain(name), LIMITS.choice), value }))
      .filter(({ name, value }) => name.trim() !== '' && value !== '' && value.length <= LIMITS.choice);
    await interaction.respond(choices.slice(0, LIMITS.choices));
  }
}
