import { escapeIdentifier, escapeLiteral, type PoolClient } from '../client.ts';
import type { BackupTable, End } from './format.ts';

/** Settings of the transaction on both sides: no timeouts, and the same text for the same value on every server. */
export const SETTINGS = `set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0;
  set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1`;

/** `public.name`, quoted. */
export const qualify = (name: string) => `public.${escapeIdentifier(name)}`;

/** The tables of the program with their columns, by name. Rows of partitions belong to their parent table. */
export async function listTables(client: PoolClient): Promise<BackupTable[]> {
  const { rows } = await client.query<BackupTable>(`
    select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    group by c.oid order by c.relname::text collate "C"`);
  return rows;
}

/** The name of a table that has rows, or undefined if all tables are empty. */
export async function findFilledTable(client: PoolClient): Promise<string | undefined> {
  const tables = await listTables(client);
  if (tables.length === 0) return undefined;
  const probes = tables.map(
    ({ name }) => `select ${escapeLiteral(name)} as name where exists (select from ${qualify(name)})`,
  );
  const { rows } = await client.query<{ name: string }>(`${probes.join(' union all ')} limit 1`);
  return rows[0]?.name;
}

/** The last value of each sequence that was used. */
export async function readSequences(client: PoolClient): Promise<End['sequences']> {
  const { rows } = await client.query(`
    select sequencename as name, last_value::text as last from pg_sequences
    where schemaname = 'public' and last_value is not null order by sequencename::text collate "C"`);
  return Object.fromEntries(rows.map((row) => [row.name, row.last]));
}

export async function setSequences(client: PoolClient, sequences: End['sequences']): Promise<void> {
  for (const [name, last] of Object.entries(sequences)) {
    await client.query('select setval($1::regclass, $2::bigint)', [qualify(name), last]);
  }
}
