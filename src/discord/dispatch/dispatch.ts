import { randomBytes } from 'node:crypto';
import { type AutocompleteInteraction, type Interaction, RESTJSONErrorCodes } from 'discord.js';
import { Effects, noteEffect } from '../../base/effects.ts';
import { UserError, userErrorIn } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { errorCard } from '../../kit/error-card.ts';
import { changesAtMost, type Level, levelOf } from '../../kit/level.ts';
import { LIMITS } from '../../kit/limits/limits.ts';
import { plain, truncate } from '../../kit/text.ts';
import { listCommands } from '../command-list.ts';
import type { Context, Registry } from '../define/command.ts';
import { deleteMessage } from '../delete-message.ts';
import { type Access, assertRole, authorise } from './authorise.ts';
import { Keystrokes } from './keystrokes.ts';
import { RefusalCard } from './refusal-card.ts';
import type { Repliable } from './repliable.ts';
import { hasCode, Responder, type WorkOptions } from './responder.ts';
import { OUT_OF_DATE, Routes } from './routes.ts';
import { type Turn, Turns } from './turns.ts';

export interface DispatcherOptions<S> extends Access {
  registry: Registry<S>;
  services: S;
  log: Logger;
  /** The ids of the registered commands, by name. */
  commandIds?: ReadonlyMap<string, string>;
  work?: WorkOptions;
  /** Called when an interaction has ended; `outcome` is `ok` or an error code. */
  onAnswered?: (interaction: { command: string; outcome: string; ms: number }) => void;
}

type FollowUp = Parameters<Responder['followUp']>;

/** Errors of an interaction that has expired or was answered by another process: nothing more can be sent. */
const GONE = [
  RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.InvalidWebhookToken,
];

/** The state of one interaction while it is handled. */
interface Run {
  responder: Responder;
  level: Level;
  more: FollowUp[];
  turn: Turn;
}

/** How far an interaction came before it failed. */
interface Ended {
  /** The handler has returned an answer. */
  isDone: boolean;
  mayHaveChanged: boolean;
}

const UNCERTAIN = 'It is not certain whether the change took effect.';

/** An error that the user can act on says what to do next; if something was changed before, that comes first. */
function afterEffect(error: UserError, { isDone, mayHaveChanged }: Ended): Pick<UserError, 'message' | 'hint'> {
  if (error.code === 'fault' || error.code === 'unshown' || !mayHaveChanged) return error;
  const hint = isDone ? 'The change itself took effect.' : 'A part of it took effect. Check before you repeat it.';
  return { message: error.message, hint };
}

/**
 * Handles an interaction from start to end: route, guild, role, input, acknowledgement, work, response. An error at any step becomes
 * a card that only the caller sees; nothing is thrown to the client.
 */
export class Dispatcher<S> {
  readonly #options: DispatcherOptions<S>;
  readonly #routes: Routes<S>;
  readonly #running = new Set<Promise<void>>();
  readonly #turns = new Turns();
  readonly #keystrokes = new Keystrokes();

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

