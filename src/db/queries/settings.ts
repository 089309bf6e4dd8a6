import { sql } from 'drizzle-orm';
import { DEFAULT_CURRENCY } from '../../domain/parse/fields/currency.ts';
import { DEFAULT_ACCOUNTS_PER_PROXY } from '../../domain/proxies/proxy.ts';
import type { Db, Tx } from '../client.ts';
import { settings } from '../schema/settings.ts';
import { excluded } from '../sql/columns.ts';

/** Settings on which all processes must agree, so they are read from the database. */
export interface SharedSettings {
  /** `ACCOUNTS_PER_PROXY`. */
  limit: number;
  /** `MODEL_COOLDOWN_DAYS`. */
  cooldownDays: number;
  /** `CURRENCY`. */
  currency: string;
}

const DEFAULTS: SharedSettings = {
  limit: DEFAULT_ACCOUNTS_PER_PROXY,
  cooldownDays: 7,
  currency: DEFAULT_CURRENCY,
};
const KEYS: Record<keyof SharedSettings, string> = {
  limit: 'accounts_per_proxy',
  cooldownDays: 'model_cooldown_days',
  currency: 'currency',
};

/** Stores the settings from the configuration, when the bot starts. */
export async function writeSettings(db: Db | Tx, { limit, cooldownDays, currency }: SharedSettings): Promise<void> {
  await db
    .insert(settings)
    .values([
      { key: KEYS.limit, value: limit },
      { key: KEYS.cooldownDays, value: cooldownDays },
      { key: KEYS.currency, value: currency },
    ])
    .onConflictDoUpdate({
      target: settings.key,
      set: { value: excluded(settings, 'value'), updatedAt: sql`now()` },
    });
}

/** The maximum of accounts per proxy, as part of a statement. */
export const accountsPerProxy = sql`coalesce(
  (select (${settings.value} #>> '{}')::int from ${settings} where ${settings.key} = ${KEYS.limit}), ${DEFAULTS.limit}::int)`;

export async function readSettings(db: Db | Tx): Promise<SharedSettings> {
  const found = new Map((await db.select().from(settings)).map((row) => [row.key, row.value]));
  const read = <K extends keyof SharedSettings>(name: K) => found.get(KEYS[name]) ?? DEFAULTS[name];
  return {
    limit: Number(read('limit')),
    cooldownDays: Number(read('cooldownDays')),
    currency: String(read('currency')),
  };
}
