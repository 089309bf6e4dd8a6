import type { DeliveryProblem } from './delivery-problem.ts';
import type { Message } from './message.ts';

export interface PostOptions {
  channelId: string;
  /** At most 25 characters. A second post with the same nonce within minutes returns the first message. */
  nonce: string;
  /** The message to reply to; it may be gone. */
  replyTo?: string | undefined;
}

/** Where a message is in Discord. */
export interface PostedMessage {
  channelId: string;
  messageId: string;
}

/** The channel for messages of the bot. Each method throws a `ChannelError` if it did not succeed. */
export interface OpsChannel {
  /** @returns the id of the message in Discord */
  post(message: Message, options: PostOptions): Promise<string>;
  edit(message: Message, posted: PostedMessage): Promise<void>;
  /** Throws if the message is not there any more. */
  check(posted: PostedMessage): Promise<void>;
  /** Finds a message that was posted since then, and whose id in Discord was never stored. */
  find(id: Message['id'], where: { channelId: string; since: Date }): Promise<string | undefined>;
}

/** Why the channel did not take a message: it or the message is gone, an edit is too late, or a problem that `/alerts list` shows. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly kind: DeliveryProblem | 'message_gone' | 'too_late';
  /** Whether Discord certainly did nothing. */
  readonly isRefused: boolean;
  /** How long Discord asks to wait. */
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
