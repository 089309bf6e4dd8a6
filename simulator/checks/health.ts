import type { SimulatedDatabase } from '../database/database.ts';
import type { SimulatedNetwork } from '../world/network.ts';

/** Proxies whose health became what it is while the target or our own way out was out of order. */
const CHANGED = `select proxy_id as proxy, health from proxy_health
  where health = 'failing' and health_since > pg_catalog.to_timestamp($1) and health_since < pg_catalog.to_timestamp($2)`;

/** No proxy is blamed for a fault of the target or of our own network. */
export async function findWronglyBlamed(
  database: SimulatedDatabase,
  { ownFaults }: SimulatedNetwork,
): Promise<string[]> {
  const last = ownFaults.at(-1);
  if (!last) return [];
  const found = await database.rows<{ proxy: number }>(CHANGED, [last.from / 1000, last.until / 1000]);
  return found.map(({ proxy }) => `#${proxy} is failing since a moment in which our own network was out of order`);
}
