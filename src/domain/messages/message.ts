import type { Escalation } from '../incidents/escalation.ts';
import type { Alert } from '../incidents/incident.ts';
import type { IncidentUpdate } from '../incidents/incident-growth.ts';
import type { Maintenance } from '../incidents/maintenance.ts';
import type { ThreadEntry } from '../incidents/thread-entry.ts';
import type { SyncPreview } from '../sources/source.ts';

/** Each kind of message of the bot in the ops channel, with the content that it shows. */
interface MessageContents {
  alert: Alert;
  /** A reply to the message of an incident. */
  incident_update: IncidentUpdate;
  /** A reply to the message of an incident that mentions a role: the only message that mentions anybody. */
  escalation: Escalation;
  /** The announcement of maintenance. */
  maintenance: Maintenance;
  /** The findings of a sync of a source, or what it has applied. */
  source: SyncPreview;
  /** A message in the thread of an incident. */
  thread_entry: ThreadEntry;
}

export const MESSAGE_KINDS = [
  'alert',
  'incident_update',
  'escalation',
  'maintenance',
  'source',
  'thread_entry',
] as const satisfies readonly (keyof MessageContents)[];
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
