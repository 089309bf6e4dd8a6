import { sql } from 'drizzle-orm';
import { type AlertSettings, FAILOVERS, type Mute } from '../../../domain/incidents/incident.ts';
import type { Db, Tx } from '../../client.ts';
import { alertMutes } from '../../schema/alerts.ts';
import { settings } from '../../schema/settings.ts';

/** The keys in the table of settings. */
const KEYS = {
  channelId: 'alert_channel',
  failuresToAlert: 'failures_to_alert',
  failover: 'failover',
  digestHour: 'digest_hour',
  expiryDays: 'expiry_days',
} as const satisfies Record<keyof AlertSettings, string>;

/** What `/alerts settings` has set; what nobody set has its default. */
export async function readAlertSettings(db: Db | Tx): Promise<AlertSettings> {
  // As text: a channel's id is too large for a number, and would be read as one.
  const { rows } = await db.execute<{ key: string; value: string }>(
    sql`select key, value #>> '{}' as value from settings where key = any (${sql.param(Object.values(KEYS))}::text[])`,
  );
  const found = new Map(rows.map((row) => [row.key, row.value]));
  const hour = Number(found.get(KEYS.digestHour) ?? -1);
  return {
    channelId: found.get(KEYS.channelId),
    failuresToAlert: Number(found.get(KEYS.failuresToAlert) ?? 3),
    failover: FAILOVERS.find((each) => each === found.get(KEYS.failover)) ?? 'suggest',
    digestHour: hour < 0 ? null : hour,
    expiryDays: Number(found.get(KEYS.expiryDays) ?? 7),
  };
}

/** An hour below zero switches the digest off. */
export async function writeAlertSettings(tx: Tx, values: Partial<AlertSettings>): Promise<void> {
  const rows = Object.entries(KEYS).flatMap(([field, key]) => {
    const value = values[field as keyof AlertSettings];
    return value === undefined ? [] : [{ key, value: value ?? -1 }];
  });
  if (rows.length === 0) return;
  await tx
    .insert(settings)
    .values(rows)
    .onConflictDoUpdate({ target: settings.key, set: { value: sql`excluded.value`, updatedAt: sql`now()` } });
}

export type MuteTarget = Pick<Mute, 'alertId' | 'proxyId' | 'provider'>;

/** @returns until when */
export async function insertMute(tx: Tx, target: MuteTarget, hours: number, by: string): Promise<Date> {
  const until = sql`now() + make_interval(hours => ${hours})`;
  const [row] = await tx
    .insert(alertMutes)
    .values({ ...target, until, mutedBy: by })
    .returning({ until: alertMutes.until });
  if (!row) throw new Error('the mute was not written');
  return row.until;
}

/** Ends the mutes of exactly this; where nothing is named, all. @returns how many there were */
export async function endMutes(tx: Tx, { alertId, proxyId, provider }: MuteTarget): Promise<number> {
  const isAll = alertId === null && proxyId === null && provider === null;
  const which = isAll
    ? sql`true`
    : sql`alert_id is not distinct from ${alertId} and proxy_id is not distinct from ${proxyId} and provider is not distinct from ${provider}`;
  const { rowCount } = await tx.execute(sql`update alert_mutes set until = now() where until > now() and ${which}`);
  return rowCount ?? 0;
}

export async function listMutes(db: Db | Tx): Promise<Mute[]> {
  const { rows } = await db.execute<Omit<Mute, 'until'> & { until: string }>(sql`
    select alert_id as "alertId", proxy_id as "proxyId", provider, until, muted_by as by from alert_mutes
    where until > now() order by until`);
  return rows.map((row) => ({ ...row, until: new Date(row.until) }));
}
