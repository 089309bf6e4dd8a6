import type { Db, Tx } from '../../db/client.ts';
import { readAlertSettings } from '../../db/queries/alerts/alert-settings.ts';
import { lockAlerts } from '../../db/queries/alerts/alerts.ts';
import {
  claimEscalations,
  type DueIncident,
  hasEscalationWork,
  insertEscalation,
  writeAtRisk,
} from '../../db/queries/alerts/escalation.ts';
import { insertEvents } from '../../db/queries/alerts/incident-events.ts';
import { redrawAlertMessages } from '../../db/queries/messages/messages.ts';
import { transact } from '../../db/transaction.ts';
import { escalationRule, isQuietNow } from '../../domain/incidents/escalation.ts';

/**
 * Mentions the role of the settings about incidents that have not been acknowledged for too long, once about each, and not in quiet
 * hours.
 * The time counts while the incident is open, affects enough accounts and is not silenced.
 */
export async function escalate(db: Db, now: Date): Promise<void> {
  const settings = await readAlertSettings(db);
  const rule = escalationRule(settings);
  const isQuiet = isQuietNow(settings, now);
  const due = { rule, now, isQuiet };
  if (!(await hasEscalationWork(db, due))) return;
  await transact(db, async (tx) => {
    await lockAlerts(tx);
    await writeAtRisk(tx, due);
    if (rule && !isQuiet) await mention(tx, rule.role, await claimEscalations(tx, rule, now));
  });
}

async function mention(tx: Tx, roleId: string, incidents: readonly DueIncident[]): Promise<void> {
  for (const { id, messageId, waitedMs } of incidents) {
    await insertEscalation(tx, { alertId: id, replyTo: messageId, data: { roleId, waitedMs } });
  }
  const ids = incidents.map(({ id }) => id);
  await insertEvents(
    tx,
    ids.map((alertId) => ({ alertId, kind: 'escalated' })),
  );
  await redrawAlertMessages(tx, ids);
}
