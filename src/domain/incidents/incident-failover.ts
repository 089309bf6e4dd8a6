import type { Move } from '../plan/moves/moves.ts';

/** The share of a provider's accounts that the automatic failover may move per hour. */
const HOURLY_SHARE = 0.1;

/** Accounts of one provider: those on its proxies, and those that the failover moved off them within the last hour. */
export interface ProviderAccounts {
  provider: string | null;
  assigned: number;
  movedLately: number;
}

/**
 * The number of accounts that the automatic failover may still move off a provider's proxies: per hour a tenth of what
 * they carried at its beginning, and at least one, so that it also works for a small provider.
 */
export function failoverBudget({ assigned, movedLately }: Omit<ProviderAccounts, 'provider'>): number {
  const hourly = Math.max(1, Math.floor((assigned + movedLately) * HOURLY_SHARE));
  return Math.max(0, hourly - movedLately);
}

/**
 * The moves of a plan that the limit allows now, in the plan's order.
 *
 * @param providerOf the provider of the proxy that an account leaves
 */
export function withinPace(
  moves: readonly Move[],
  providers: readonly ProviderAccounts[],
  providerOf: (proxyId: number) => string | null,
): Move[] {
  const left = new Map(providers.map((each) => [each.provider, failoverBudget(each)]));
  return moves.filter(({ fromProxyId }) => {
    const provider = providerOf(fromProxyId);
    const budget = left.get(provider) ?? 0;
    left.set(provider, budget - 1);
    return budget > 0;
  });
}
