import type { Alert } from '../incidents/incident.ts';

/** Each kind of message of the bot in the ops channel, with the content that it shows. */
interface MessageContents {
  alert: Alert;
}

export const MESSAGE_KINDS = ['alert'] as const satisfies readonly (keyof MessageContents)[];
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** A message in its current state. */
export type Message = {
  [K in MessageKind]: {
    /** Number of its row in the outbox. */
    id: number;
    kind: K;
    content: MessageContents[K];
  };
}[MessageKind];
