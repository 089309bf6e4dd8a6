import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../../client.ts';

/** What `formatAddress` writes, as SQL over a row of `proxies`; null if the row is missing (an outer join). */
export const proxyAddress = (alias: 'p' | 'f' | 'g'): SQL =>
  sql.raw(
    `case when strpos(${alias}.host, ':') > 0 then '[' || ${alias}.host || ']' else ${alias}.host end || ':' || ${alias}.port`,
  );

/** The addresses of a few proxies, by number. */
export async function addressesOf(tx: Tx, proxyIds: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await tx.execute<{ id: number; address: string }>(
    sql`select p.id, ${proxyAddress('p')} as address from proxies p where p.id = any (${sql.param([...proxyIds])}::int[])`,
  );
  return new Map(rows.map(({ id, address }) => [id, address]));
}
