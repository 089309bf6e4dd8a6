import type { Behaviour } from '../proxies/behaviour.ts';
import { type LoopbackProxies, startLoopbackProxies } from '../proxies/index.ts';
import type { LocalTarget } from '../proxies/local-target.ts';
import type { LoopbackProxy, LoopbackSpec, LoopbackType } from '../proxies/loopback-proxy.ts';
import { type RotationLinks, startRotationLinks } from '../proxies/rotation-links.ts';
import type { ProviderSwitches } from '../server/page/connection.ts';
import { SANDBOX_KINDS, type SandboxKind } from '../sources/sources.ts';

interface Provider {
  name: string;
  type: LoopbackType;
  port: number;
  country: string;
  city: string;
  /** A month, for each proxy. */
  cost: number;
  proxies: number;
  /** First three numbers of the exit IPs, in a documentation network (RFC 5737). */
  exits: string;
  /** Whether its proxies have change-IP links. */
  hasLinks?: boolean;
  /** Faults of some proxies, by position. */
  faults: Readonly<Record<number, Behaviour>>;
}

const PROVIDERS: readonly Provider[] = [
  {
    name: 'Northwind',
    type: 'http',
    port: 8080,
    country: 'DE',
    city: 'Berlin',
    cost: 2.4,
    proxies: 110,
    exits: '203.0.113',
    faults: { 7: 'dead', 31: 'dead', 32: 'dead', 58: 'unpaid', 90: { slowMs: 900 } },
  },
  {
    name: 'Acme',
    type: 'socks5',
    port: 1080,
    country: 'US',
    city: 'Chicago',
    cost: 1.9,
    proxies: 90,
    exits: '198.51.100',
    faults: { 4: 'denied', 5: 'denied', 44: 'bad_gateway', 70: { slowMs: 600 } },
  },
  {
    name: 'Globex',
    type: 'https',
    port: 8443,
    country: 'FR',
    city: 'Lyon',
    cost: 3.1,
    proxies: 60,
    exits: '192.0.2',
    hasLinks: true,
    faults: { 12: 'silent', 13: 'captive_portal' },
  },
];

/** A gateway: one address whose proxies differ by the session in the username. */
const GATEWAY = { name: 'Umbra', port: 7000, sessions: 40, username: 'customer-team-sessid', password: 's3cret' };

/** Proxies that the providers of sources sell: by kind, the first three numbers of their exit IPs and the first fourth one. */
const SUPPLIES: Readonly<Record<SandboxKind, { port: number; exits: string; first: number }>> = {
  webshare: { port: 8168, exits: '198.51.100', first: 120 },
  'proxy-seller': { port: 49452, exits: '203.0.113', first: 140 },
};
const SUPPLY_SIZE = 60;

const HEADER =
  'type,host,port,username,password,provider,country,city,label,tags,expires_at,monthly_cost,change_ip_url';
/** Fixed, so that imported links keep working after a restart. */
const LINKS_PORT = 7080;
/** From the one exit IP of a proxy to its other one. */
const OTHER_EXIT = 100;
const DAY_MS = 86_400_000;

const login = (provider: Provider, n: number) => ({
  username: `team-${provider.name.toLowerCase()}`,
  password: `s3cret-${n}`,
});

const exitOf = ({ exits }: Provider, n: number) => `${exits}.${n + 1}`;

function specsOf(provider: Provider): LoopbackSpec[] {
  return Array.from({ length: provider.proxies }, (_, n) => ({
    type: provider.type,
    port: provider.port,
    exitIp: exitOf(provider, n),
    ...login(provider, n),
    behaviour: provider.faults[n] ?? 'ok',
  }));
}

function specsOfSupply(kind: SandboxKind): LoopbackSpec[] {
  const { port, exits, first } = SUPPLIES[kind];
  return Array.from({ length: SUPPLY_SIZE }, (_, n) => ({
    type: 'http' as const,
    port,
    exitIp: `${exits}.${first + n}`,
    username: `customer-${kind}`,
    password: `s3cret-${n}`,
  }));
}

/** The sample's proxies: about 300 real ones on loopback addresses, some of which fail, with a local target behind them. */
export class SamplePool implements ProviderSwitches {
  readonly #running: LoopbackProxies;
  readonly #links: RotationLinks;
  readonly #down = new Set<string>();
  readonly #listeners = new Set<() => void>();

