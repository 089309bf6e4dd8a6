import {
  DiscordAPIError,
  type InteractionEditReplyOptions,
  type MessageCreateOptions,
  MessageFlags,
  RESTJSONErrorCodes,
  type SendableChannels,
} from 'discord.js';
import { UserError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { errorCard } from '../../kit/error-card.ts';
import { findModalProblems, findViewProblems } from '../../kit/limits/view-problems.ts';
import type { View } from '../../kit/view.ts';
import { CarriedOutError } from '../connection/lost-answer.ts';
import type { Ack, Answer, ModalView } from '../define/command.ts';
import { resendable } from '../resendable.ts';
import { FollowUps } from './follow-ups.ts';
import { Progress } from './progress.ts';
import type { Repliable } from './repliable.ts';
import { type Patience, Working, type WorkJournal, workingView } from './working.ts';

type Body = Required<Pick<InteractionEditReplyOptions, 'components' | 'files' | 'attachments'>> & {
  flags: MessageFlags.IsComponentsV2;
};

/** Errors of an interaction token, which expires after 15 minutes. */
const TOKEN_EXPIRED = [RESTJSONErrorCodes.InvalidWebhookToken, RESTJSONErrorCodes.UnknownWebhook];

/** Public replacement for an error that can no longer be shown to the caller only. */
const TOO_LATE = errorCard({
  message: 'This took longer than Discord allows and failed.',
  hint: 'Run the command again.',
});

export function hasCode(error: unknown, codes: readonly RESTJSONErrorCodes[]): error is DiscordAPIError {
  return error instanceof DiscordAPIError && codes.some((code) => code === error.code);
}

/** How work behind a button that takes long is shown. */
export interface WorkOptions {
  patience?: Patience;
  journal?: WorkJournal;
}

/** Responds to one interaction: the acknowledgement, the answer that replaces it, and errors. */
export class Responder {
  readonly #interaction: Repliable;
  readonly #progress: Progress<Body>;
  #ack: Ack | undefined;
  /** The message of a public answer, which can still be edited after the interaction token has expired. */
  #messageId: string | undefined;
  #isAnswered = false;
  readonly #followUps: FollowUps;
  readonly #log: Logger;
  readonly #work: WorkOptions;
  /** Set after a click that changes its message. */
  #working: Working | undefined;

  constructor(interaction: Repliable, log: Logger, work: WorkOptions = {}) {
    this.#interaction = interaction;
    this.#log = log;
    this.#work = work;
    this.#followUps = new FollowUps(interaction, log);
    // A progress update that fails is superseded by the next one or by the answer.
    const superseded = (err: unknown) => log.debug({ err }, 'progress could not be shown');
    this.#progress = new Progress((body) => this.#edit(body).catch(superseded));
  }

  /** The first response. It determines who sees the answer; Components V2 is declared with the answer itself. */
  async acknowledge(ack: Exclude<Ack, 'modal'>): Promise<void> {
    if (ack === 'update') await this.#deferUpdate();
    else await this.#deferReply(ack);
    this.#ack = ack;
  }

  async #deferUpdate(): Promise<void> {
    const interaction = this.#interaction;
    if (!('deferUpdate' in interaction)) throw new Error('the interaction has no message to update');
    await this.#respond('deferred', () => interaction.deferUpdate());
    const { message } = interaction;
    if (!message?.flags.has(MessageFlags.Ephemeral)) this.#messageId = message?.id;
    this.#working = new Working(() => this.#showWork(), this.#work.patience);
    this.#working.begin();
  }

  /** The clicked message as it can be sent again. */
  get #clicked(): View['components'] {
    const message = 'message' in this.#interaction ? this.#interaction.message : null;
    return resendable(message?.components.map((component) => component.toJSON()) ?? []);
  }

  async #showWork(): Promise<void> {
    const { user, channelId } = this.#interaction;
    const components = this.#clicked;
    try {
      if (this.#messageId && channelId) {
        await this.#work.journal?.begin({ channelId, messageId: this.#messageId, components });
      }
      await this.#keepFiles(workingView(components, this.#label, `discord:${user.id}`).components);
    } catch (err) {
      this.#log.warn({ err }, 'a message could not show that its work goes on');
    }
  }

  get #label(): string {
    const interaction = this.#interaction;
    const component = 'component' in interaction ? interaction.component : undefined;
    return (component && 'label' in component && component.label) || 'Working';
  }

  /** Changes the message but not its files. */
  async #keepFiles(components: View['components']): Promise<void> {
    await this.#interaction.editReply({ components, flags: MessageFlags.IsComponentsV2 });
  }

  /** Ends the notice about work in progress, if there is one; `next` then replaces it. */
  async #afterWork(next: () => Promise<void>): Promise<void> {
    const wasShown = (await this.#working?.end()) === true;
    await next();
    if (wasShown && this.#messageId) await this.#work.journal?.end(this.#messageId);
  }

  async #deferReply(ack: 'public' | 'ephemeral'): Promise<void> {
    const interaction = this.#interaction;
    const flags = ack === 'ephemeral' ? MessageFlags.Ephemeral : undefined;
    const defer = () => interaction.deferReply({ withResponse: true, ...(flags && { flags }) });
    const response = await this.#respond('deferred', defer);
    if (ack === 'ephemeral') return;
    const { id } = response ? { id: response.interaction.responseMessageId } : await interaction.fetchReply();
    this.#messageId = id ?? undefined;
  }

  /** Sends a first response. If its first attempt has arrived without an answer, the rest follows as usual. */
  async #respond<T>(state: 'deferred' | 'replied', send: () => Promise<T>): Promise<T | undefined> {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof CarriedOutError)) throw error;
      this.#interaction[state] = true;
      return undefined;
    }
  }

  /** Shows the progress of a long run in place of the answer; the ack must therefore be `public` or `ephemeral`. */
  progress(view: View): void {
    if (this.#ack !== 'public' && this.#ack !== 'ephemeral') throw new Error('progress needs a deferred answer');
    this.#progress.show(this.#body(view));
  }

  /** Fills in the deferred answer or the clicked message, opens a modal, or deletes the message. */
  async answer(answer: Answer): Promise<void> {
    await this.#progress.stop();
    await this.#afterWork(() => this.#finish(answer));
    this.#isAnswered = true;
  }

  async #finish(answer: Answer): Promise<void> {
    if (answer === null) await this.#remove();
    else if ('modal' in answer) await this.#open(answer);
    else if (answer.audience === 'caller' && this.#ack === 'public') await this.#replace(answer);
    else await this.#fill(answer);
  }

  async followUp(view: View, options: { isEphemeral: boolean } = { isEphemeral: false }): Promise<void> {
    const { attachments: _, flags, ...body } = this.#body(view);
    const hidden = options.isEphemeral || view.audience === 'caller' ? MessageFlags.Ephemeral : 0;
    try {
      await this.#followUps.send({ ...body, flags: flags | hidden });
    } catch (error) {
      if (options.isEphemeral || !hasCode(error, TOKEN_EXPIRED)) throw error;
      await this.#post({ ...body, flags }, error);
    }
  }

  /** After the token has expired, a public message is one of the bot's own. Its nonce keeps a repeated request from posting it twice. */
  async #post(body: MessageCreateOptions, expired: DiscordAPIError): Promise<void> {
    const channel = await this.#channel();
    if (!channel) throw expired;
    await channel.send({ ...body, nonce: this.#followUps.nextNonce(), enforceNonce: true });
  }

  /** The channel, which discord.js does not know if it is a thread that the bot has not seen yet. */
  async #channel(): Promise<SendableChannels | undefined> {
    const { channel, channelId, client } = this.#interaction;
    const found = channel ?? (channelId ? await client.channels.fetch(channelId) : null);
    return found?.isSendable() ? found : undefined;
  }

  /**
   * Shows an error to the caller only. A public answer cannot become ephemeral, so it is deleted first; a clicked message, and an
   * answer that has been sent, stay as they are.
   */
  async fail(view: View): Promise<void> {
    await this.#progress.stop();
    if (!this.#ack) {
      const { attachments: _, flags, ...body } = this.#body(view);
      const reply = { ...body, flags: flags | MessageFlags.Ephemeral };
      await this.#respond('replied', () => this.#interaction.reply(reply));
    } else if (this.#ack === 'public' && !this.#isAnswered) {
      await this.#replace(view);
    } else if (this.#ack === 'ephemeral' && !this.#isAnswered) {
      await this.#fill(view);
    } else {
      await this.#restore();
      await this.followUp(view, { isEphemeral: true });
    }
  }

  /** The clicked message gets its buttons back, if it has lost them to the notice about work in progress. */
  async #restore(): Promise<void> {
    if (this.#isAnswered || (await this.#working?.end()) !== true) return;
    await this.#afterWork(() => this.#keepFiles(this.#clicked));
  }

  async #replace(view: View): Promise<void> {
    try {
      await this.#remove();
      await this.followUp(view, { isEphemeral: true });
    } catch (error) {
      if (!hasCode(error, TOKEN_EXPIRED)) throw error;
      await this.#fill(TOO_LATE);
    }
  }

  async #fill(view: View): Promise<void> {
    try {
      await this.#edit(this.#body(view));
    } catch (error) {
      if (!hasCode(error, [RESTJSONErrorCodes.UnknownMessage])) throw error;
      // Someone has deleted the message in the meantime, so the result is posted below.
      await this.followUp(view, { isEphemeral: this.#messageId === undefined });
    }
  }

  /** After the token has expired, a public answer is edited as an ordinary message of the channel. */
  async #edit(body: Body): Promise<void> {
    try {
      await this.#interaction.editReply(body);
    } catch (error) {
      if (!hasCode(error, TOKEN_EXPIRED) || !this.#messageId) throw error;
      const channel = await this.#channel();
      if (!channel) throw error;
      await channel.messages.edit(this.#messageId, body);
    }
  }

  async #open({ modal }: ModalView): Promise<void> {
    refuse(findModalProblems(modal));
    const interaction = this.#interaction;
    if (!('showModal' in interaction)) throw new Error('a modal cannot open another modal');
    await this.#respond('replied', () => interaction.showModal(modal));
  }

  async #remove(): Promise<void> {
    try {
      await this.#interaction.deleteReply();
    } catch (error) {
      if (!hasCode(error, [RESTJSONErrorCodes.UnknownMessage])) throw error;
    }
  }

  /** A view as discord.js expects it; it replaces the files of an earlier version. */
  #body(view: View): Body {
    refuse(findViewProblems(view));
    const files = (view.files ?? []).map(({ name, data }) => ({ name, attachment: Buffer.from(data as string) }));
    for (const { name, attachment } of files) this.#assertUploadable(name, attachment.byteLength);
    return { components: view.components, files, attachments: [], flags: MessageFlags.IsComponentsV2 };
  }

  /** @throws UserError if the file exceeds the upload limit of this server */
  #assertUploadable(name: string, bytes: number): void {
    const { attachmentSizeLimit: most } = this.#interaction;
    if (bytes <= most) return;
    throw new UserError(
      'file_too_large_here',
      `${name} is ${inMebibytes(bytes)} MiB; this Discord server allows up to ${inMebibytes(most)} MiB.`,
      'Narrow the filter.',
    );
  }
}

/** A payload that Discord would reject is a bug; it fails here with the reason, in production as in tests. */
function refuse(problems: string[]): void {
  if (problems.length > 0) throw new Error(`Discord would reject this: ${problems.join('; ')}`);
}

function inMebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}
