import fc from 'fast-check';
import type { AssignedAccount, Pool, PoolProxy, WaitingAccount } from '../../../../src/domain/plan/shared/pool.ts';

export const NOW = Date.UTC(2026, 4, 4, 12);

/** An unused healthy proxy on a network of its own, but for what is said. */
export function proxy(id: number, over: Partial<PoolProxy> = {}): PoolProxy {
  return {
    id,
    load: 0,
    modelId: null,
    coolingUntil: null,
    eligible: true,
    health: 'healthy',
    latencyMs: 50,
    host: `192.0.${id}.1`,
    exitIp: null,
    rotating: false,
    ...over,
  };
}

export function poolOf(proxies: readonly PoolProxy[], limit = 3): Pool {
  return { proxies, limit, now: NOW };
}

/** So many accounts of a model, the first the longest waiting; their numbers are `modelId * 100` and up. */
export function waiting(modelId: number, count: number, since = NOW - 1000): WaitingAccount[] {
  return Array.from({ length: count }, (_, at) => ({ id: modelId * 100 + at, modelId, waitingSince: since + at }));
}

/** The accounts that a pool's proxies carry, the first on each the longest there; their numbers are `proxyId * 10` and up. */
export function assigned(proxies: readonly PoolProxy[]): AssignedAccount[] {
  return proxies.flatMap(({ id, load, modelId }) =>
    Array.from({ length: load }, (_, at) => ({
      id: id * 10 + at,
      modelId: modelId ?? 0,
      proxyId: id,
      since: NOW - 1000 + at,
    })),
  );
}

export interface Shape {
  proxies: number;
  accounts: number;
  models: number;
  /** How many exit IPs the proxies share; without it each has its own. */
  addresses?: number;
}

/** Small pools with loads, cooldowns, lowered limits and proxies that may get no accounts. */
export function anyPool(shape: Shape): fc.Arbitrary<Pool> {
  return fc
    .record({
      proxies: fc.array(anyProxy(shape), { maxLength: shape.proxies }),
      limit: fc.constantFrom(3, 3, 2, 1),
    })
    .map(({ proxies, limit }) =>
      poolOf(
        proxies.map((fields, at) => proxy(at + 1, fields)),
        limit,
      ),
    );
}

export function anyAccounts({ accounts, models }: Shape): fc.Arbitrary<WaitingAccount[]> {
  const wanted = fc.record({
    modelId: fc.integer({ min: 1, max: models }),
    waitingSince: fc.integer({ min: NOW - 5, max: NOW }),
  });
  return fc
    .array(wanted, { maxLength: accounts })
    .map((list) => list.map((account, at) => ({ id: at + 1, ...account })));
}

function anyProxy({ models, addresses }: Shape): fc.Arbitrary<Partial<PoolProxy>> {
  const modelId = fc.integer({ min: 1, max: models });
  const use = fc.oneof(
    fc.constant({}),
    fc.record({ modelId, load: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ modelId, coolingUntil: fc.constantFrom(NOW + 1, NOW) }),
  );
  const rest = fc.record({
    eligible: fc.constantFrom(true, true, true, true, false),
    health: fc.constantFrom('healthy' as const, 'unknown' as const, 'degraded' as const),
    latencyMs: fc.constantFrom(null, 50, 90),
    host: fc.constantFrom('192.0.2.1', '203.0.113.1', '2001:db8::1', 'gate.example'),
  });
  const address =
    addresses === undefined
      ? fc.constant({})
      : fc.record({
          exitIp: fc.integer({ min: 1, max: addresses }).map((last) => `198.51.100.${last}`),
          rotating: fc.constantFrom(false, false, false, true),
        });
  return fc.tuple(use, rest, address).map((parts) => Object.assign({}, ...parts));
}
