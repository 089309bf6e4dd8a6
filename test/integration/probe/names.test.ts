import { describe, expect, it, onTestFinished } from 'vitest';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import { createResolver } from '../../../src/net/resolver.ts';
import type { CheckProxy } from '../../../src/probe/check-proxy.ts';
import { createProbe } from '../../../src/probe/probe.ts';
import { type NameServer, openNameServer } from '../../helpers/probe/name-server.ts';
import { serve } from './scripted-server.ts';

/** One that ends with the test. */
async function startNameServer(say: Parameters<typeof openNameServer>[0]): Promise<NameServer> {
  const server = await openNameServer(say);
  onTestFinished(server.close);
  return server;
}

const V6 = '20010db8000000000000000000000009';
const proxyAt = (host: string, port = 8080): CheckProxy => ({
  type: 'http',
  host,
  port,
  username: null,
  password: null,
});

function probeAsking(servers: readonly string[], options: { isPrivateAllowed?: boolean; timeoutMs?: number } = {}) {
  const { isPrivateAllowed = true, timeoutMs = 5_000 } = options;
  const resolver = createResolver(timeoutMs, servers);
  return createProbe({ targets: [parseTarget('https://check.test/')], timeoutMs, isPrivateAllowed, resolver });
}

describe('the resolver', () => {
  it('queries IPv4 addresses, and does not wait for IPv6 if there are any', async () => {
    const { address, asked } = await startNameServer((_name, type) => (type === 'A' ? ['203.0.113.9'] : 'silence'));
    expect(await createResolver(60_000, [address]).resolve('gate.test')).toEqual(['203.0.113.9']);
    expect(asked).toEqual(['gate.test A']);
  });

  it('uses IPv6 addresses if there are no others', async () => {
    const { address } = await startNameServer((_name, type) => (type === 'A' ? [] : [V6]));
    expect(await createResolver(5_000, [address]).resolve('gate.test')).toEqual(['2001:db8::9']);
  });

  it('asks once for what is wanted often, and again after it failed', async () => {
    let isUp = false;
    const { address, asked } = await startNameServer(() => (isUp ? ['203.0.113.9'] : 'SERVFAIL'));
    const resolver = createResolver(5_000, [address]);
    await expect(resolver.resolve('gate.test')).rejects.toThrow();
    isUp = true;
    asked.length = 0;
    await Promise.all(Array.from({ length: 50 }, () => resolver.resolve('gate.test')));
    await resolver.resolve('gate.test');
    expect(asked.filter((question) => question.endsWith(' A'))).toHaveLength(1);
  });

  it('returns addresses unchanged, without a query', async () => {
    const { address, asked } = await startNameServer(() => 'silence');
    const resolver = createResolver(5_000, [address]);
    expect(await resolver.resolve('203.0.113.9')).toEqual(['203.0.113.9']);
    expect(await resolver.resolve('2001:db8::9')).toEqual(['2001:db8::9']);
    expect(asked).toEqual([]);
  });

  it('reads the hosts file for what no name server knows', async () => {
    const { address } = await startNameServer(() => 'NXDOMAIN');
    expect(await createResolver(5_000, [address]).resolve('localhost')).toContain('127.0.0.1');
  });

  it('ends what is under way when it is closed', async () => {
    const { address } = await startNameServer(() => 'silence');
    const resolver = createResolver(60_000, [address]);
    const asking = resolver.resolve('gate.test');
    resolver.close();
    await expect(asking).rejects.toMatchObject({ code: 'ECANCELLED' });
  });
});

describe('the name of a proxy', () => {
  it.each([
    ['does not exist', 'NXDOMAIN'],
    ['has no addresses', []],
    ['cannot be found out', 'SERVFAIL'],
  ] as const)('that %s: dns', async (_what, said) => {
    const { address } = await startNameServer(() => said);
    const result = await probeAsking([address]).check(proxyAt('no-such-gate.invalid'));
    expect(result).toMatchObject({ outcome: 'dns', detail: expect.stringContaining('does not resolve') });
    expect(result.times.connectMs).toBeNull();
  });

  it('without any response: dns, in time', async () => {
    const { address } = await startNameServer(() => 'silence');
    const result = await probeAsking([address], { timeoutMs: 300 }).check(proxyAt('gate.test'));
    expect(result.outcome).toBe('dns');
  });

  it('is resolved here, and that of the target is not', async () => {
    const { address, asked } = await startNameServer((_name, type) => (type === 'A' ? ['127.0.0.1'] : []));
    const server = await serve((socket) => socket.end());
    expect(await probeAsking([address]).check(proxyAt('gate.test', server.port))).toMatchObject({ outcome: 'reset' });
    expect(server.taken()).toBe(1);
    expect(new Set(asked.map((question) => question.split(' ')[0]))).toEqual(new Set(['gate.test']));
  });
});

describe('a private address', () => {
  const INTO_PRIVATE = ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1', '169.254.169.254', 'fd00::1', '0.0.0.0'];

  it.each(INTO_PRIVATE)('%s is not connected to', async (host) => {
    const probe = probeAsking([], { isPrivateAllowed: false });
    const result = await probe.check(proxyAt(host, 9));
    expect(result).toMatchObject({ outcome: 'unreachable', detail: expect.stringContaining('private') });
    expect(result.times.connectMs).toBeNull();
  });

  it('behind a name is not connected to, also where another address of it is public', async () => {
    const server = await serve((socket) => socket.end());
    for (const addresses of [['127.0.0.1'], ['203.0.113.9', '127.0.0.1']]) {
      const { address } = await startNameServer((_name, type) => (type === 'A' ? addresses : []));
      const probe = probeAsking([address], { isPrivateAllowed: false });
      expect(await probe.check(proxyAt('gate.test', server.port))).toMatchObject({ outcome: 'unreachable' });
    }
    expect(server.taken()).toBe(0);
  });

  it('is allowed for targets, which come from the configuration', async () => {
    const server = await serve((socket) => socket.end());
    const target = parseTarget(`https://127.0.0.1:${server.port}/`);
    const result = await probeAsking([], { isPrivateAllowed: false }).checkDirect({ target });
    expect([result.outcome, server.taken()]).toEqual(['reset', 1]);
  });

  it('cannot slip in between the check and the connection: the name is asked for once', async () => {
    let times = 0;
    const server = await serve((socket) => socket.end());
    const resolve = async () => (times++ === 0 ? ['127.0.0.1'] : ['203.0.113.9']);
    const targets = [parseTarget('https://check.test/')];
    const probe = createProbe({ targets, timeoutMs: 5_000, isPrivateAllowed: true, resolver: { resolve, close() {} } });
    expect(await probe.check(proxyAt('gate.test', server.port))).toMatchObject({ outcome: 'reset' });
    expect([times, server.taken()]).toEqual([1, 1]);
  });
});
