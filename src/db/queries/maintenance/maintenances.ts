import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Maintenance } from '../../../domain/incidents/maintenance.ts';
import type { Db, Tx } from '../../client.ts';
import { alerts, maintenances } from '../../schema/alerts.ts';
import { messages } from '../../schema/messages.ts';
import { al, mn, ms, x } from '../../sql/aliases.ts';
import { list, set, shape, timestamp, typeOf, unnest } from '../../sql/columns.ts';
import { firstRow, rows, run } from '../../sql/rows.ts';
import { insertMessage } from '../messages/messages.ts';
import { covers, isRunning } from './running.ts';

export type NewMaintenance = Pick<
  typeof maintenances.$inferInsert,
  'provider' | 'reason' | 'startsAt' | 'endsAt' | 'beganAt' | 'createdBy'
>;

/** Inserts maintenance and the message that announces it. @returns its number */
export async function insertMaintenance(tx: Tx, row: NewMaintenance): Promise<number> {
  const [inserted] = await tx.insert(maintenances).values(row).returning({ id: maintenances.id });
  if (!inserted) throw new Error('the maintenance was not written');
  await insertMessage(tx, { kind: 'maintenance', key: String(inserted.id), data: { id: inserted.id } });
  return inserted.id;
}

const SHOWN = [
  ...(['id', 'provider', 'reason', 'startsAt', 'endsAt', 'beganAt', 'closedAt', 'closedBy'] as const),
  ...(['createdBy', 'leftFailing'] as const),
] as const;

const MAINTENANCE = z.strictObject({
  ...shape(maintenances, ...SHOWN),
  incidentId: typeOf(alerts.id).nullable(),
  ...shape(messages, 'channelId', 'messageId'),
});

async function readWhere(db: Db | Tx, where: SQL): Promise<Maintenance[]> {
  const statement = sql`
    select ${list(mn, ...SHOWN)}, ${al.id} as "incidentId", ${ms.channelId} as "channelId", ${ms.messageId} as "messageId"
    from ${mn} left join ${al} on ${al.maintenanceId} = ${mn.id}
    left join ${ms} on ${ms.kind} = 'maintenance' and ${ms.key} = ${mn.id}::text
    where ${where} order by ${mn.startsAt}, ${mn.id}`;
  const found = await rows(db, MAINTENANCE, statement);
  return found.map(({ channelId, messageId, ...row }) => ({
    ...row,
    message: channelId && messageId ? { channelId, id: messageId } : null,
  }));
}

export async function readMaintenance(db: Db | Tx, id: number): Promise<Maintenance | undefined> {
  return (await readWhere(db, sql`${mn.id} = ${id}`))[0];
}

/** Maintenance that is planned or goes on, the next to start first. */
export const listMaintenances = (db: Db | Tx): Promise<Maintenance[]> => readWhere(db, sql`${mn.closedAt} is null`);

const DUE = z.strictObject({ ...shape(maintenances, 'id'), isOver: z.boolean() });

/** Maintenance that is to begin or to end. */
export function findDueMaintenances(db: Db | Tx, now: Date): Promise<z.infer<typeof DUE>[]> {
  const statement = sql`
    select ${mn.id}, ${mn.endsAt} <= ${timestamp(now)} as "isOver" from ${mn}
    where ${mn.closedAt} is null and (${mn.endsAt} <= ${timestamp(now)} or ${mn.beganAt} is null and ${mn.startsAt} <= ${timestamp(now)})
    order by ${mn.id}`;
  return rows(db, DUE, statement);
}

export async function writeBegun(tx: Tx, id: number, at: Date): Promise<void> {
  await run(tx, sql`update ${mn} set ${set(maintenances, { beganAt: at })} where ${mn.id} = ${id}`);
  await changeMaintenanceMessage(tx, id);
}

const CLOSED = z.strictObject({ alertId: typeOf(alerts.id).nullable(), isOpen: z.boolean() });

