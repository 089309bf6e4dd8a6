import type { DeliveryProblem } from './delivery-problem.ts';
import type { Message } from './message.ts';

export interface PostOptions {
  channelId: string;
  /** At most 25 characters. A second post with the same nonce within minutes returns the first message. */
  nonce: string;
  /** The message to reply to; it may be gone. */
  replyTo?: string | undefined;
  /** Whether it notifies no one. */
  isSilent?: boolean | undefined;
}

/** The position of a message in Discord. */
export interface PostedMessage {
  channelId: string;
  messageId: string;
}

/** The channel for messages of the bot. Each method throws a `ChannelError` if it did not succeed. */
export interface OpsChannel {
  /** @returns the id of the message in Discord */
  post(message: Message, options: PostOptions): Promise<string>;
  edit(message: Message, posted: PostedMessage): Promise<void>;
  /** Throws if the message no longer exists. */
  check(posted: PostedMessage): Promise<void>;
  /** Finds a message that was posted since then, and whose id in Discord was never stored. */
  find(id: Message['id'], where: { channelId: string; since: Date }): Promise<string | undefined>;
}

/**
 * Thrown if the channel did not accept a message: the channel or the message is gone, the message is too old to edit,
 * or there is a problem that `/alerts list` shows.
 */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly kind: DeliveryProblem | 'message_gone' | 'too_late';
  /** Whether it is certain that Discord did nothing. */
  readonly isRefused: boolean;
  /** The delay that Discord requests. */
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: ChannelError['kind'],
    options: { cause: unknown; isRefused: boolean; retryAfterMs?: number | undefined },
  ) {
    super(`the channel did not take the message: ${kind}`, { cause: options.cause });
    this.kind = kind;
    this.isRefused = options.isRefused;
    this.retryAfterMs = options.retryAfterMs;
  }
}
