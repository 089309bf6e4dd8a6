import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackProxies, startLoopbackProxies } from '../../../sandbox/proxies/index.ts';
import type { LoopbackProxy, LoopbackSpec, LoopbackType } from '../../../sandbox/proxies/loopback-proxy.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import type { CheckOutcome } from '../../../src/domain/health/outcome.ts';
import type { CheckProxy } from '../../../src/probe/check-proxy.ts';
import { createProbe, type Probe } from '../../../src/probe/probe.ts';

type Said = Exclude<LoopbackSpec['behaviour'], object | undefined>;

/** The outcome of each behaviour by protocol: SOCKS has no words for payment, and no pages. */
const EXPECTED: Record<Said, Record<LoopbackType, CheckOutcome>> = {
  ok: { http: 'ok', https: 'ok', socks4: 'ok', socks5: 'ok' },
  dead: { http: 'refused', https: 'refused', socks4: 'refused', socks5: 'refused' },
  silent: { http: 'timeout', https: 'timeout', socks4: 'timeout', socks5: 'timeout' },
  reset: { http: 'reset', https: 'reset', socks4: 'reset', socks5: 'reset' },
  garbage: { http: 'protocol', https: 'protocol', socks4: 'protocol', socks5: 'protocol' },
  denied: { http: 'auth', https: 'auth', socks4: 'auth', socks5: 'auth' },
  unpaid: { http: 'billing', https: 'billing', socks4: 'proxy_error', socks5: 'auth' },
  bad_gateway: { http: 'proxy_error', https: 'proxy_error', socks4: 'proxy_error', socks5: 'proxy_error' },
  captive_portal: { http: 'captive_portal', https: 'captive_portal', socks4: 'protocol', socks5: 'protocol' },
  intercepting: { http: 'tls', https: 'tls', socks4: 'tls', socks5: 'tls' },
};

const CASES = Object.entries(EXPECTED).flatMap(([behaviour, outcomes]) =>
  Object.entries(outcomes).map(([type, outcome]) => ({ type, behaviour, outcome }) as Case),
);
interface Case {
  type: LoopbackType;
  behaviour: Said;
  outcome: CheckOutcome;
}

const LOGIN = { username: 'customer-7', password: 'pa:ss wörd' };

let local: LoopbackProxies;
let probe: Probe;

function probeFor(url: string, timeoutMs = 10_000): Probe {
  return createProbe({ targets: [parseTarget(url)], ca: local.target.caPem, timeoutMs, isPrivateAllowed: true });
}

const bare = ({ type, host, port }: LoopbackProxy): CheckProxy => ({
  type,
  host,
  port,
  username: null,
  password: null,
});
const proxyOf = (type: LoopbackType, at = 0) => {
  const found = local.proxies.filter((proxy) => proxy.type === type)[at];
  if (!found) throw new Error(`no proxy of type ${type}`);
  return found;
};

beforeAll(async () => {
  const types = ['http', 'https', 'socks4', 'socks5'] as const;
  local = await startLoopbackProxies([
    ...CASES.map(({ type, behaviour }) => ({ type, behaviour })),
    ...types.map((type) => ({ type, ...LOGIN, exitIp: '203.0.113.9' })),
  ]);
  probe = probeFor(local.target.remoteUrl);
});

afterAll(async () => {
  probe.close();
  await local.stop();
});

describe('a check through each protocol', () => {
  it.each(CASES)('calls a proxy of type $type that is $behaviour: $outcome', async ({ type, behaviour, outcome }) => {
    const at = CASES.findIndex((each) => each.type === type && each.behaviour === behaviour);
    const proxy = local.proxies[at];
    if (!proxy) throw new Error('no such proxy');
    const patience = behaviour === 'silent' ? probeFor(local.target.remoteUrl, 300) : probe;
    const result = await patience.check(bare(proxy));
    expect(result).toMatchObject({ outcome, target: 'check.test' });
    expect(result.detail).toMatch(/^[A-Z].*\.$/);
    if (outcome !== 'ok') expect(result.exitIp).toBeNull();
  });

  it.each(['http', 'https', 'socks4', 'socks5'] as const)(
    'logs in to a proxy of type %s and learns the exit IP and the time of each step',
    async (type) => {
      const proxy = proxyOf(type, Object.keys(EXPECTED).length);
      const result = await probe.check({ ...bare(proxy), ...LOGIN });
      expect(result).toMatchObject({ outcome: 'ok', exitIp: '203.0.113.9' });
      const { connectMs, handshakeMs, firstByteMs, totalMs } = result.times;
      expect(connectMs).toBeGreaterThan(0);
      expect(handshakeMs).toBeGreaterThan(0);
      expect(firstByteMs).toBeGreaterThan(Number(connectMs) + Number(handshakeMs));
      expect(totalMs).toBeGreaterThanOrEqual(Number(firstByteMs));
    },
  );

  it.each(['http', 'https', 'socks4', 'socks5'] as const)(
    'calls missing and wrong credentials for a proxy of type %s: auth, without repeating them',
    async (type) => {
      const proxy = proxyOf(type, Object.keys(EXPECTED).length);
      for (const login of [{}, { username: 'customer-8', password: 'guess-2741' }]) {
        const result = await probe.check({ ...bare(proxy), ...login });
        expect(result.outcome).toBe('auth');
        expect(result.detail).not.toMatch(/customer|guess/);
      }
    },
  );

  it.each(['http', 'https', 'socks4', 'socks5'] as const)(
    'reaches a target that is an address through a proxy of type %s',
    async (type) => {
      const toAddress = probeFor(`https://127.0.0.1:${local.target.port}/`);
      const proxy = proxyOf(type);
      expect(await toAddress.check(bare(proxy))).toMatchObject({ outcome: 'ok', exitIp: proxy.host });
    },
  );
});

describe('what the target says', () => {
  const SAID = [
    ['forbidden', 'target_blocked'],
    ['limited', 'target_blocked'],
    ['failing', 'inconclusive'],
    ['page', 'captive_portal'],
    ['endless', 'captive_portal'],
    ['silent', 'timeout'],
    ['cut', 'reset'],
  ] as const;

  it.each(SAID)('calls a target that is %s: %s', async (behaviour, outcome) => {
    local.target.setBehaviour(behaviour);
    try {
      const patience = behaviour === 'silent' ? probeFor(local.target.remoteUrl, 600) : probe;
      const result = await patience.check(bare(proxyOf('http')));
      expect(result).toMatchObject({ outcome, exitIp: null });
      expect(result.times.handshakeMs).toBeGreaterThan(0);
    } finally {
      local.target.setBehaviour('ok');
    }
  });

  it('checks the target without a proxy', async () => {
    const direct = await probeFor(local.target.url).checkDirect();
    expect(direct).toMatchObject({ outcome: 'ok', exitIp: '127.0.0.1', target: 'localhost' });
  });

  it('uses several targets in turn', async () => {
    const targets = [parseTarget(local.target.remoteUrl), parseTarget(`https://127.0.0.1:${local.target.port}/`)];
    const both = createProbe({ targets, ca: local.target.caPem, timeoutMs: 10_000, isPrivateAllowed: true });
    const asked: string[] = [];
    for (let n = 0; n < 4; n++) asked.push((await both.check(bare(proxyOf('http')))).target);
    expect(asked).toEqual(['check.test', '127.0.0.1', 'check.test', '127.0.0.1']);
  });
});
