import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';

/**
 * The IPv4 addresses of a name, or its IPv6 addresses if there are none; an address resolves to itself. Rejects with an
 * error that has Node's `code`.
 */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface Resolver {
  resolve: Resolve;
  close(): void;
}

/** Proxies of a gateway share its name: without this cache, each of their checks would query it again. */
const REMEMBER_MS = 30_000;
const MAX_NAMES = 10_000;
/**
 * Errors that come late and say nothing about the hosts file: the system's resolver would occupy one of few threads for
 * long.
 */
const SLOW_ERRORS = new Set(['ETIMEOUT', 'ESERVFAIL', 'ECANCELLED']);

/**
 * Queries the system's name servers without the thread pool, in which four unresponsive name servers would block
 * everything else. A name that they do not know may be in the hosts file, which only the system's own resolver reads.
 *
 * @param servers other name servers than the system's, as `address:port`
 */
export function createResolver(timeoutMs: number, servers?: readonly string[]): Resolver {
  const client = new dns.Resolver({ timeout: Math.max(1, Math.floor(timeoutMs / 2)), tries: 2 });
  if (servers) client.setServers(servers);
  const known = new Map<string, Promise<readonly string[]>>();
  return {
    resolve(host) {
      if (isIP(host)) return Promise.resolve([host]);
      const remembered = known.get(host);
      if (remembered) return remembered;
      const answer = lookUp(client, host);
      if (known.size >= MAX_NAMES) known.clear();
      known.set(host, answer);
      const forget = () => {
        if (known.get(host) === answer) known.delete(host);
      };
      answer.then(() => setTimeout(forget, REMEMBER_MS).unref(), forget);
      return answer;
    },
    close() {
      client.cancel();
      known.clear();
    },
  };
}

/** In sequence: the first address is the one that is used, and some name servers never respond for IPv6. */
async function lookUp(client: dns.Resolver, host: string): Promise<readonly string[]> {
  for (const ask of [() => client.resolve4(host), () => client.resolve6(host)]) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Error && 'code' in error && SLOW_ERRORS.has(String(error.code))) throw error;
    }
  }
  const entries = await dns.lookup(host, { all: true, order: 'ipv4first' });
  return entries.map(({ address }) => address);
}
