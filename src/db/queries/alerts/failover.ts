import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ProviderAccounts } from '../../../domain/incidents/incident-failover.ts';
import type { Move } from '../../../domain/plan/moves/moves.ts';
import type { Db, Tx } from '../../client.ts';
import { alertMoves, alertProxies, alerts } from '../../schema/alerts.ts';
import { accountProxyAssignments } from '../../schema/assignments.ts';
import { messages } from '../../schema/messages.ts';
import { proxies } from '../../schema/proxies.ts';
import { al, h, ms, p, s, x } from '../../sql/aliases.ts';
import { epochMs, into, list, set, shape, typeOf, unnest } from '../../sql/columns.ts';
import { rows, run } from '../../sql/rows.ts';
import { isMaintained } from '../maintenance/running.ts';
import { redrawAlertMessages } from '../messages/messages.ts';

const FAILING = z.strictObject({
  /** Of the account. */
  id: typeOf(accountProxyAssignments.accountId),
  ...shape(accountProxyAssignments, 'modelId', 'proxyId'),
  /** When it was assigned, in epoch milliseconds. */
  since: z.number(),
  ...shape(alertProxies, 'alertId'),
  ...shape(proxies, 'provider'),
});

/** An account on a failing proxy, with the alert of that proxy. */
export type FailingAccount = z.infer<typeof FAILING>;

/**
 * Accounts on failing proxies of open incidents, of one alert or, as the failover takes them, of all that are not in maintenance.
 * Flapping proxies are left out.
 */
export async function readFailingAccounts(db: Db | Tx, alertId?: number): Promise<FailingAccount[]> {
  const statement = sql`
    select distinct on (${s.accountId}) ${s.accountId} as id, ${list(s, 'modelId', 'proxyId')}, ${epochMs(s.assignedAt)} as since,
      ${al.id} as "alertId", ${p.provider}
    from ${al} join ${x} on ${x.alertId} = ${al.id} and ${x.endedAt} is null and not ${x.isFlapping}
    join ${p} on ${p.id} = ${x.proxyId} join ${h} on ${h.proxyId} = ${p.id} and ${h.health} = 'failing'
    join ${s} on ${s.proxyId} = ${p.id}
    where ${al.kind} = 'failing' and ${al.closedAt} is null ${
      alertId === undefined ? sql`and not ${isMaintained(sql`${p.provider}`)}` : sql`and ${al.id} = ${alertId}`
    }
    order by ${s.accountId}, ${al.id}`;
  return rows(db, FAILING, statement);
}

const PROVIDER = z.strictObject({ ...shape(proxies, 'provider'), assigned: z.int(), movedLately: z.int() });

/** The accounts of each provider, and those that the failover moved in the last hour: its pace depends on both. */
export async function readProviderAccounts(tx: Tx): Promise<ProviderAccounts[]> {
  const { provider, at } = alertMoves;
  const moved = sql`select ${provider}, 0, count(*) from ${alertMoves} where ${at} > now() - interval '1 hour' group by ${provider}`;
  const statement = sql`
    select provider, sum(assigned)::int as assigned, sum(moved)::int as "movedLately" from (
      select ${p.provider}, count(*) as assigned, 0 as moved from ${s} join ${p} on ${p.id} = ${s.proxyId} group by ${p.provider}
      union all
      ${moved}
    ) parts group by provider`;
  return rows(tx, PROVIDER, statement);
}

export async function insertAlertMoves(
  tx: Tx,
  moves: readonly (Move & { alertId: number; provider: string | null })[],
): Promise<void> {
  const moved = unnest(moves, 't', {
    alert_id: ['int', (each) => each.alertId],
    account_id: ['int', (each) => each.accountId],
    from_proxy_id: ['int', (each) => each.fromProxyId],
    to_proxy_id: ['int', (each) => each.proxyId],
    provider: ['text', (each) => each.provider],
  });
  const written = into(alertMoves, 'alertId', 'accountId', 'fromProxyId', 'toProxyId', 'provider');
  await run(tx, sql`insert into ${written} select * from ${moved}`);
}

/** An alert, and the version of its message. */
export interface AlertVersion {
  alertId: number;
  version: number;
}

const VERSION = z.strictObject({ alertId: z.int(), version: typeOf(messages.version) });

/** Open incidents with accounts whose movable accounts were not counted for the current version of their message. */
export function findUncounted(db: Db | Tx): Promise<AlertVersion[]> {
  const statement = sql`
    select ${al.id} as "alertId", ${ms.version} from ${al} join ${ms} on ${ms.alertId} = ${al.id} and ${ms.kind} = 'alert'
    where ${al.kind} = 'failing' and ${al.closedAt} is null and ${al.accounts} > 0 and ${al.movableVersion} is distinct from ${ms.version}
    order by ${al.id}`;
  return rows(db, VERSION, statement);
}

const NUMBERED = z.strictObject(shape(alerts, 'id'));

/** Stores how many accounts of an alert can move, unless its message has changed since. A new number redraws the message. */
export async function writeMovable(tx: Tx, { alertId, version }: AlertVersion, movable: number): Promise<void> {
  const isCurrent = sql`exists (
    select from ${ms} where ${ms.alertId} = ${al.id} and ${ms.kind} = 'alert' and ${ms.version} = ${version})`;
  const changed = sql`
    update ${al} set ${set(alerts, { movable })}
    where ${al.id} = ${alertId} and ${al.movable} is distinct from ${movable} and ${isCurrent} returning ${al.id}`;
  const isChanged = (await rows(tx, NUMBERED, changed)).length > 0;
  if (isChanged) await redrawAlertMessages(tx, [alertId]);
  const counted = sql`
    update ${al} set ${set(alerts, { movableVersion: sql`${ms.version}` })} from ${ms}
    where ${al.id} = ${alertId} and ${ms.alertId} = ${al.id} and ${ms.kind} = 'alert' and (${isChanged} or ${ms.version} = ${version})`;
  await run(tx, counted);
}
