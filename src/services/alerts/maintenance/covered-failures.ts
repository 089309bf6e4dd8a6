import type { Tx } from '../../../db/client.ts';
import { addAlertProxies, insertAlert } from '../../../db/queries/alerts/alerts.ts';
import { reopenIncidents } from '../../../db/queries/alerts/incident-returns.ts';
import { type CoveredFailure, findCovered } from '../../../db/queries/maintenance/maintenances.ts';
import type { HealthChange } from '../../../domain/health/health-change.ts';

/**
 * Records failures in running maintenance: each maintenance has one incident, which is silent until it ends.
 *
 * @returns the other failures
 */
export async function recordCovered(tx: Tx, failures: readonly HealthChange[]): Promise<HealthChange[]> {
  const covered = await findCovered(tx, failures);
  const failureOf = new Map(failures.map((failure) => [failure.proxyId, failure]));
  for (const [maintenanceId, of] of Map.groupBy(covered, (each) => each.maintenanceId)) {
    const joining = of.flatMap(({ proxyId }) => failureOf.get(proxyId) ?? []);
    const alertId = await incidentOf(tx, maintenanceId, of, joining);
    await addAlertProxies(
      tx,
      joining.map((failure) => ({ ...failure, alertId, since: failure.at })),
    );
  }
  const isCovered = new Set(covered.map(({ proxyId }) => proxyId));
  return failures.filter(({ proxyId }) => !isCovered.has(proxyId));
}

async function incidentOf(
  tx: Tx,
  maintenanceId: number,
  [first]: readonly CoveredFailure[],
  failures: readonly HealthChange[],
): Promise<number> {
  if (first && first.alertId !== null) {
    if (first.closedAt !== null) await reopenIncidents(tx, [first.alertId]);
    return first.alertId;
  }
  const at = new Date(Math.min(...failures.map((failure) => failure.at.getTime())));
  const alertId = await insertAlert(tx, { kind: 'failing', at, isClosed: false, maintenanceId });
  if (alertId === undefined) throw new Error('the incident of the maintenance was not written');
  return alertId;
}
