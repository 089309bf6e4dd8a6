import type { ProxyHealth, ProxyStatus } from '../../proxies/proxy.ts';

/** How long a last exit IP counts as a proxy's address (rule R8). Whoever fills `PoolProxy.exitIp` leaves out older ones. */
export const EXIT_IP_FRESH_MS = 24 * 60 * 60 * 1000;

/** A proxy as the planner needs it: one row of a query over proxies, their claims, loads and health. Times are epoch milliseconds. */
export interface PoolProxy {
  /** The number: #1042. The lower, the older. */
  id: number;
  /** Accounts that it carries. */
  load: number;
  /** The model of its claim: the one that it carries, or that it is cooling for. */
  modelId: number | null;
  coolingUntil: number | null;
  /** May get new accounts (see `isEligible`). Proxies that may not still belong here: their accounts are on an address too. */
  eligible: boolean;
  health: ProxyHealth;
  latencyMs: number | null;
  /** As stored: lower case, IPv6 canonical and without brackets. */
  host: string;
  /** The last exit IP in canonical text, if it is fresh (`EXIT_IP_FRESH_MS`). */
  exitIp: string | null;
  /** Tagged `rotating`: it shares an address with nobody. */
  rotating: boolean;
}

/** An account that wants a proxy. */
export interface WaitingAccount {
  id: number;
  modelId: number;
  /** Epoch milliseconds; whoever has waited longest is served first. */
  waitingSince: number;
}

/** An account that has a proxy. */
export interface SeatedAccount {
  id: number;
  modelId: number;
  proxyId: number;
  /** When it got this proxy, in epoch milliseconds; whoever came last is moved first. */
  since: number;
}

/** What every plan rests on. */
export interface Pool {
  proxies: readonly PoolProxy[];
  /** `ACCOUNTS_PER_PROXY`. A proxy that carries more than that gets nothing new. */
  limit: number;
  /** The moment of the plan, in epoch milliseconds. */
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

/** The one model that may use an unused proxy while it cools down (rule R6); `null` where any model may. */
export function coolingFor(proxy: PoolProxy, now: number): number | null {
  return proxy.coolingUntil !== null && proxy.coolingUntil > now ? proxy.modelId : null;
}

/** The address that a proxy shares with others (rule R8), if it is known. */
export function addressOf(proxy: PoolProxy): string | null {
  return proxy.rotating ? null : proxy.exitIp;
}
