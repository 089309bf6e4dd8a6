import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { CALM_MS } from '../../../domain/incidents/flapping.ts';
import type { Db, Tx } from '../../client.ts';
import { alertProxies, alerts } from '../../schema/alerts.ts';
import { al, x } from '../../sql/aliases.ts';
import { array, interval, set, shape, timestamp, unnest } from '../../sql/columns.ts';
import { rows, run } from '../../sql/rows.ts';

const LEFT = z.strictObject(shape(alertProxies, 'proxyId', 'alertId'));

/** The latest incident from which each of these proxies has recovered so lately that it goes on there; by proxy. */
export async function findLateIncidents(
  tx: Tx,
  failures: readonly { proxyId: number; at: Date }[],
): Promise<Map<number, number>> {
  const given = unnest(failures, 'f', {
    proxy_id: ['int', (each) => each.proxyId],
    at: ['timestamptz', (each) => each.at.toISOString()],
  });
  const statement = sql`
    select distinct on (${x.proxyId}) ${x.proxyId} as "proxyId", ${x.alertId} as "alertId"
    from ${al} join ${x} on ${x.alertId} = ${al.id} join ${given} on f.proxy_id = ${x.proxyId}
    where ${al.kind} = 'failing' and not ${al.isSettled} and ${x.ending} = 'recovered' and ${x.endedAt} > f.at - ${interval(CALM_MS)}
    order by ${x.proxyId}, ${x.endedAt} desc, ${x.alertId} desc`;
  return new Map((await rows(tx, LEFT, statement)).map(({ proxyId, alertId }) => [proxyId, alertId]));
}

/** Opens those of the incidents again that are closed. */
export async function reopenIncidents(tx: Tx, ids: readonly number[]): Promise<void> {
  const reopened = { closedAt: null, openings: sql`${al.openings} + 1`, atRiskSince: null };
  await run(
    tx,
    sql`update ${al} set ${set(alerts, reopened)} where ${al.id} = any (${array(ids, 'int')}) and ${al.closedAt} is not null`,
  );
}

const CALM = z.strictObject(shape(alerts, 'id', 'openings'));

const isCalm = (now: Date) =>
  sql`${al.kind} = 'failing' and not ${al.isSettled} and ${al.closedAt} <= ${timestamp(now)} - ${interval(CALM_MS)}`;

/** Whether there is an incident to settle. */
export async function hasCalmIncidents(db: Db, now: Date): Promise<boolean> {
  return (await run(db, sql`select from ${al} where ${isCalm(now)} limit 1`)) > 0;
}

/** Settles the incidents whose proxies have been calm for long enough: they do not go on any more. */
export function settleCalmIncidents(tx: Tx, now: Date): Promise<z.infer<typeof CALM>[]> {
  const statement = sql`
    update ${al} set ${set(alerts, { isSettled: true })}
    where ${isCalm(now)} returning ${al.id}, ${al.openings}`;
  return rows(tx, CALM, statement);
}
