import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Tx } from '../../client.ts';
import { proxies } from '../../schema/proxies.ts';
import { p } from '../../sql/aliases.ts';
import { array, shape } from '../../sql/columns.ts';
import { rows } from '../../sql/rows.ts';

/** The result of `formatAddress`, as SQL over a row of `proxies`; null if the row is missing (an outer join). */
export const proxyAddress = ({ host, port }: { host: StringChunk; port: StringChunk }): SQL =>
  sql`case when strpos(${host}, ':') > 0 then '[' || ${host} || ']' else ${host} end || ':' || ${port}`;

const ADDRESSED = z.strictObject({ ...shape(proxies, 'id'), address: z.string() });

/** The addresses of a few proxies, by number. */
export async function addressesOf(tx: Tx, proxyIds: readonly number[]): Promise<Map<number, string>> {
  const statement = sql`
    select ${p.id}, ${proxyAddress(p)} as address from ${p} where ${p.id} = any (${array(proxyIds, 'int')})`;
  const found = await rows(tx, ADDRESSED, statement);
  return new Map(found.map(({ id, address }) => [id, address]));
}
