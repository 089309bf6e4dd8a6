import { describe, expect, test } from 'vitest';
import { planBatch } from '../../../../src/domain/plan/batch.ts';
import { describeReason } from '../../../../src/domain/plan/shared/assignment.ts';
import type { PoolProxy } from '../../../../src/domain/plan/shared/pool.ts';
import { NOW, poolOf, proxy, waiting } from './pools.ts';

/** The numbers of the proxies that the accounts of model 1 get, in the order of the accounts. */
function given(proxies: readonly PoolProxy[], count: number): number[] {
  const { assignments } = planBatch(poolOf(proxies), waiting(1, count));
  return assignments.map(({ proxyId }) => proxyId);
}

const carrying = (id: number, load: number, over: Partial<PoolProxy> = {}) => proxy(id, { load, modelId: 1, ...over });

describe('between equal plans', () => {
  test('healthy comes before unknown, and unknown before degraded, however fast', () => {
    const proxies = [
      proxy(1, { health: 'degraded', latencyMs: 1 }),
      proxy(2, { health: 'unknown', latencyMs: null }),
      proxy(3, { health: 'healthy', latencyMs: 900 }),
    ];
    expect(given(proxies, 1)).toEqual([3]);
    expect(given(proxies, 2)).toEqual([3, 2]);
    expect(given(proxies, 4)).toEqual([3, 2, 1, 3]);
  });

  test('then the faster one, and one of unknown speed last', () => {
    const proxies = [proxy(1, { latencyMs: null }), proxy(2, { latencyMs: 90 }), proxy(3, { latencyMs: 80 })];
    expect(given(proxies, 1)).toEqual([3]);
    expect(given(proxies, 2)).toEqual([3, 2]);
  });

  test('then the network that carries the model least, by the exit IP before the host', () => {
    const proxies = [
      carrying(1, 3, { exitIp: '198.51.100.1' }),
      proxy(2, { exitIp: '198.51.100.2' }),
      proxy(3, { host: '198.51.100.3' }),
      proxy(4, { host: '198.51.100.4', exitIp: '203.0.113.4' }),
    ];
    expect(given(proxies, 1)).toEqual([4]);
    expect(given(proxies, 2).sort()).toEqual([2, 4]);
  });

  test('what the plan itself puts into a network counts too', () => {
    const hosts = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '198.51.100.1', '198.51.100.2', '203.0.113.1'];
    const proxies = hosts.map((host, at) => proxy(at + 1, { host }));
    expect(given(proxies, 5)).toEqual([1, 2, 4, 5, 6]);
  });

  test('what the plan puts on faster proxies counts for the network of the slower ones', () => {
    const [here, there] = ['192.0.2', '203.0.113'];
    const proxies = [
      carrying(1, 1, { host: `${here}.1` }),
      carrying(2, 1, { host: `${here}.2`, latencyMs: 90 }),
      carrying(3, 1, { host: `${there}.1`, latencyMs: 90 }),
      carrying(4, 3, { host: `${there}.2` }),
    ];
    expect(given(proxies.with(3, carrying(4, 1, { host: `${there}.2`, eligible: false })), 2)).toEqual([1, 3]);
  });

  test('a network counts as one, whether its proxies are free or cool down for the model', () => {
    const cooling = { modelId: 1, coolingUntil: NOW + 1 };
    const proxies = [
      proxy(1, { host: '192.0.2.1' }),
      proxy(2, { host: '192.0.2.2', ...cooling }),
      proxy(3, { host: '203.0.113.1', ...cooling }),
    ];
    expect(given(proxies, 2)).toEqual([1, 3]);
  });

  test('IPv6 counts by /64', () => {
    const proxies = [
      carrying(1, 3, { host: '2001:db8:0:1::1' }),
      proxy(2, { host: '2001:db8:0:1::2' }),
      proxy(3, { host: '2001:db8:0:2::2' }),
    ];
    expect(given(proxies, 1)).toEqual([3]);
  });

  test('then the older proxy', () => {
    expect(given([proxy(9), proxy(4), proxy(7)], 2)).toEqual([4, 7]);
  });

  test('accounts that share go to the better proxies as well', () => {
    const proxies = [carrying(1, 1, { health: 'degraded' }), carrying(2, 1, { health: 'unknown' }), carrying(3, 2)];
    expect(given(proxies, 1)).toEqual([2]);
    expect(given(proxies, 3)).toEqual([2, 1, 3]);
    const worse = [1, 2].map((id) => proxy(id, { health: 'degraded', host: `192.0.2.${id}` }));
    expect(given([...worse, proxy(3)], 5)).toEqual([3, 1, 2, 3, 1]);
  });

  test('the better proxy goes to the model that puts more accounts on it', () => {
    const { assignments } = planBatch(poolOf([proxy(1, { health: 'degraded' }), proxy(2)]), [
      ...waiting(1, 1),
      ...waiting(2, 3),
    ]);
    expect(assignments.map(({ modelId, proxyId }) => [modelId, proxyId])).toEqual([
      [1, 1],
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
  });

  test('each of many models is spread over the networks separately', () => {
    const proxies = Array.from({ length: 40 }, (_, at) => proxy(at + 1, { host: `192.0.${at % 4}.${at}` }));
    const { assignments } = planBatch(
      poolOf(proxies),
      [1, 2, 3, 4, 5].flatMap((model) => waiting(model, 8)),
    );
    for (const model of [1, 2, 3, 4, 5]) {
      const networks = assignments.filter(({ modelId }) => modelId === model).map(({ proxyId }) => (proxyId - 1) % 4);
      expect(networks.sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    }
  });
});

describe('a reason in words', () => {
  const words = (proxies: readonly PoolProxy[], count: number) =>
    planBatch(poolOf(proxies), waiting(1, count)).assignments.map(({ reason }) => describeReason(reason));

  test('says what spoke for the proxy', () => {
    expect(words([proxy(1, { host: '198.51.100.7', latencyMs: 84 })], 3)).toEqual([
      "unused, healthy, 84 ms, the model's first in 198.51.100.0/24",
      'shared by 2, healthy, 84 ms',
      'shared by 3, healthy, 84 ms',
    ]);
  });

  test('leaves out what is not known', () => {
    expect(words([proxy(1, { host: 'gate.example', health: 'unknown', latencyMs: null })], 1)).toEqual([
      'unused, not checked yet',
    ]);
  });

  test('says that one success is not health yet', () => {
    expect(words([proxy(1, { host: 'gate.example', health: 'unknown', latencyMs: 84 })], 1)).toEqual([
      'unused, health not known yet, 84 ms',
    ]);
  });
});
