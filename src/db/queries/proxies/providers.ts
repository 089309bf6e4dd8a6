import { type SQL, sql } from 'drizzle-orm';
import type { Db, Tx } from '../../client.ts';
import { providers } from '../../schema/proxies.ts';

/** A provider in the spelling that is stored, or as it is written if it is not known. */
export const spellingOf = (name: string): SQL<string> => sql`(select spelling_of(${name}::text))`;

/** The stored spelling of a provider; undefined if no proxy ever had it. */
export async function findProvider(db: Db | Tx, name: string): Promise<string | undefined> {
  const [row] = await db
    .select({ name: providers.name })
    .from(providers)
    .where(sql`${providers.key} = look_key(${name})`);
  return row?.name;
}
