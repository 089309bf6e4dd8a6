import { sql } from 'drizzle-orm';
import { DEFAULT_ACCOUNTS_PER_PROXY } from '../../domain/proxies/proxy.ts';
import type { Db, Tx } from '../client.ts';
import { settings } from '../schema/settings.ts';

/** What every process must agree on, so it is read from the database. */
export interface SharedSettings {
  accounts_per_proxy: number;
  model_cooldown_days: number;
}

/** Written at the bot's start from its configuration. */
export async function writeSettings(db: Db | Tx, values: SharedSettings): Promise<void> {
  const rows = Object.entries(values).map(([key, value]) => ({ key, value }));
  await db
    .insert(settings)
    .values(rows)
    .onConflictDoUpdate({ target: settings.key, set: { value: sql`excluded.value`, updatedAt: sql`now()` } });
}

const DEFAULTS: SharedSettings = { accounts_per_proxy: DEFAULT_ACCOUNTS_PER_PROXY, model_cooldown_days: 7 };

/** The limit as a part of a statement. */
export const accountsPerProxy = sql`coalesce((select (value #>> '{}')::int from settings where key = 'accounts_per_proxy'), ${DEFAULTS.accounts_per_proxy}::int)`;

export async function readSettings(db: Db | Tx): Promise<SharedSettings> {
  const rows = await db.select().from(settings);
  const found = new Map(rows.map((row) => [row.key, row.value]));
  return {
    accounts_per_proxy: Number(found.get('accounts_per_proxy') ?? DEFAULTS.accounts_per_proxy),
    model_cooldown_days: Number(found.get('model_cooldown_days') ?? DEFAULTS.model_cooldown_days),
  };
}
