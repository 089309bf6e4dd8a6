import { sql } from 'drizzle-orm';
import { DEFAULT_ACCOUNTS_PER_PROXY } from '../../domain/proxies/proxy.ts';
import type { Db, Tx } from '../client.ts';
import { settings } from '../schema/settings.ts';

/** What every process must agree on, so it is read from the database. */
export interface SharedSettings {
  /** `ACCOUNTS_PER_PROXY`. */
  limit: number;
  /** `MODEL_COOLDOWN_DAYS`. */
  cooldownDays: number;
}

const DEFAULTS: SharedSettings = { limit: DEFAULT_ACCOUNTS_PER_PROXY, cooldownDays: 7 };
const KEYS: Record<keyof SharedSettings, string> = { limit: 'accounts_per_proxy', cooldownDays: 'model_cooldown_days' };

/** Written at the bot's start from its configuration. */
export async function writeSettings(db: Db | Tx, { limit, cooldownDays }: SharedSettings): Promise<void> {
  const rows = [
    { key: KEYS.limit, value: limit },
    { key: KEYS.cooldownDays, value: cooldownDays },
  ];
  await db
    .insert(settings)
    .values(rows)
    .onConflictDoUpdate({ target: settings.key, set: { value: sql`excluded.value`, updatedAt: sql`now()` } });
}

/** The limit as a part of a statement. */
export const accountsPerProxy = sql`coalesce((select (value #>> '{}')::int from settings where key = ${KEYS.limit}), ${DEFAULTS.limit}::int)`;

export async function readSettings(db: Db | Tx): Promise<SharedSettings> {
  const rows = await db.select().from(settings);
  const found = new Map(rows.map((row) => [row.key, row.value]));
  const read = (name: keyof SharedSettings) => Number(found.get(KEYS[name]) ?? DEFAULTS[name]);
  return { limit: read('limit'), cooldownDays: read('cooldownDays') };
}
