import { and, gt, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type AlertSettings, FAILOVERS, type Mute } from '../../../domain/incidents/incident.ts';
import { readQuietHours, writeQuietHours } from '../../../domain/incidents/quiet-hours.ts';
import { WEEKDAYS } from '../../../domain/incidents/weekly.ts';
import type { Db, Tx } from '../../client.ts';
import { alertMutes } from '../../schema/alerts.ts';
import { settings } from '../../schema/settings.ts';
import { array, excluded } from '../../sql/columns.ts';
import { rows, run } from '../../sql/rows.ts';

/** The keys in the table of settings. */
const KEYS = {
  channelId: 'alert_channel',
  failuresToAlert: 'failures_to_alert',
  failover: 'failover',
  digestHour: 'digest_hour',
  weeklyDay: 'weekly_day',
  expiryDays: 'expiry_days',
  escalateRole: 'escalate_role',
  escalateAfter: 'escalate_after',
  escalateMinAccounts: 'escalate_min_accounts',
  quietHours: 'quiet_hours',
  threads: 'threads',
} as const satisfies Record<keyof AlertSettings, string>;

/** How a setting that is turned on or off is stored. */
const ON = '1';
const stored = (isOn: boolean): number => Number(isOn);

/** Whether each incident has a thread, as a condition of a statement. */
export const HAS_THREADS = sql`exists (
  select from ${settings} where ${settings.key} = ${KEYS.threads} and ${settings.value} #>> '{}' = ${ON})`;

const SETTING = z.strictObject({ key: z.string(), value: z.string() });

/** The settings of `/alerts settings`, with defaults for those that were never set. */
export async function readAlertSettings(db: Db | Tx): Promise<AlertSettings> {
  // Read as text: a channel's id is too large for a JSON number, but is written as one.
  const statement = sql`
    select ${settings.key}, ${settings.value} #>> '{}' as value from ${settings}
    where ${settings.key} = any (${array(Object.values(KEYS), 'text')})`;
  const found = new Map((await rows(db, SETTING, statement)).map(({ key, value }) => [key, value]));
  const hour = Number(found.get(KEYS.digestHour) ?? -1);
  return {
    channelId: found.get(KEYS.channelId),
    failuresToAlert: Number(found.get(KEYS.failuresToAlert) ?? 3),
    failover: FAILOVERS.find((each) => each === found.get(KEYS.failover)) ?? 'suggest',
    digestHour: hour < 0 ? null : hour,
    weeklyDay: WEEKDAYS.find((each) => each === found.get(KEYS.weeklyDay)) ?? null,
    expiryDays: Number(found.get(KEYS.expiryDays) ?? 7),
    escalateRole: found.get(KEYS.escalateRole),
    escalateAfter: Number(found.get(KEYS.escalateAfter) ?? 15),
    escalateMinAccounts: Number(found.get(KEYS.escalateMinAccounts) ?? 1),
    quietHours: readQuietHours(found.get(KEYS.quietHours) ?? '') ?? null,
    threads: found.get(KEYS.threads) === ON,
  };
}

/** Writes the given settings. One that is turned off by null is stored as -1. */
export async function writeAlertSettings(tx: Tx, values: Partial<AlertSettings>): Promise<void> {
  const { quietHours, threads, ...plain } = values;
  const written: { readonly [K in keyof AlertSettings]?: string | number | null | undefined } = {
    ...plain,
    ...(quietHours !== undefined && { quietHours: quietHours && writeQuietHours(quietHours) }),
    ...(threads !== undefined && { threads: stored(threads) }),
  };
  const given = Object.entries(KEYS).flatMap(([field, key]) => {
    const value = written[field as keyof AlertSettings];
    return value === undefined ? [] : [{ key, value: value ?? -1 }];
  });
  if (given.length === 0) return;
  await tx
    .insert(settings)
    .values(given)
    .onConflictDoUpdate({ target: settings.key, set: { value: excluded(settings, 'value'), updatedAt: sql`now()` } });
}

/** Forgets the channel of the settings. @returns whether it was still this one */
export async function forgetChannel(tx: Tx, channelId: string): Promise<boolean> {
  const statement = sql`delete from ${settings} where ${settings.key} = ${KEYS.channelId} and ${settings.value} #>> '{}' = ${channelId}`;
  return (await run(tx, statement)) > 0;
}

export type MuteTarget = Pick<Mute, 'alertId' | 'proxyId' | 'provider'>;

/** @returns when it ends */
export async function insertMute(tx: Tx, target: MuteTarget, minutes: number, by: string): Promise<Date> {
  const until = sql`now() + make_interval(mins => ${minutes})`;
  const [row] = await tx
    .insert(alertMutes)
    .values({ ...target, until, mutedBy: by })
    .returning({ until: alertMutes.until });
  if (!row) throw new Error('the mute was not written');
  return row.until;
}

const isOn = (target: MuteTarget): SQL | undefined =>
  and(
    ...(['alertId', 'proxyId', 'provider'] as const).map(
      (key) => sql`${alertMutes[key]} is not distinct from ${target[key]}`,
    ),
  );

/** Ends the mutes of exactly this target, or all of them if the target is everything. @returns how many there were */
export async function endMutes(tx: Tx, target: MuteTarget): Promise<number> {
  const isEverything = Object.values(target).every((value) => value === null);
  const { rowCount } = await tx
    .update(alertMutes)
    .set({ until: sql`now()` })
    .where(and(gt(alertMutes.until, sql`now()`), isEverything ? undefined : isOn(target)));
  return rowCount ?? 0;
}

export function listMutes(db: Db | Tx): Promise<Mute[]> {
  const { alertId, proxyId, provider, until, mutedBy: by } = alertMutes;
  return db
    .select({ alertId, proxyId, provider, until, by })
    .from(alertMutes)
    .where(gt(until, sql`now()`))
    .orderBy(until);
}
