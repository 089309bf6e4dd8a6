import { sql } from 'drizzle-orm';
import type { Tx } from '../../client.ts';

/** The address of the proxy `p` as people write it, an IPv6 host in brackets. */
export const PROXY_ADDRESS = sql.raw(
  `case when strpos(p.host, ':') > 0 then '[' || p.host || ']' else p.host end || ':' || p.port`,
);

/** The addresses of a few proxies, by number. */
export async function addressesOf(tx: Tx, proxyIds: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await tx.execute<{ id: number; address: string }>(
    sql`select p.id, ${PROXY_ADDRESS} as address from proxies p where p.id = any (${sql.param([...proxyIds])}::int[])`,
  );
  return new Map(rows.map(({ id, address }) => [id, address]));
}
