import { sql } from 'drizzle-orm';
import { DEFAULT_ACCOUNTS_PER_PROXY } from '../../domain/proxies/proxy.ts';
import type { Db, Tx } from '../client.ts';
import { settings } from '../schema/settings.ts';
import { excluded } from '../sql/columns.ts';

/** Settings on which all processes must agree, so they are read from the database. */
export interface SharedSettings {
  accountsPerProxy: number;
  modelCooldownDays: number;
}

/** The keys in the table of settings. */
const KEYS = {
  accountsPerProxy: 'accounts_per_proxy',
  modelCooldownDays: 'model_cooldown_days',
} as const satisfies Record<keyof SharedSettings, string>;

const DEFAULTS: SharedSettings = { accountsPerProxy: DEFAULT_ACCOUNTS_PER_PROXY, modelCooldownDays: 7 };

/** Stores the settings from the configuration, when the bot starts. */
export async function writeSettings(
  db: Db | Tx,
  { accountsPerProxy, modelCooldownDays }: SharedSettings,
): Promise<void> {
  await db
    .insert(settings)
    .values([
      { key: KEYS.accountsPerProxy, value: accountsPerProxy },
      { key: KEYS.modelCooldownDays, value: modelCooldownDays },
    ])
    .onConflictDoUpdate({
      target: settings.key,
      set: { value: excluded(settings, 'value'), updatedAt: sql`now()` },
    });
}

/** The maximum of accounts per proxy, as part of a statement. */
export const accountsPerProxy = sql`coalesce(
  (select (${settings.value} #>> '{}')::int from ${settings} where ${settings.key} = ${KEYS.accountsPerProxy}), ${DEFAULTS.accountsPerProxy}::int)`;

export async function readSettings(db: Db | Tx): Promise<SharedSettings> {
  const found = new Map((await db.select().from(settings)).map((row) => [row.key, row.value]));
  const read = (name: keyof SharedSettings) => Number(found.get(KEYS[name]) ?? DEFAULTS[name]);
  return { accountsPerProxy: read('accountsPerProxy'), modelCooldownDays: read('modelCooldownDays') };
}
