import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db, Tx } from '../../../client.ts';
import { onlyRow, run } from '../../../sql/rows.ts';

const UNDO = z.strictObject({
  removable: z.int(),
  carrying: z.int(),
  restorable: z.int(),
  firstCarrying: z.array(z.int()),
});

/** The proxies that undoing an import would change: those that it added and that still exist, and those that it updated. */
export function summarizeUndo(db: Db | Tx, planId: number): Promise<z.infer<typeof UNDO>> {
  const statement = sql`
    select
      count(*) filter (where brought and not carries)::int as removable,
      count(*) filter (where brought and carries)::int as carrying,
      count(*) filter (where not brought)::int as restorable,
      coalesce((array_agg(id order by id) filter (where brought and carries))[:5], '{}') as "firstCarrying"
    from (
      select p.id, p.import_plan_id is not distinct from ${planId} and (u.proxy_id is null or u.removed_at is not null) as brought,
        exists (select from account_proxy_assignments a where a.proxy_id = p.id) as carries
      from proxies p left join import_undo u on u.plan_id = ${planId} and u.proxy_id = p.id
      where p.removed_at is null and (p.import_plan_id = ${planId} or (u.proxy_id is not null and u.version_after = p.version))
    ) touched`;
  return onlyRow(db, UNDO, statement);
}

/** Removes the proxies that the import added and that have no accounts, and restores the ones that it updated and that were not changed since. */
export async function undoImport(tx: Tx, planId: number): Promise<{ removed: number; restored: number }> {
  const restored = sql`
    update proxies p set type = u.type, credential_id = u.credential_id, password_fingerprint = u.password_fingerprint,
      password_sealed = u.password_sealed, change_ip_url_sealed = u.change_ip_url_sealed,
      import_plan_id = u.import_plan_id
    from import_undo u
    where u.plan_id = ${planId} and u.proxy_id = p.id and u.removed_at is null and p.removed_at is null and p.version = u.version_after
      and not exists (
        select from proxies other where other.id <> p.id
          and (other.host, other.port, other.username, other.password_fingerprint) = (p.host, p.port, p.username, u.password_fingerprint)
      )`;
  const removed = sql`
    update proxies p set removed_at = now()
    where p.import_plan_id = ${planId} and p.removed_at is null
      and not exists (select from account_proxy_assignments a where a.proxy_id = p.id)`;
  return { restored: await run(tx, restored), removed: await run(tx, removed) };
}
