import type { Socket } from 'node:net';
import { createCertificateAuthority } from './certificate.ts';
import { type LocalTarget, startLocalTarget, TARGET_NAMES } from './local-target.ts';
import { LoopbackProxy, type LoopbackSpec, type Surroundings } from './loopback-proxy.ts';

export interface LoopbackProxies {
  proxies: LoopbackProxy[];
  target: LocalTarget;
  stop(): Promise<void>;
}

/** 127.64.0.1 and following addresses: far from 127.0.0.1, which everything else uses. */
const FIRST_NETWORK = 64;
const HOSTS_A_NETWORK = 250;

/**
 * Starts proxies on this machine, each on its own address, with a local HTTPS target behind them. They connect only to
 * that target, whatever is requested.
 *
 * @param specs the behavior of each proxy, or the number of plain HTTP proxies
 */
export async function startLoopbackProxies(specs: number | readonly LoopbackSpec[]): Promise<LoopbackProxies> {
  const list = typeof specs === 'number' ? Array.from({ length: specs }, () => ({ type: 'http' }) as const) : specs;
  const authority = createCertificateAuthority();
  const disguises = new Map<string, string>();
  const target = await startLocalTarget(authority, (caller) => disguises.get(caller));
  const surroundings: Surroundings = {
    route: (host, port) => (port === target.port && TARGET_NAMES.some((name) => name === host) ? port : undefined),
    disguise: (connection, exitIp) => disguise(disguises, connection, exitIp),
    certificateFor: (host) => authority.issue([host]),
    forgedCertificate: createCertificateAuthority('Somebody in the middle').issue(TARGET_NAMES),
  };
  const proxies: LoopbackProxy[] = [];
  for (const [at, spec] of list.entries()) proxies.push(await startProxy(spec, at, surroundings));
  return {
    proxies,
    target,
    async stop() {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await target.stop();
    },
  };
}

async function startProxy(spec: LoopbackSpec, at: number, surroundings: Surroundings): Promise<LoopbackProxy> {
  const proxy = new LoopbackProxy(spec, addressOf(at), surroundings);
  try {
    await proxy.start();
    return proxy;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EADDRNOTAVAIL' && code !== 'EADDRINUSE') throw error;
    // Not every system has all of 127.0.0.0/8; there they share one address and differ by port. And another sandbox may run.
    const host = code === 'EADDRNOTAVAIL' ? '127.0.0.1' : addressOf(at);
    const other = new LoopbackProxy({ ...spec, port: 0 }, host, surroundings);
    await other.start();
    return other;
  }
}

function addressOf(at: number): string {
  const network = Math.floor(at / HOSTS_A_NETWORK);
  return `127.${FIRST_NETWORK + (network >> 8)}.${network & 255}.${1 + (at % HOSTS_A_NETWORK)}`;
}

function disguise(disguises: Map<string, string>, connection: Socket, exitIp: string): void {
  const caller = `${connection.localAddress}:${connection.localPort}`;
  disguises.set(caller, exitIp);
  connection.once('close', () => disguises.delete(caller));
}
