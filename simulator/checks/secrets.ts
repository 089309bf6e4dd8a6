import type { SimulatedDatabase } from '../database/database.ts';
import type { SimulatedDiscord } from '../world/discord.ts';

/** All secrets of a run begin with it: passwords of proxies and keys of sources. */
export const SECRET = 's3cr3t';

const TABLES = `select oid::regclass::text as name from pg_class
  where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`;

/** Searches every row, every message and the log for a secret. Sealed values do not contain it. */
export async function findSecrets(
  database: SimulatedDatabase,
  discord: SimulatedDiscord,
  log: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of await database.rows<{ name: string }>(TABLES)) {
    const [row] = await database.rows<{ text: string }>(
      `select t::text as text from ${name} t where t::text like $1 limit 1`,
      [`%${SECRET}%`],
    );
    if (row) found.push(`a secret is in ${name}: ${row.text.slice(0, 200)}`);
  }
  const isTold = discord.messages.some(({ said }) => JSON.stringify(said).includes(SECRET));
  if (isTold) found.push('a secret is in a message');
  const line = log.find((each) => each.includes(SECRET));
  if (line !== undefined) found.push(`a secret is in the log: ${line.slice(0, 200)}`);
  return found;
}
