import type { Behaviour } from '../../../sandbox/proxies/behaviour.ts';
import { type LoopbackProxies, startLoopbackProxies } from '../../../sandbox/proxies/index.ts';
import type { TargetBehaviour } from '../../../sandbox/proxies/local-target.ts';
import type { LoopbackSpec, LoopbackType } from '../../../sandbox/proxies/loopback-proxy.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import type { CheckOutcome } from '../../../src/domain/health/outcome.ts';
import { createResolver } from '../../../src/net/resolver.ts';
import type { CheckProxy } from '../../../src/probe/check-proxy.ts';
import { createProbe, type Probe } from '../../../src/probe/probe.ts';
import { openNameServer } from './name-server.ts';

/** A proxy of which it is known what its checks must report. */
export interface PlantedFault {
  actual: CheckOutcome;
  proxy: CheckProxy;
  /** Checks it once. @returns what was reported */
  check(): Promise<CheckOutcome>;
}

type Login = { username: string; password: string };

const ALL = ['http', 'https', 'socks4', 'socks5'] as const;
/** SOCKS has no words for payment, and no pages. */
const HTTP = ['http', 'https'] as const;
const LOGIN: Login = { username: 'customer-7', password: 'pa:ss wörd' };
const WRONG: Login = { username: 'customer-8', password: 'guess' };

interface Fault {
  actual: CheckOutcome;
  types: readonly LoopbackType[];
  behaviour?: Behaviour;
  target?: TargetBehaviour;
  /** In place of that of the proxy. */
  host?: string;
  isPrivateAllowed?: boolean;
}

const FAULTS: readonly Fault[] = [
  { actual: 'ok', types: ALL },
  { actual: 'timeout', types: ALL, behaviour: 'silent' },
  { actual: 'refused', types: ALL, behaviour: 'dead' },
  // Nothing on this machine is out of reach but what the configuration forbids.
  { actual: 'unreachable', types: ALL, isPrivateAllowed: false },
  { actual: 'dns', types: ALL, host: 'gate.test' },
  { actual: 'reset', types: ALL, behaviour: 'reset' },
  { actual: 'auth', types: ALL, behaviour: 'denied' },
  { actual: 'billing', types: HTTP, behaviour: 'unpaid' },
  { actual: 'proxy_error', types: ALL, behaviour: 'bad_gateway' },
  { actual: 'protocol', types: ALL, behaviour: 'garbage' },
  { actual: 'tls', types: ALL, behaviour: 'intercepting' },
  { actual: 'captive_portal', types: HTTP, behaviour: 'captive_portal' },
  { actual: 'captive_portal', types: ALL, target: 'page' },
  { actual: 'target_blocked', types: ALL, target: 'forbidden' },
  { actual: 'inconclusive', types: ALL, target: 'failing' },
];

interface Plan extends Fault {
  type: LoopbackType;
  needs: Login | null;
  sent: Login | null;
}

/** Each fault without and with credentials, and credentials that are missing or wrong. */
const PLANS: readonly Plan[] = [
  ...FAULTS.flatMap((fault) =>
    fault.types.flatMap((type) => [null, LOGIN].map((login) => ({ ...fault, type, needs: login, sent: login }))),
  ),
  ...ALL.flatMap((type) =>
    [null, WRONG].map((sent) => ({ actual: 'auth' as const, types: ALL, type, needs: LOGIN, sent })),
  ),
];

/** Proxies with their faults, behind one target. Plain data, so that another process can serve them. */
export interface PlantedWorld {
  targetUrl: string;
  caPem: string;
  isPrivateAllowed: boolean;
  faults: { actual: CheckOutcome; proxy: CheckProxy }[];
}

/** Serves proxies of all protocols on this machine, with each fault that a check can report. */
export async function serveFaults(): Promise<{ worlds: PlantedWorld[]; close(): Promise<void> }> {
  const served: LoopbackProxies[] = [];
  const worlds: PlantedWorld[] = [];
  for (const plans of Map.groupBy(PLANS, worldOf).values()) {
    const local = await startLoopbackProxies(plans.map(specOf));
    const [{ target = 'ok', isPrivateAllowed = true } = {}] = plans;
    local.target.setBehaviour(target);
    served.push(local);
    const faults = plans.map((plan, at) => ({ actual: plan.actual, proxy: proxyOf(local, at, plan) }));
    worlds.push({ targetUrl: local.target.remoteUrl, caPem: local.target.caPem, isPrivateAllowed, faults });
  }
  return { worlds, close: async () => void (await Promise.all(served.map((local) => local.stop()))) };
}

/**
 * The checks of planted faults.
 *
 * @param options of the checks
 */
export async function checksOf(worlds: readonly PlantedWorld[], options: { timeoutMs: number }) {
  const names = await openNameServer(() => 'SERVFAIL');
  const resolver = createResolver(options.timeoutMs, [names.address]);
  const probes: Probe[] = [];
  const faults: PlantedFault[] = [];
  for (const { targetUrl, caPem: ca, isPrivateAllowed, faults: of } of worlds) {
    const probe = createProbe({ targets: [parseTarget(targetUrl)], ca, isPrivateAllowed, resolver, ...options });
    probes.push(probe);
    faults.push(...of.map((each) => ({ ...each, check: async () => (await probe.check(each.proxy)).outcome })));
  }
  return {
    faults,
    close() {
      for (const probe of probes) probe.close();
      names.close();
    },
  };
}

/** Plans with the same target and configuration share them. */
const worldOf = ({ target, isPrivateAllowed }: Plan): string => `${target} ${isPrivateAllowed}`;

const specOf = ({ type, behaviour, needs }: Plan): LoopbackSpec => ({
  type,
  ...(behaviour && { behaviour }),
  ...needs,
});

function proxyOf({ proxies }: LoopbackProxies, at: number, { host, type, sent }: Plan): CheckProxy {
  const proxy = proxies[at];
  if (!proxy) throw new Error('a planted proxy is missing');
  return { type, host: host ?? proxy.host, port: proxy.port, username: null, password: null, ...sent };
}
