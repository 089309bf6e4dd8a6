import type { TestDatabase } from '../database/database.ts';

/**
 * Removes all proxies, accounts and VPS. The history keeps removed rows from being deleted, so they get names of their
 * own, by which no later import finds them again.
 */
export async function emptyPool({ pool }: Pick<TestDatabase, 'pool'>): Promise<void> {
  await pool.query(`
    delete from account_proxy_assignments;
    delete from proxy_model_claims;
    update accounts set removed_at = now(), key = 'old-' || id where removed_at is null or key not like 'old-%';
    update proxies set removed_at = now(), host = 'old-' || id || '.example' where removed_at is null or host not like 'old-%';
    delete from vps`);
}
