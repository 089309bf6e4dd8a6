import { type InteractionReplyOptions, MessageFlags } from 'discord.js';
import type { Logger } from '../../base/logger.ts';
import { LostAnswerError } from '../connection/lost-answer.ts';
import type { Repliable } from './repliable.ts';

const SEARCHED_MESSAGES = 100;

/**
 * Sends the messages that follow the answer of an interaction, each once. Discord knows no nonce for them, so one whose answer was
 * lost is looked for in the channel before it is sent again. An ephemeral one cannot be found, and is not repeated.
 */
export class FollowUps {
  readonly #interaction: Repliable;
  readonly #log: Logger;
  readonly #known = new Set<string>();
  #posts = 0;

  constructor(interaction: Repliable, log: Logger) {
    this.#interaction = interaction;
    this.#log = log;
  }

  async send(body: InteractionReplyOptions & { flags: number }): Promise<void> {
    try {
      await this.#sendOnce(body);
    } catch (error) {
      if (!(error instanceof LostAnswerError)) throw error;
      const isEphemeral = (body.flags & MessageFlags.Ephemeral) !== 0;
      this.#log.warn({ err: error, isEphemeral }, 'the answer of Discord to a follow-up was lost');
      if (!isEphemeral && !(await this.#hasArrived())) await this.#sendOnce(body);
    }
  }

  /** At most 25 characters; the same for a repeated request, and another for the next message. */
  nextNonce(): string {
    this.#posts += 1;
    return `${this.#interaction.id}-${this.#posts}`;
  }

  async #sendOnce(body: InteractionReplyOptions): Promise<void> {
    const { id } = await this.#interaction.followUp(body);
    this.#known.add(id);
  }

  /** Whether the channel has a message of this interaction beside its answer and the follow-ups sent before. */
  async #hasArrived(): Promise<boolean> {
    const { id, channelId, client } = this.#interaction;
    const channel = channelId ? await client.channels.fetch(channelId) : null;
    if (!channel?.isTextBased()) return true;
    const answer = await this.#interaction.fetchReply();
    const messages = await channel.messages.fetch({ after: id, limit: SEARCHED_MESSAGES, cache: false });
    const found = messages.find((message) => {
      const isOurs = message.interactionMetadata?.id === id && message.id !== answer.id;
      return isOurs && !this.#known.has(message.id);
    });
    if (found) this.#known.add(found.id);
    return found !== undefined;
  }
}
