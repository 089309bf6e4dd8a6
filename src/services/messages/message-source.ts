import type { Message, MessageKind } from '../../domain/messages/message.ts';

/** A message as it would be sent now. */
export interface MessageState {
  message: Message;
  /** Until when it makes no new message in the channel; edits are not held back. */
  mutedUntil: Date | null;
  /** Whether it will not change any more. If it was muted until then, it is never sent. */
  isFinal: boolean;
}

/** Row of the outbox, as far as it says what the message is about. */
export interface MessageRow {
  id: number;
  alertId: number | null;
  data: unknown;
}

/** Reads the messages of a kind as they are now. What is gone is undefined, and is not sent. */
export type MessageSource = (row: MessageRow) => Promise<MessageState | undefined>;

/** Each kind of message has a source. */
export type MessageSources = Readonly<Record<MessageKind, MessageSource>>;
