import type { Tx } from '../../db/client.ts';
import { addAlertProxies } from '../../db/queries/alerts/alerts.ts';
import { findLateIncidents, reopenIncidents, settleCalmIncidents } from '../../db/queries/alerts/incident-returns.ts';
import type { HealthChange } from '../../domain/health/health-change.ts';
import { announceSettled } from './incident-updates.ts';

/**
 * Lets proxies that fail again go on in the incident from which they have just recovered, so that a flapping proxy has one message.
 *
 * @returns the other failures
 */
export async function returnToIncidents(tx: Tx, failures: readonly HealthChange[]): Promise<HealthChange[]> {
  if (failures.length === 0) return [];
  const incidents = await findLateIncidents(tx, failures);
  const back = failures.flatMap((failure) => {
    const alertId = incidents.get(failure.proxyId);
    return alertId === undefined ? [] : [{ ...failure, alertId, since: failure.at }];
  });
  if (back.length > 0) {
    await reopenIncidents(tx, [...new Set(incidents.values())]);
    await addAlertProxies(tx, back);
  }
  return failures.filter(({ proxyId }) => !incidents.has(proxyId));
}

/** Announces the end of incidents that have flapped, once their proxies have been calm for long enough. */
export async function settleIncidents(tx: Tx, now: Date): Promise<void> {
  const flapped = (await settleCalmIncidents(tx, now)).filter(({ openings }) => openings > 1);
  await announceSettled(
    tx,
    flapped.map(({ id }) => id),
  );
}