  /** Resolves when every interaction in progress has been answered. */
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
    const responder = new Responder(interaction, this.#options.log, this.#options.work);
    let command = 'unknown';
    let outcome = 'ok';
    let isDone = false;
    const effects = new Effects();
    const turn = this.#turns.of(interaction.user.id);
    try {
      const route = this.#routes.find(interaction);
      command = route?.name ?? command;
      const level = authorise(interaction, route?.requires ?? 'viewer', this.#options);
      const call = route?.read();
      if (!call) throw OUT_OF_DATE;
      if (call.requires) assertRole(level, call.requires);
      if (call.ack !== 'modal') await responder.acknowledge(call.ack);
      const more: FollowUp[] = [];
      const answer = await effects.track(() => call.run(this.#context(interaction, { responder, level, more, turn })));
      isDone = true;
      await responder.answer(answer);
      for (const each of more) await responder.followUp(...each);
    } catch (error) {
      outcome = await this.#fail(responder, error, { isDone, mayHaveChanged: effects.mayExist });
    } finally {
      turn.end();
    }
    const ms = Math.round(performance.now() - started);
    this.#options.onAnswered?.({ command, outcome, ms });
    this.#options.log.info({ command, outcome, ms, user: interaction.user.id }, 'interaction');
  }

  #context(interaction: Repliable, run: Run): Context<S> {
    const { responder, level, more } = run;
    const { user } = interaction;
    return {
      actor: { id: `discord:${user.id}`, name: user.username, level, changesAtMost: changesAtMost(level) },
      services: this.#options.services,
      upload: { maxBytes: interaction.attachmentSizeLimit, turn: () => run.turn.take() },
      progress: (view) => responder.progress(view),
      followUp: (...each) => void more.push(each),
      levelOf: ({ roleIds, canManageServer }) => levelOf(roleIds, canManageServer, this.#options.roles),
      commands: () => listCommands(this.#options.registry, this.#options.commandIds),
      async deleteMessage(channelId, messageId) {
        noteEffect();
        await deleteMessage(interaction.client.rest, channelId, messageId);
      },
    };
  }

  /** Shows the error to the caller and resolves to its code. */
  async #fail(responder: Responder, error: unknown, ended: Ended): Promise<string> {
    if (this.#isGone(error)) return 'gone';
    const shown = userErrorIn(error) ?? this.#fault(error, ended);
    try {
      await responder.fail(shown instanceof RefusalCard ? shown.view : errorCard(afterEffect(shown, ended)));
    } catch (err) {
      if (!this.#isGone(err)) this.#options.log.error({ err }, 'the error could not be shown to the caller');
    }
    return shown.code;
  }

  /** An internal error is shown as a reference only, under which it is logged. */
  #fault(err: unknown, { isDone, mayHaveChanged }: Ended): UserError {
    const ref = randomBytes(4).toString('hex');
    const message = isDone ? 'a result could not be displayed' : 'an interaction failed';
    this.#options.log.error({ err, ref, mayHaveChanged }, message);
    const tell = `If it happens again, tell the operator of the bot: Ref ${ref}.`;
    if (isDone && mayHaveChanged) {
      return new UserError('unshown', 'The change took effect, but its result could not be displayed.', tell);
    }
    if (isDone) return new UserError('unshown', 'The result could not be displayed.', tell);
    if (!mayHaveChanged) return new UserError('fault', 'Something went wrong. Nothing was changed.', tell);
    return new UserError('fault', `Something went wrong. ${UNCERTAIN}`, `Check before you repeat it. Ref ${ref}.`);
  }

  /** Whether the interaction has expired or was answered elsewhere, which is logged. */
  #isGone(error: unknown): boolean {
    if (!hasCode(error, GONE)) return false;
    this.#options.log.info({ code: error.code }, 'the interaction has expired or was answered elsewhere');
    return true;
  }

  /** Autocomplete cannot show an error: the caller sees no choices, and the reason when the command is sent. */
  async #complete(interaction: AutocompleteInteraction): Promise<void> {
    const { registry, services, log } = this.#options;
    const focused = interaction.options.getFocused(true);
    let found: { name: string; value: string }[] = [];
    try {
      const command = this.#routes.command(interaction);
      const level = authorise(interaction, command?.requires ?? 'viewer', this.#options);
      const complete = registry.autocomplete[command?.options[focused.name]?.autocomplete ?? ''];
      const key = [interaction.user.id, command?.name, focused.name].join(' ');
      found =
        (await this.#keystrokes.run(key, async () => complete?.suggest({ services, level }, focused.value))) ?? [];
    } catch (err) {
      if (!userErrorIn(err)) log.error({ err }, 'autocomplete failed');
    }
    const choices = found
      .map(({ name, value }) => ({ name: truncate(plain(name), LIMITS.choice), value }))
      .filter(({ name, value }) => name.trim() !== '' && value !== '' && value.length <= LIMITS.choice);
    await interaction.respond(choices.slice(0, LIMITS.choices));
  }
}
