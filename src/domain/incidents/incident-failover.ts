import type { Move } from '../plan/moves/moves.ts';

/** Of a provider's accounts, this part is moved in an hour without a person. */
const HOURLY_SHARE = 0.1;

/** Accounts of one provider: those on its proxies, and those that the failover took off them within the last hour. */
export interface ProviderAccounts {
  provider: string | null;
  seated: number;
  movedLately: number;
}

/**
 * How many accounts the automatic failover may still take off a provider's proxies now: a tenth an hour of what they carried at
 * its beginning, and always one, so that a small provider is helped too.
 */
export function failoverBudget({ seated, movedLately }: Omit<ProviderAccounts, 'provider'>): number {
  const hourly = Math.max(1, Math.floor((seated + movedLately) * HOURLY_SHARE));
  return Math.max(0, hourly - movedLately);
}

/**
 * The moves of a plan that the pace allows now, in the plan's order.
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
