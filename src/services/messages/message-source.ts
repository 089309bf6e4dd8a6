import type { Message, MessageKind } from '../../domain/messages/message.ts';

/** The current content of a message. */
export interface MessageState {
  message: Message;
  /** The content of a new message that takes over from one that is too old to be edited, if it differs. */
  successor?: Message;
  /** When a new message may be posted: now, not before a moment, or never. An edit is always sent. */
  posting: 'now' | 'never' | Date;
  /** Whether the message no longer changes. */
  isFinal: boolean;
  /** Whether a new message notifies no one. */
  isSilent?: boolean;
  /** Whether it is posted at most once: it is not sent again if it was deleted or has become too old to be edited. */
  isOnce?: boolean;
}

/**
 * While something is muted, its message waits; if it is over, none is posted later either. A message that is in the channel is another
 * matter: if it can no longer be edited, its last state is posted at once, so that the channel does not go on to show something as open.
 */
export function postingUnlessMuted(
  mutedUntil: Date | null,
  { isFinal, isShown }: { isFinal: boolean; isShown: boolean },
): MessageState['posting'] {
  if (mutedUntil === null) return 'now';
  if (!isFinal) return mutedUntil;
  return isShown ? 'now' : 'never';
}

/** The part of an outbox row that says what the message is about. */
export interface MessageRow {
  id: number;
  alertId: number | null;
  data: unknown;
  /** The message in the channel; null if there is none. */
  messageId: string | null;
  /** The thread of the message, if it has one. */
  threadId: string | null;
}

/**
 * Reads the current messages of a kind. It returns undefined for something that no longer exists, which is then not
 * sent.
 */
export type MessageSource = (row: MessageRow) => Promise<MessageState | undefined>;

/** Each kind of message has a source. */
export type MessageSources = Readonly<Record<MessageKind, MessageSource>>;
