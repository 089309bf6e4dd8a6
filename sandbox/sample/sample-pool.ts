import type { Behaviour } from '../proxies/behaviour.ts';
import { type LoopbackProxies, startLoopbackProxies } from '../proxies/index.ts';
import type { LocalTarget } from '../proxies/local-target.ts';
import type { LoopbackProxy, LoopbackSpec, LoopbackType } from '../proxies/loopback-proxy.ts';
import type { ProviderSwitches } from '../server/page/connection.ts';

interface Provider {
  name: string;
  type: LoopbackType;
  port: number;
  country: string;
  city: string;
  /** A month, for each proxy. */
  cost: number;
  proxies: number;
  /** What the target sees, as the first three numbers of an address that leads nowhere (RFC 5737). */
  exits: string;
  /** What some of them do instead of what they should, by their place. */
  faults: Readonly<Record<number, Behaviour>>;
}

const PROVIDERS: readonly Provider[] = [
  {
    ...{ name: 'Northwind', type: 'http', port: 8080, country: 'DE', city: 'Berlin', cost: 2.4, proxies: 110 },
    exits: '203.0.113',
    faults: { 7: 'dead', 31: 'dead', 32: 'dead', 58: 'unpaid', 90: { slowMs: 900 } },
  },
  {
    ...{ name: 'Acme', type: 'socks5', port: 1080, country: 'US', city: 'Chicago', cost: 1.9, proxies: 90 },
    exits: '198.51.100',
    faults: { 4: 'denied', 5: 'denied', 44: 'bad_gateway', 70: { slowMs: 600 } },
  },
  {
    ...{ name: 'Globex', type: 'https', port: 8443, country: 'FR', city: 'Lyon', cost: 3.1, proxies: 60 },
    exits: '192.0.2',
    faults: { 12: 'silent', 13: 'captive' },
  },
];

/** A gateway: one address, told apart by the session in the username. */
const GATEWAY = { name: 'Umbra', port: 7000, sessions: 40, username: 'customer-team-sessid', password: 's3cret' };

const HEADER = 'type,host,port,username,password,provider,country,city,label,tags,expires_at,monthly_cost';
const DAY_MS = 86_400_000;

const login = (provider: Provider, n: number) => ({
  username: `team-${provider.name.toLowerCase()}`,
  password: `s3cret-${n}`,
});

function specsOf(provider: Provider): LoopbackSpec[] {
  return Array.from({ length: provider.proxies }, (_, n) => ({
    ...{ type: provider.type, port: provider.port, exitIp: `${provider.exits}.${n + 1}` },
    ...login(provider, n),
    behaviour: provider.faults[n] ?? 'ok',
  }));
}

/** The sample's proxies: about 300 real ones on loopback addresses, some of which fail, with a local target behind them. */
export class SamplePool implements ProviderSwitches {
  readonly #running: LoopbackProxies;
  readonly #down = new Set<string>();
  readonly #listeners = new Set<() => void>();

  private constructor(running: LoopbackProxies) {
    this.#running = running;
  }

  static async start(): Promise<SamplePool> {
    const { port, username, password } = GATEWAY;
    const gateway: LoopbackSpec = { type: 'http', port, username, password, isGateway: true };
    return new SamplePool(await startLoopbackProxies([...PROVIDERS.flatMap(specsOf), gateway]));
  }

  get target(): LocalTarget {
    return this.#running.target;
  }

  async stop(): Promise<void> {
    await this.#running.stop();
  }

  /** All proxies as a provider's CSV; some expire within the week of `now`. */
  csv(now: Date): string {
    const rows = PROVIDERS.flatMap((provider) =>
      this.#proxiesOf(provider.name).map(({ host, port }, n) => {
        const { name, type, country, city, cost } = provider;
        const { username, password } = login(provider, n);
        const expires = new Date(now.getTime() + (n % 20 === 0 ? 5 : 60 + n) * DAY_MS).toISOString().slice(0, 10);
        return [type, host, port, username, password, name, country, city, `${city} ${n + 1}`, 'desk', expires, cost];
      }),
    );
    const [gateway] = this.#proxiesOf(GATEWAY.name);
    const sessions = Array.from({ length: GATEWAY.sessions }, (_, n) => {
      const { name, username, password } = GATEWAY;
      const session = `${username}-${n + 1}`;
      return ['http', gateway?.host, gateway?.port, session, password, name, 'US', '', '', 'rotating', '', 0.8];
    });
    return [HEADER, ...[...rows, ...sessions].map((row) => row.join(','))].join('\n');
  }

  list(): { name: string; isDown: boolean }[] {
    return PROVIDERS.map(({ name }) => ({ name, isDown: this.#down.has(name) }));
  }

  async switch(name: string, isDown: boolean): Promise<void> {
    const provider = PROVIDERS.find((each) => each.name === name);
    if (!provider) throw new Error(`There is no provider ${name}.`);
    const usual = (n: number) => provider.faults[n] ?? 'ok';
    await Promise.all(this.#proxiesOf(name).map((proxy, n) => proxy.behave(isDown ? 'dead' : usual(n))));
    if (isDown) this.#down.add(name);
    else this.#down.delete(name);
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #proxiesOf(name: string): readonly LoopbackProxy[] {
    const at = PROVIDERS.findIndex((provider) => provider.name === name);
    const before = PROVIDERS.slice(0, at === -1 ? PROVIDERS.length : at).reduce((sum, each) => sum + each.proxies, 0);
    return this.#running.proxies.slice(before, before + (PROVIDERS[at]?.proxies ?? 1));
  }
}