/** Ends maintenance that has not ended. @returns its incident, and whether that is open; undefined if it has ended already */
export async function closeMaintenance(
  tx: Tx,
  id: number,
  { by, at }: { by: string; at: Date },
): Promise<z.infer<typeof CLOSED> | undefined> {
  const left = sql`(
    select count(*)::int from ${al} join ${x} on ${x.alertId} = ${al.id} and ${x.endedAt} is null
    where ${al.maintenanceId} = ${mn.id} and ${al.closedAt} is null)`;
  const closed = sql`
    with ended as (
      update ${mn} set ${set(maintenances, { closedAt: at, closedBy: by, leftFailing: left })}
      where ${mn.id} = ${id} and ${mn.closedAt} is null returning ${mn.id}
    )
    select ${al.id} as "alertId", coalesce(${al.closedAt} is null and ${al.id} is not null, false) as "isOpen"
    from ended left join ${al} on ${al.maintenanceId} = ended.id`;
  const row = await firstRow(tx, CLOSED, closed);
  if (row) await changeMaintenanceMessage(tx, id);
  return row;
}

async function changeMaintenanceMessage(tx: Tx, id: number): Promise<void> {
  const changed = { version: sql`${ms.version} + 1`, changedAt: sql`now()` };
  await run(
    tx,
    sql`update ${ms} set ${set(messages, changed)} where ${ms.kind} = 'maintenance' and ${ms.key} = ${String(id)}`,
  );
}

/** An incident of maintenance that is over is like one that has just opened with the proxies that still fail, or else is settled. */
export async function releaseIncident(tx: Tx, alertId: number): Promise<void> {
  const released = {
    isSettled: sql`${al.closedAt} is not null`,
    openedAt: sql`coalesce((select min(${x.since}) from ${x} where ${x.alertId} = ${al.id} and ${x.endedAt} is null), ${al.openedAt})`,
    openings: 1,
    isReturnAnnounced: false,
    atRiskSince: null,
    announcedProxies: 0,
    announcedAccounts: 0,
    announcedProviders: 0,
  };
  await run(tx, sql`update ${al} set ${set(alerts, released)} where ${al.id} = ${alertId}`);
  // An incident that was over before its maintenance needs no message.
  const unsent = sql`${ms.alertId} = ${alertId} and ${ms.messageId} is null and ${ms.postingSince} is null`;
  const isOver = sql`exists (select from ${al} where ${al.id} = ${alertId} and ${al.closedAt} is not null)`;
  await run(
    tx,
    sql`update ${ms} set ${set(messages, { sentVersion: ms.version, isWatched: false })} where ${unsent} and ${isOver}`,
  );
}

const COVERED = z.strictObject({
  proxyId: z.int(),
  maintenanceId: z.int(),
  ...shape(alerts, 'closedAt'),
  alertId: typeOf(alerts.id).nullable(),
});

/** A failure in running maintenance, with the incident of that maintenance. */
export type CoveredFailure = z.infer<typeof COVERED>;

/** Those of the failures that are in running maintenance; of several the first counts. */
export function findCovered(
  tx: Tx,
  failures: readonly { proxyId: number; provider: string | null }[],
): Promise<CoveredFailure[]> {
  const given = unnest(failures, 'f', {
    proxy_id: ['int', (each) => each.proxyId],
    provider: ['text', (each) => each.provider],
  });
  const statement = sql`
    select distinct on (f.proxy_id) f.proxy_id as "proxyId", ${mn.id} as "maintenanceId", ${al.id} as "alertId", ${al.closedAt} as "closedAt"
    from ${given} join ${mn} on ${isRunning} and ${covers(sql`f.provider`)} left join ${al} on ${al.maintenanceId} = ${mn.id}
    order by f.proxy_id, ${mn.id}`;
  return rows(tx, COVERED, statement);
}
