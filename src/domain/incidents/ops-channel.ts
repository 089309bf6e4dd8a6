import type { Alert, DeliveryProblem } from './incident.ts';

export interface PostOptions {
  channelId: string;
  /** At most 25 characters. A second post with the same nonce within minutes gives the first message back. */
  nonce: string;
  /** The message that this one takes over from; that it is gone does no harm. */
  replyTo?: string;
}

/** The channel that alerts go to. Each method throws a `ChannelError` where it did not succeed. */
export interface OpsChannel {
  /** @returns the message's id */
  post(alert: Alert, options: PostOptions): Promise<string>;
  edit(alert: Alert, message: { channelId: string; messageId: string }): Promise<void>;
  /** Throws where the message is not there any more. */
  look(message: { channelId: string; messageId: string }): Promise<void>;
  /** A message of this alert that was posted since then and of which nobody knows. */
  find(alertId: number, where: { channelId: string; since: Date }): Promise<string | undefined>;
}

/** Why the channel did not take a message: it or the message is gone, an edit comes too late, or one of what `/alerts list` says. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly kind: DeliveryProblem | 'message_gone' | 'too_late';
  /** Whether Discord surely did nothing. */
  readonly isRefused: boolean;
  /** Discord asks to wait so long. */
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
