import { escapeIdentifier, type PoolClient } from '../client.ts';
import { qualify } from './catalog.ts';

interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

/**
 * Lets rows come in any order and without what triggers make of them: those rows are in the backup too. This takes the owner of the
 * tables, where `session_replication_role` would take a superuser, whom few hosted servers have.
 *
 * @returns puts everything back; the foreign keys are checked by that
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
