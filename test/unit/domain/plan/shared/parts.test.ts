import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decisiveNetworks } from '../../../../../src/domain/plan/one.ts';
import { describeReason, Reasons, reasonFor } from '../../../../../src/domain/plan/shared/assignment.ts';
import { Carried } from '../../../../../src/domain/plan/shared/carried.ts';
import { Heap } from '../../../../../src/domain/plan/shared/heap.ts';
import { addressesIn, Networks } from '../../../../../src/domain/plan/shared/network.ts';
import {
  bestFirst,
  FAILING_RANK,
  plannedProxyMaker,
  rankOf,
  tiersOf,
} from '../../../../../src/domain/plan/shared/planned-proxy.ts';
import { EXIT_IP_FRESH_MS } from '../../../../../src/domain/plan/shared/pool.ts';
import { compareTurns, NOBODY, turnOf } from '../../../../../src/domain/plan/shared/queue.ts';
import { poolOf, proxy } from '../pools.ts';

const planned = (...args: Parameters<typeof proxy>) => plannedProxyMaker()(proxy(...args));

describe('the reason of an assignment', () => {
  const before = { kind: 'shared', load: 2, health: 'healthy', latencyMs: 50, networkFirst: null } as const;
  const next = (over: Parameters<typeof proxy>[1], isFirst = false) => reasonFor(planned(1, over), isFirst, before);

  test('is the same object as the one before if it is equal, and only then', () => {
    expect(next({ load: 1, modelId: 1 })).toBe(before);
    const others = [
      next({ load: 2, modelId: 1 }),
      next({ load: 1, modelId: 1, health: 'degraded' }),
      next({ load: 1, modelId: 1, latencyMs: 51 }),
      next({ load: 1, modelId: 1 }, true),
    ];
    expect(others.map(({ load, health, latencyMs, networkFirst }) => [load, health, latencyMs, networkFirst])).toEqual([
      [3, 'healthy', 50, null],
      [2, 'degraded', 50, null],
      [2, 'healthy', 51, null],
      [2, 'healthy', 50, '192.0.1.0/24'],
    ]);
  });

  test('is one object for equal reasons of a plan, apart for the first accounts in each network', () => {
    const reasons = new Reasons();
    const of = (id: number, isFirst: boolean, load = 0) => reasons.of(planned(id, { load, modelId: 1 }), isFirst);
    const [here, there, later] = [of(1, true), of(2, true), of(1, false)];
    expect([here.networkFirst, there.networkFirst, later.networkFirst]).toEqual(['192.0.1.0/24', '192.0.2.0/24', null]);
    expect(of(1, true)).toBe(here);
    expect(of(2, true)).toBe(there);
    expect(of(2, false)).toBe(later);
    expect(of(1, false, 1)).toMatchObject({ load: 2, networkFirst: null });
    expect(of(1, true)).toBe(here);
  });

  test('says what is known of the proxy', () => {
    const said = (over: Parameters<typeof proxy>[1], isFirst = false) =>
      describeReason(reasonFor(planned(1, over), isFirst));
    expect(said({ latencyMs: 1084 }, true)).toBe("unused, healthy, 1,084 ms, the model's first in 192.0.1.0/24");
    expect(said({ load: 1, modelId: 1, health: 'degraded', latencyMs: null })).toBe('shared by 2, degraded');
    expect(said({ health: 'unknown', latencyMs: null })).toBe('unused, not checked yet');
    expect(said({ health: 'unknown', latencyMs: 7 })).toBe('unused, health not known yet, 7 ms');
  });
});

describe('the rank of a proxy', () => {
  test('is its health, then its latency, and an unknown one comes last', () => {
    const better = [
      rankOf({ health: 'healthy', latencyMs: 0 }),
      rankOf({ health: 'healthy', latencyMs: 90 }),
      rankOf({ health: 'healthy', latencyMs: null }),
      rankOf({ health: 'unknown', latencyMs: 0 }),
      rankOf({ health: 'unknown', latencyMs: null }),
      rankOf({ health: 'degraded', latencyMs: 0 }),
      rankOf({ health: 'degraded', latencyMs: null }),
      FAILING_RANK,
    ];
    expect(better).toEqual([...new Set(better)].sort((a, b) => a - b));
    expect(rankOf({ health: 'failing', latencyMs: null })).toBeGreaterThan(FAILING_RANK);
  });

  test('makes tiers, the best first, each in the order of numbers', () => {
    const list = [planned(3), planned(2, { latencyMs: 90 }), planned(1), planned(4, { health: 'unknown' })];
    expect(tiersOf(list).map((tier) => tier.map(({ proxy: { id } }) => id))).toEqual([[1, 3], [2], [4]]);
    expect(tiersOf([])).toEqual([]);
  });

  test('sorts a list, and leaves a sorted one as it is', () => {
    const list = [planned(1), planned(3), planned(2, { latencyMs: 90 })];
    expect(bestFirst(list)).toBe(list);
    expect(bestFirst([list[1], list[0], list[2]] as typeof list)).toEqual(list);
    expect(bestFirst([list[0], list[2], list[1]] as typeof list)).toEqual(list);
  });
});

