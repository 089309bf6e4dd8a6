import type { ProxyHealth, ProxyStatus } from '../../proxies/proxy.ts';

/** How long the last exit IP counts as a proxy's address (rule R8). `PoolProxy.exitIp` must be null if it is older. */
export const EXIT_IP_FRESH_MS = 24 * 60 * 60 * 1000;

/**
 * A proxy as input of the planner: one row of a query over proxies, their claims, loads and health. Times are epoch
 * milliseconds.
 */
export interface PoolProxy {
  /** The number, as in #1042. A lower number means an older proxy. */
  id: number;
  /** Number of its accounts. */
  load: number;
  /** The model of its claim: the one that it carries, or that it is in cooldown for. */
  modelId: number | null;
  coolingUntil: number | null;
  /**
   * Whether it may get new accounts (see `isEligible`). Ineligible proxies are part of the pool because their accounts
   * use an address.
   */
  eligible: boolean;
  health: ProxyHealth;
  latencyMs: number | null;
  /** As stored: lower case, IPv6 canonical and without brackets. */
  host: string;
  /** The last exit IP in canonical text, if it is fresh (`EXIT_IP_FRESH_MS`). */
  exitIp: string | null;
  /** Tagged `rotating`: it shares its address with no other proxy. */
  rotating: boolean;
}

/** An account that needs a proxy. */
export interface WaitingAccount {
  id: number;
  modelId: number;
  /** Epoch milliseconds; the account that has waited longest comes first. */
  waitingSince: number;
}

/** An account that has a proxy. */
export interface AssignedAccount {
  id: number;
  modelId: number;
  proxyId: number;
  /** When it got this proxy, in epoch milliseconds; the latest arrivals are moved first. */
  since: number;
}

/** A proxy that carries exactly as many accounts as allowed: it takes none, and only counts for its network. */
export interface FullProxy {
  id: number;
  modelId: number;
  /** The exit IP if it is fresh, otherwise the host. */
  address: string;
}

/** The inputs of every plan. */
export interface Pool {
  proxies: readonly PoolProxy[];
  /** Further proxies. None of them is on the exit IP of a proxy that the plan could choose. */
  full?: readonly FullProxy[];
  /** `ACCOUNTS_PER_PROXY`. A proxy that carries more gets no new accounts. */
  limit: number;
  /** The time of the plan, in epoch milliseconds. */
  now: number;
}

/** Rule R7: only an active, unexpired proxy that is neither failing nor removed gets new accounts. */
export function isEligible(
  proxy: { status: ProxyStatus; health: ProxyHealth; expiresAt: number | null; removedAt: number | null },
  now: number,
): boolean {
  return (
    proxy.status === 'active' &&
    proxy.health !== 'failing' &&
    proxy.removedAt === null &&
    (proxy.expiresAt === null || proxy.expiresAt > now)
  );
}

/** The only model that may use an unused proxy during its cooldown (rule R6); `null` if any model may. */
export function coolingFor(proxy: PoolProxy, now: number): number | null {
  return (proxy.coolingUntil ?? 0) > now ? proxy.modelId : null;
}

/** The address that a proxy shares with others (rule R8), if it is known. */
export function addressOf(proxy: PoolProxy): string | null {
  return proxy.rotating ? null : proxy.exitIp;
}
