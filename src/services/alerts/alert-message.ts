import type { Db } from '../../db/client.ts';
import { isDamped } from '../../domain/incidents/flapping.ts';
import { type MessageSource, type MessageSources, postingUnlessMuted } from '../messages/message-source.ts';
import { describeAlert } from './describe-alert.ts';
import { type EscalationSourceDeps, escalationMessage } from './escalation-message.ts';
import { incidentUpdateMessage } from './incident-updates.ts';
import { maintenanceMessage } from './maintenance/maintenance-service.ts';
import { threadEntryMessage } from './thread-entries.ts';

/** The messages of alerts, by kind. */
export const alertMessages = (db: Db, escalations: EscalationSourceDeps = {}): Omit<MessageSources, 'source'> => ({
  alert: alertMessage(db),
  incident_update: incidentUpdateMessage(db),
  escalation: escalationMessage(db, escalations),
  maintenance: maintenanceMessage(db),
  thread_entry: threadEntryMessage(db),
});

/** The message that shows an alert. */
function alertMessage(db: Db): MessageSource {
  return async ({ id, alertId, messageId, threadId }) => {
    const alert = alertId === null ? undefined : await describeAlert(db, alertId);
    if (!alert) return undefined;
    const { mutedUntil, closedAt } = alert;
    const isFlapping = alert.kind === 'failing' && isDamped({ openings: alert.openings, isOpen: closedAt === null });
    const isFinal = closedAt !== null;
    const posting = postingUnlessMuted(mutedUntil, { isFinal, isShown: messageId !== null });
    const isSilent = isFlapping || mutedUntil !== null;
    const message = { id, kind: 'alert', content: alert } as const;
    // A message that takes over leads to the thread of the first one.
    const thread = alert.thread ?? (threadId === null ? null : ({ kind: 'elsewhere', id: threadId } as const));
    return { message, successor: { ...message, content: { ...alert, thread } }, posting, isFinal, isSilent };
  };
}
