import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { EscalationRule } from '../../../domain/incidents/escalation.ts';
import { ALERT_KINDS, isIncident } from '../../../domain/incidents/incident.ts';
import type { Db, Tx } from '../../client.ts';
import { alerts } from '../../schema/alerts.ts';
import { messages } from '../../schema/messages.ts';
import { al, ms, x } from '../../sql/aliases.ts';
import { array, interval, set, shape, timestamp, typeOf } from '../../sql/columns.ts';
import { firstRow, rows, run } from '../../sql/rows.ts';
import { insertMessage } from '../messages/messages.ts';
import { MUTED_UNTIL, providersOf } from './alert-views.ts';

const INCIDENTS = ALERT_KINDS.filter(isIncident);

/** The state that decides whether an incident is escalated now. Without a rule none is. */
export interface EscalationState {
  rule: EscalationRule | undefined;
  now: Date;
  isQuiet: boolean;
}

/** Open incidents whose `at_risk_since` is not what it should be, with what it should be; a moment in the future was written by a clock that was ahead. */
const misjudged = ({ rule, now }: EscalationState): SQL => sql`
  select o.id, o.at_risk_since from (
    select ${al.id}, ${al.atRiskSince} as was, case when ${isAtRisk(rule)} then least(${al.atRiskSince}, ${timestamp(now)}) end as at_risk_since
    from ${al} where ${al.closedAt} is null and ${al.kind} = any (${array(INCIDENTS, 'text')})
  ) o where o.at_risk_since is distinct from o.was`;

const isAtRisk = (rule: EscalationRule | undefined): SQL =>
  rule === undefined
    ? sql`false`
    : sql`${al.escalatedAt} is null and ${al.ownerId} is null and ${al.accounts} >= ${rule.minAccounts} and ${MUTED_UNTIL} is null`;

const isDue = ({ afterMs }: EscalationRule, now: Date): SQL =>
  sql`${al.closedAt} is null and ${al.escalatedAt} is null and ${al.ownerId} is null and ${al.atRiskSince} <= ${timestamp(now)} - ${interval(afterMs)}`;

/** Whether an incident begins or ceases to be at risk, or is to be escalated. */
export async function hasEscalationWork(db: Db, state: EscalationState): Promise<boolean> {
  const { rule, now, isQuiet } = state;
  const due = rule && !isQuiet ? sql`union all select ${al.id}, null from ${al} where ${isDue(rule, now)}` : sql``;
  return (await run(db, sql`select from (${misjudged(state)} ${due}) o limit 1`)) > 0;
}

/** Notes since when open incidents are at risk: the rule applies to them, and they are not acknowledged. */
export async function writeAtRisk(tx: Tx, state: EscalationState): Promise<void> {
  const written = set(alerts, { atRiskSince: sql`n.at_risk_since` });
  await run(tx, sql`update ${al} set ${written} from (${misjudged(state)}) n where n.id = ${al.id}`);
}

const DUE = z.strictObject({ ...shape(alerts, 'id'), messageId: typeOf(messages.id), waitedMs: z.number() });

/** An incident that is escalated, the number of its message, and for how long it was not acknowledged. */
export type DueIncident = z.infer<typeof DUE>;

/** Marks the incidents that are due as escalated, which is done once. */
export function claimEscalations(tx: Tx, rule: EscalationRule, now: Date): Promise<DueIncident[]> {
  const statement = sql`
    update ${al} set ${set(alerts, { escalatedAt: sql`${timestamp(now)}` })} from ${ms}
    where ${ms.alertId} = ${al.id} and ${ms.kind} = 'alert' and ${isDue(rule, now)}
    returning ${al.id}, ${ms.id} as "messageId", (extract(epoch from ${timestamp(now)} - ${al.atRiskSince}) * 1000)::float8 as "waitedMs"`;
  return rows(tx, DUE, statement);
}

/** Adds the reply that mentions the role. The key allows one for each incident. */
export async function insertEscalation(
  tx: Tx,
  { alertId, replyTo, data }: { alertId: number; replyTo: number; data: unknown },
): Promise<void> {
  await insertMessage(tx, { kind: 'escalation', key: String(alertId), alertId, replyTo, data });
}

const ESCALATED = z.strictObject({
  alertId: z.int(),
  ...shape(alerts, 'accounts', 'ownerId'),
  ...shape(messages, 'data'),
  providers: z.array(z.string()),
  isResolved: z.boolean(),
  mutedUntil: z.date().nullable(),
});

/** An incident that was escalated, as the reply shows it. */
export function readEscalation(db: Db, id: number): Promise<z.infer<typeof ESCALATED> | undefined> {
  const statement = sql`
    select ${al.id} as "alertId", ${al.accounts}, ${ms.data}, ${al.ownerId} as "ownerId", ${al.closedAt} is not null as "isResolved", ${MUTED_UNTIL} as "mutedUntil",
      ${providersOf(sql`and (${x.endedAt} is null or ${al.closedAt} is not null)`)} as providers
    from ${al} join ${ms} on ${ms.alertId} = ${al.id} and ${ms.kind} = 'escalation' where ${al.id} = ${id}`;
  return firstRow(db, ESCALATED, statement);
}
