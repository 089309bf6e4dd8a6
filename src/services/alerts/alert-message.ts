import type { Db } from '../../db/client.ts';
import { isDamped } from '../../domain/incidents/flapping.ts';
import type { MessageSource } from '../messages/message-source.ts';
import { describeAlert } from './describe-alert.ts';
import { incidentUpdateMessage } from './incident-updates.ts';

/** The messages of alerts, by kind. */
export const alertMessages = (db: Db) => ({ alert: alertMessage(db), incident_update: incidentUpdateMessage(db) });

/** The message that shows an alert. */
function alertMessage(db: Db): MessageSource {
  return async ({ id, alertId }) => {
    const alert = alertId === null ? undefined : await describeAlert(db, alertId);
    if (!alert) return undefined;
    const { mutedUntil, closedAt } = alert;
    const isSilent = alert.kind === 'failing' && isDamped({ openings: alert.openings, isOpen: closedAt === null });
    return { message: { id, kind: 'alert', content: alert }, mutedUntil, isFinal: closedAt !== null, isSilent };
  };
}