describe('networks', () => {
  test('of one plan are the same text for neighbours', () => {
    const networks = new Networks();
    const of = (host: string, exitIp: string | null = null) => networks.of({ host, exitIp });
    expect([of('192.0.2.1'), of('192.0.2.200'), of('192.0.3.1')]).toEqual([
      '192.0.2.0/24',
      '192.0.2.0/24',
      '192.0.3.0/24',
    ]);
    expect([of('2001:db8::1'), of('2001:db8::2'), of('2001:db8:0:1::1')]).toEqual([
      '2001:db8::/64',
      '2001:db8::/64',
      '2001:db8:0:1::/64',
    ]);
    expect([of('gate.example'), of('gate.example'), of('gate.example', '192.0.2.9'), of('1.2.3.4.example')]).toEqual([
      null,
      null,
      '192.0.2.0/24',
      null,
    ]);
  });

  test('of IPv4 have 256 addresses each, and those of IPv6 are not listed', () => {
    const addresses = addressesIn(['192.0.2.0/24', '198.51.100.0/24']) ?? [];
    expect([addresses.length, addresses[0], addresses[255], addresses[256], addresses.at(-1)]).toEqual([
      512,
      '192.0.2.0',
      '192.0.2.255',
      '198.51.100.0',
      '198.51.100.255',
    ]);
    expect(addressesIn(['192.0.2.0/24', '2001:db8::/64'])).toBeUndefined();
    expect(addressesIn([])).toEqual([]);
  });

  test('that decide about one account are those of the proxies that are equal otherwise', () => {
    const best = [proxy(1), proxy(2), proxy(3, { host: '192.0.1.9' }), proxy(4, { host: 'gate.example' })];
    const pool = poolOf([...best, proxy(5, { latencyMs: 90 }), proxy(6, { load: 1, modelId: 1 })]);
    expect(decisiveNetworks(pool, { modelId: 1 })).toEqual(['192.0.1.0/24', '192.0.2.0/24']);
    expect(decisiveNetworks(poolOf([proxy(6, { load: 1, modelId: 1 })]), { modelId: 1 })).toEqual(['192.0.6.0/24']);
    expect(decisiveNetworks(poolOf([]), { modelId: 1 })).toEqual([]);
  });

  test('that are unknown are never counted', () => {
    const carried = new Carried([['192.0.2.0/24', 2]]);
    expect([
      carried.add(null, 5),
      carried.on(null),
      carried.on('192.0.2.0/24'),
      carried.add('192.0.2.0/24', 1),
    ]).toEqual([0, 0, 2, 3]);
    const copy = carried.copy();
    copy.add('192.0.2.0/24', 4);
    expect([carried.on('192.0.2.0/24'), copy.on('192.0.2.0/24')]).toEqual([3, 7]);
  });
});

test('an exit IP is fresh for a day (R8)', () => {
  expect(EXIT_IP_FRESH_MS).toBe(86_400_000);
});

describe('turns', () => {
  test('come in the order of waiting, then of numbers, and after the end of a queue nothing comes sooner', () => {
    const turn = (since: number, id: number) => ({ since, id });
    const sorted = [turn(1, 9), turn(2, 3), turn(2, 5)];
    expect([turn(2, 5), turn(1, 9), turn(2, 3)].sort(compareTurns)).toEqual(sorted);
    expect(turnOf({ ids: [7], since: [3] }, 0)).toEqual(turn(3, 7));
    expect(compareTurns(turnOf(NOBODY, 0), turn(8_640_000_000_000_000, 2 ** 31))).toBeGreaterThan(0);
    expect(turnOf({ ids: [7], since: [3] }, 1)).toEqual(turnOf(NOBODY, 0));
    expect(turnOf(NOBODY, 0)).toEqual(turn(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
  });
});

test('a heap gives its items in order, also if the top one is replaced', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (items, replacements) => {
      const heap = new Heap<number>((a, b) => a - b);
      for (const item of items) heap.push(item);
      const left = [...items].sort((a, b) => a - b);
      expect([...heap.rest()].sort((a, b) => a - b)).toEqual(left);
      for (const item of left.length > 0 ? replacements : []) {
        heap.replace(item);
        left[0] = item;
        left.sort((a, b) => a - b);
        expect(heap.peek()).toBe(left[0]);
      }
      expect([...left, undefined].map(() => heap.pop())).toEqual([...left, undefined]);
    }),
  );
});