  private constructor(running: LoopbackProxies, links: RotationLinks) {
    this.#running = running;
    this.#links = links;
  }

  static async start(): Promise<SamplePool> {
    const { port, username, password } = GATEWAY;
    const gateway: LoopbackSpec = { type: 'http', port, username, password, isGateway: true };
    const supplies = SANDBOX_KINDS.flatMap(specsOfSupply);
    const running = await startLoopbackProxies([...PROVIDERS.flatMap(specsOf), gateway, ...supplies]);
    const rotations = PROVIDERS.filter(({ hasLinks }) => hasLinks).flatMap((provider) =>
      proxiesOf(running, provider.name).map((proxy, n) => ({
        proxy,
        exitIps: [exitOf(provider, n), exitOf(provider, n + OTHER_EXIT)],
      })),
    );
    return new SamplePool(running, await startRotationLinks(rotations, LINKS_PORT));
  }

  get target(): LocalTarget {
    return this.#running.target;
  }

  async stop(): Promise<void> {
    await this.#links.stop();
    await this.#running.stop();
  }

  /** All proxies as a provider's CSV; some expire within the week of `now`. */
  csv(now: Date): string {
    const rows = PROVIDERS.flatMap((provider) =>
      proxiesOf(this.#running, provider.name).map((proxy, n) => {
        const { name, type, country, city, cost } = provider;
        const { host, port, username, password } = proxy;
        const link = this.#links.linkOf(proxy) ?? '';
        const expires = new Date(now.getTime() + (n % 20 === 0 ? 5 : 60 + n) * DAY_MS).toISOString().slice(0, 10);
        const label = `${city} ${n + 1}`;
        return [type, host, port, username, password, name, country, city, label, 'desk', expires, cost, link];
      }),
    );
    const sessions = this.sessions(GATEWAY.sessions).map(({ host, port, username, password }) => {
      return ['http', host, port, username, password, GATEWAY.name, 'US', '', '', 'rotating', '', 0.8, ''];
    });
    return [HEADER, ...[...rows, ...sessions].map((row) => row.join(','))].join('\n');
  }

  /** Sessions of the gateway, each of which is a proxy. @param first the number of the first one */
  sessions(count: number, first = 1): { host: string; port: number; username: string; password: string }[] {
    const [gateway] = proxiesOf(this.#running, GATEWAY.name);
    const { host = '127.0.0.1', port = 0 } = gateway ?? {};
    return Array.from({ length: count }, (_, n) => ({
      host,
      port,
      username: `${GATEWAY.username}-${n + first}`,
      password: GATEWAY.password,
    }));
  }

  /** The proxies that a provider of sources sells. */
  supply(kind: SandboxKind): readonly LoopbackProxy[] {
    const { proxies } = this.#running;
    const from = proxies.length - (SANDBOX_KINDS.length - SANDBOX_KINDS.indexOf(kind)) * SUPPLY_SIZE;
    return proxies.slice(from, from + SUPPLY_SIZE);
  }

  list(): { name: string; isDown: boolean }[] {
    return PROVIDERS.map(({ name }) => ({ name, isDown: this.#down.has(name) }));
  }

  async switch(name: string, isDown: boolean): Promise<void> {
    const provider = PROVIDERS.find((each) => each.name === name);
    if (!provider) throw new Error(`Unknown provider ${name}.`);
    const usual = (n: number) => provider.faults[n] ?? 'ok';
    await Promise.all(proxiesOf(this.#running, name).map((proxy, n) => proxy.behave(isDown ? 'dead' : usual(n))));
    if (isDown) this.#down.add(name);
    else this.#down.delete(name);
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function proxiesOf({ proxies }: LoopbackProxies, name: string): readonly LoopbackProxy[] {
  const at = PROVIDERS.findIndex((provider) => provider.name === name);
  const before = PROVIDERS.slice(0, at === -1 ? PROVIDERS.length : at).reduce((sum, each) => sum + each.proxies, 0);
  return proxies.slice(before, before + (PROVIDERS[at]?.proxies ?? 1));
}
