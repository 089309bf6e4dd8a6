import type { Db, Tx } from '../../db/client.ts';
import { readOwners, readVpsOf } from '../../db/queries/vps/bot-links.ts';
import type { Assignment } from '../../domain/plan/shared/assignment.ts';
import { keepTogether } from '../../domain/plan/shared/together.ts';

/**
 * Exchanges the proxies of a plan so that accounts of one VPS are on the same proxies (`keepTogether`).
 *
 * @param staged the VPS of accounts that an import has not added yet
 */
export async function byVps<A extends Assignment>(
  db: Db | Tx,
  made: readonly A[],
  staged: ReadonlyMap<number, number> = new Map(),
): Promise<A[]> {
  if (made.length < 2) return [...made];
  const known = await readVpsOf(
    db,
    made.map(({ accountId }) => accountId),
  );
  const vpsOf = new Map([...known, ...staged]);
  if (vpsOf.size === 0) return [...made];
  const proxyIds = [...new Set(made.map(({ proxyId }) => proxyId))];
  return keepTogether(made, { vpsOf, ownerOf: await readOwners(db, proxyIds) });
}
