import {
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type InteractionEditReplyOptions,
  type MessageComponentInteraction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  RESTJSONErrorCodes,
} from 'discord.js';
import { UserError } from '../../base/errors.ts';
import { errorCard } from '../../kit/error-card.ts';
import { findModalProblems, findViewProblems } from '../../kit/limits/view-problems.ts';
import type { View } from '../../kit/view.ts';
import type { Ack, Answer, ModalView } from '../define/command.ts';
import { Progress } from './progress.ts';

/** The interactions that are answered with messages. */
export type Repliable =
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction
  | MessageComponentInteraction
  | ModalSubmitInteraction;

type Body = Required<Pick<InteractionEditReplyOptions, 'components' | 'files' | 'attachments'>> & {
  flags: MessageFlags.IsComponentsV2;
};

/** Fifteen minutes after the interaction its token is good for nothing. */
const TOKEN_OVER = [RESTJSONErrorCodes.InvalidWebhookToken, RESTJSONErrorCodes.UnknownWebhook];

/** Stands where the caller alone can no longer be told anything. */
const TOO_LATE = errorCard({
  message: 'This took longer than Discord waits, and did not succeed.',
  hint: 'Run it again.',
});

export function hasCode(error: unknown, codes: readonly RESTJSONErrorCodes[]): error is DiscordAPIError {
  return error instanceof DiscordAPIError && codes.some((code) => code === error.code);
}

/** Carries the answer to one interaction: the acknowledgement, what replaces it, and what went wrong. */
export class Responder {
  readonly #interaction: Repliable;
  readonly #progress: Progress<Body>;
  #ack: Ack | undefined;
  /** The message of the answer, where everybody sees it: that one can still be edited when the interaction's token is over. */
  #messageId: string | undefined;
  #isAnswered = false;

  constructor(interaction: Repliable) {
    this.#interaction = interaction;
    // A picture of the progress that does not arrive is made up for by the next one, or by the answer.
    this.#progress = new Progress((body) => this.#edit(body).catch(() => undefined));
  }

  /** The first response. It fixes who sees the answer; Components V2 is declared with the answer itself. */
  async acknowledge(ack: Exclude<Ack, 'modal'>): Promise<void> {
    const interaction = this.#interaction;
    if (ack === 'update') {
      if (!('deferUpdate' in interaction)) throw new Error('there is no clicked message to change');
      await interaction.deferUpdate();
      const { message } = interaction;
      if (!message?.flags.has(MessageFlags.Ephemeral)) this.#messageId = message?.id;
    } else {
      const flags = ack === 'ephemeral' ? MessageFlags.Ephemeral : undefined;
      const response = await interaction.deferReply({ withResponse: true, ...(flags && { flags }) });
      if (ack === 'public') this.#messageId = response.interaction.responseMessageId ?? undefined;
    }
    this.#ack = ack;
  }

  /** How far a long run is. It stands in the place of the answer, so it wants one of its own. */
  progress(view: View): void {
    if (this.#ack !== 'public' && this.#ack !== 'ephemeral') throw new Error('there is no answer to show progress in');
    this.#progress.show(this.#body(view));
  }

  /** Fills in the acknowledged answer or the clicked message, opens a form, or takes the message away. */
  async answer(answer: Answer): Promise<void> {
    await this.#progress.stop();
    if (answer === null) await this.#remove();
    else if ('modal' in answer) await this.#open(answer);
    else await this.#fill(answer);
    this.#isAnswered = true;
  }

  async followUp(view: View, options: { isEphemeral: boolean } = { isEphemeral: false }): Promise<void> {
    const { attachments: _, flags, ...body } = this.#body(view);
    const hidden = options.isEphemeral ? MessageFlags.Ephemeral : 0;
    try {
      await this.#interaction.followUp({ ...body, flags: flags | hidden });
    } catch (error) {
      const { channel } = this.#interaction;
      if (options.isEphemeral || !hasCode(error, TOKEN_OVER) || !channel?.isSendable()) throw error;
      await channel.send({ ...body, flags });
    }
  }

  /**
   * Tells the caller alone what went wrong. A public answer cannot become ephemeral, so it is taken away first; a clicked message, and
   * an answer that is there already, stay as they are.
   */
  async fail(view: View): Promise<void> {
    await this.#progress.stop();
    if (!this.#ack) {
      const { attachments: _, flags, ...body } = this.#body(view);
      await this.#interaction.reply({ ...body, flags: flags | MessageFlags.Ephemeral });
    } else if (this.#ack === 'public' && !this.#isAnswered) {
      await this.#replace(view);
    } else if (this.#ack === 'ephemeral' && !this.#isAnswered) {
      await this.#fill(view);
    } else {
      await this.followUp(view, { isEphemeral: true });
    }
  }

  async #replace(view: View): Promise<void> {
    try {
      await this.#remove();
      await this.followUp(view, { isEphemeral: true });
    } catch (error) {
      if (!hasCode(error, TOKEN_OVER)) throw error;
      await this.#fill(TOO_LATE);
    }
  }

  async #fill(view: View): Promise<void> {
    try {
      await this.#edit(this.#body(view));
    } catch (error) {
      if (!hasCode(error, [RESTJSONErrorCodes.UnknownMessage])) throw error;
      // Somebody deleted it meanwhile: what was done is said below it.
      await this.followUp(view, { isEphemeral: this.#messageId === undefined });
    }
  }

  /** What runs for longer than its token goes on as a message of the channel. */
  async #edit(body: Body): Promise<void> {
    try {
      await this.#interaction.editReply(body);
    } catch (error) {
      const { channel } = this.#interaction;
      if (!hasCode(error, TOKEN_OVER) || !this.#messageId || !channel) throw error;
      await channel.messages.edit(this.#messageId, body);
    }
  }

  async #open({ modal }: ModalView): Promise<void> {
    refuse(findModalProblems(modal));
    const interaction = this.#interaction;
    if (!('showModal' in interaction)) throw new Error('a modal cannot answer a modal');
    await interaction.showModal(modal);
  }

  async #remove(): Promise<void> {
    try {
      await this.#interaction.deleteReply();
    } catch (error) {
      if (!hasCode(error, [RESTJSONErrorCodes.UnknownMessage])) throw error;
    }
  }

  /** A view as the library wants it; the files of a message before are replaced. */
  #body(view: View): Body {
    refuse(findViewProblems(view));
    const files = (view.files ?? []).map(({ name, data }) => ({ name, attachment: Buffer.from(data as string) }));
    for (const { name, attachment } of files) this.#assertUploadable(name, attachment.byteLength);
    return { components: view.components, files, attachments: [], flags: MessageFlags.IsComponentsV2 };
  }

  /** @throws UserError where the file is larger than this server lets a bot upload */
  #assertUploadable(name: string, bytes: number): void {
    const { attachmentSizeLimit: most } = this.#interaction;
    if (bytes <= most) return;
    throw new UserError(
      'file_too_large_here',
      `The file ${name} has ${inMebibytes(bytes)} MiB; this Discord server takes ${inMebibytes(most)} MiB.`,
      'Ask for less at once.',
    );
  }
}

/** A payload that Discord would refuse is our mistake, and is stopped here with its reason, in production as in tests. */
function refuse(problems: string[]): void {
  if (problems.length > 0) throw new Error(`Discord would refuse this: ${problems.join('; ')}`);
}

function inMebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}
