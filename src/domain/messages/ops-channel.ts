import type { DeliveryProblem } from './delivery-problem.ts';
import type { Message, MessageKind } from './message.ts';

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

/** A message in a thread. */
export type ThreadMessage = Extract<Message, { kind: (typeof THREAD_KINDS)[number] }>;

/** The kinds of messages that are posted in the thread of the message that they are about. */
export const THREAD_KINDS = ['thread_entry'] as const satisfies readonly MessageKind[];

/** The channel for messages of the bot. Each method throws a `ChannelError` if it did not succeed. */
export interface OpsChannel {
  /** @returns the id of the message in Discord */
  post(message: Message, options: PostOptions): Promise<string>;
  edit(message: Message, posted: PostedMessage): Promise<void>;
  /** Starts the thread of a message, for this first message in it. @returns its id; that of the present one if the message has a thread already */
  startThread(first: ThreadMessage, posted: PostedMessage): Promise<string>;
  /** Throws if the message no longer exists. */
  check(posted: PostedMessage): Promise<void>;
  /** Finds a message that was posted since then, and whose id in Discord was never stored. */
  find(id: Message['id'], where: { channelId: string; since: Date }): Promise<string | undefined>;
}

/**
 * Thrown if the channel did not accept a message: the channel or the message is gone, the message is too old to edit,
 * the thread takes no messages, or there is a problem that `/alerts list` shows.
 */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly kind: DeliveryProblem | 'message_gone' | 'too_late' | 'thread_closed';
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
