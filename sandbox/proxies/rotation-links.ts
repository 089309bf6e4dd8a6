import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoopbackProxy } from './loopback-proxy.ts';

/** A proxy with the addresses that its link rotates through, starting with the first. */
export interface Rotation {
  proxy: LoopbackProxy;
  exitIps: readonly string[];
}

export interface RotationLinks {
  /** The change-IP link of a proxy; undefined if it has none. */
  linkOf(proxy: LoopbackProxy): string | undefined;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const keyOf = (at: number) => `s3cret-link-${at}`;

/**
 * Change-IP links of a provider, one per proxy.
 *
 * @param port the port of earlier links, so that they keep working; another one is used if it is taken.
 */
export async function startRotationLinks(rotations: readonly Rotation[], port = 0): Promise<RotationLinks> {
  const calls = rotations.map(() => 0);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    const at = Number(url.pathname.slice(1));
    const rotation = rotations[at];
    if (!rotation || url.searchParams.get('key') !== keyOf(at)) {
      response.writeHead(404).end('no such link\n');
      return;
    }
    const call = (calls[at] ?? 0) + 1;
    calls[at] = call;
    rotation.proxy.exitThrough(rotation.exitIps[call % rotation.exitIps.length] ?? rotation.proxy.host);
    response.setHeader('content-type', 'text/plain').end('A new address comes with the next connection.\n');
  });
  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    linkOf(proxy) {
      const at = rotations.findIndex((rotation) => rotation.proxy === proxy);
      return at < 0 ? undefined : `http://${HOST}:${taken}/${at}?key=${keyOf(at)}`;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
  } catch (error) {
    if (port === 0) throw error;
    await listen(server, 0);
  }
}
