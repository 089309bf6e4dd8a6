import type { Assignment, AssignmentReason } from './shared/assignment.ts';
import { networkOf } from './shared/network.ts';
import { rankOf } from './shared/planned-proxy.ts';
import { addressOf, coolingFor, type Pool, type PoolProxy } from './shared/pool.ts';

/**
 * A plan was made over a part of the pool: the proxies of the models of its accounts, whatever is on an address with these, and of the
 * unclaimed proxies the best ones by health, latency and number, up to `last`. Whether the plan over the whole pool is the same.
 *
 * It is if each account has an unused proxy that no later one could beat. Two accounts compete for addresses and for proxies of
 * equal rank; with a free address for each of them, neither decides anything.
 *
 * @param assignments what was planned for the accounts
 * @param count how many accounts the plan is for
 * @param last the last of the unclaimed proxies that were read
 */
export function isPlanOfWhole(
  assignments: readonly Assignment[],
  { pool, count, last }: { pool: Pool; count: number; last: PoolProxy },
): boolean {
  if (assignments.length < count || (count > 1 && !hasFreeAddresses(pool, count))) return false;
  const reasons = new Map(assignments.map(({ proxyId, reason }) => [proxyId, reason]));
  return pool.proxies.every((proxy) => {
    const reason = reasons.get(proxy.id);
    return !reason || isBestOfAll(reason, proxy, last);
  });
}

/** Proxies that were left out come after `last`: they can be better only where the network decides. */
function isBestOfAll(reason: AssignmentReason, chosen: PoolProxy, last: PoolProxy): boolean {
  if (reason.kind !== 'unused' || rankOf(chosen) > rankOf(last)) return false;
  if (rankOf(chosen) < rankOf(last)) return true;
  return chosen.id <= last.id && (reason.networkFirst !== null || networkOf(chosen) === null);
}

/** Whether there are so many unused proxies for any model, each on an address of its own that carries no account. */
function hasFreeAddresses({ proxies, now }: Pool, count: number): boolean {
  const used = new Set(proxies.filter(({ load }) => load > 0).map(addressOf));
  const free = new Set<string | number>();
  for (const proxy of proxies) {
    if (proxy.load > 0 || !proxy.eligible || coolingFor(proxy, now) !== null) continue;
    const address = addressOf(proxy);
    if (address === null || !used.has(address)) free.add(address ?? proxy.id);
  }
  return free.size >= count;
}
