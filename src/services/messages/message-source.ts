import type { Message, MessageKind } from '../../domain/messages/message.ts';

/** The current content of a message. */
export interface MessageState {
  message: Message;
  /** End of the mute: no new message before it; edits are still sent. */
  mutedUntil: Date | null;
  /** Whether the message is final. A message that is muted until then is never sent. */
  isFinal: boolean;
  /** Whether a new message notifies no one. */
  isSilent?: boolean;
}

/** The part of an outbox row that says what the message is about. */
export interface MessageRow {
  id: number;
  alertId: number | null;
  data: unknown;
}

/**
 * Reads the current messages of a kind. It returns undefined for something that no longer exists, which is then not
 * sent.
 */
export type MessageSource = (row: MessageRow) => Promise<MessageState | undefined>;

/** Each kind of message has a source. */
export type MessageSources = Readonly<Record<MessageKind, MessageSource>>;
