import type { TestDatabase } from '../database/database.ts';

type Pool = Pick<TestDatabase, 'pool'>;

/**
 * Removes all proxies; accounts stay, without one. The history keeps removed rows from being deleted, so they get hosts
 * of their own, by which no later import finds them again.
 */
export async function removeProxies({ pool }: Pool): Promise<void> {
  await pool.query(`
    delete from account_proxy_assignments;
    delete from proxy_model_claims;
    update proxies set removed_at = now(), host = 'old-' || id || '.example' where removed_at is null or host not like 'old-%'`);
}

/** Removes all proxies, accounts and VPS in the same way. */
export async function emptyPool(database: Pool): Promise<void> {
  await removeProxies(database);
  await database.pool.query(`
    update accounts set removed_at = now(), key = 'old-' || id where removed_at is null or key not like 'old-%';
    delete from vps`);
}
