import { startLoopbackProxies } from '../../sandbox/proxies/index.ts';
import type { LoopbackSpec, LoopbackType } from '../../sandbox/proxies/loopback-proxy.ts';

/** How many proxies a process serves, and how many of them never answer. */
export interface ServersOrder {
  alive: number;
  silent: number;
}

/** Their addresses, and the target behind them. */
export interface ServersReady {
  proxies: { type: LoopbackType; host: string; port: number }[];
  targetUrl: string;
  caPem: string;
}

const TYPES: readonly LoopbackType[] = ['http', 'https', 'socks4', 'socks5'];

/** Proxies of all types in turn, those that never answer spread among them, in a process of their own. */
async function main({ alive, silent }: ServersOrder): Promise<void> {
  const count = alive + silent;
  const specs = Array.from({ length: count }, (_, n): LoopbackSpec => {
    const isSilent = Math.floor(((n + 1) * silent) / count) > Math.floor((n * silent) / count);
    return { type: TYPES[n % TYPES.length] ?? 'http', behaviour: isSilent ? 'silent' : 'ok' };
  });
  const { proxies, target } = await startLoopbackProxies(specs);
  const ready: ServersReady = {
    proxies: proxies.map(({ type, host, port }) => ({ type, host, port })),
    targetUrl: target.remoteUrl,
    caPem: target.caPem,
  };
  process.send?.(ready);
}

process.once('message', (order: ServersOrder) => void main(order));
process.once('disconnect', () => process.exit());
