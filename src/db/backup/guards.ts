import { escapeIdentifier, type PoolClient } from '../client.ts';
import { qualify } from './catalog.ts';

interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

/**
 * Disables foreign keys and triggers, so that rows can come in any order and triggers do not create rows that are in
 * the backup already. This requires the owner of the tables. `session_replication_role` would require a superuser,
 * which few hosted servers offer.
 *
 * @returns a function that restores everything, which checks the foreign keys
 */
export async function liftGuards(client: PoolClient, tables: readonly string[]): Promise<() => Promise<void>> {
  const keys = await listForeignKeys(client);
  for (const { table, name } of keys) {
    await client.query(`alter table ${table} drop constraint ${escapeIdentifier(name)}`);
  }
  for (const table of tables) await client.query(`alter table ${qualify(table)} disable trigger user`);
  return async () => {
    for (const table of tables) await client.query(`alter table ${qualify(table)} enable trigger user`);
    for (const { table, name, definition } of keys) {
      await client.query(`alter table ${table} add constraint ${escapeIdentifier(name)} ${definition}`);
    }
  };
}

async function listForeignKeys(client: PoolClient): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(`
    select conrelid::regclass::text as table, conname::text as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0
    order by conrelid::regclass::text, conname`);
  return rows;
}
