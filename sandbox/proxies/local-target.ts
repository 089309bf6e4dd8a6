import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { CertificateAuthority } from './certificate.ts';

/**
 * `ok`: the caller's address as JSON. The others: 403, 429, 503, a page, an endless response, no response, a truncated
 * response.
 */
export type TargetBehaviour = 'ok' | 'forbidden' | 'limited' | 'failing' | 'page' | 'endless' | 'silent' | 'cut';

/** The local HTTPS server that checks go to. */
export interface LocalTarget {
  /** With a name that this machine resolves. */
  url: string;
  /** With a name that only the loopback proxies resolve. */
  remoteUrl: string;
  /** The authority behind its certificate, in PEM. */
  caPem: string;
  port: number;
  setBehaviour(behaviour: TargetBehaviour): void;
  stop(): Promise<void>;
}

/** Names of the target; no name server resolves the second one (RFC 6761). */
export const TARGET_NAMES = ['localhost', 'check.test', '127.0.0.1'] as const;

const STATUS: Partial<Record<TargetBehaviour, number>> = { forbidden: 403, limited: 429, failing: 503 };

/** @param exitIpOf the reported address for the `address:port` of a connection; undefined: the address itself */
export async function startLocalTarget(
  authority: CertificateAuthority,
  exitIpOf: (caller: string) => string | undefined,
): Promise<LocalTarget> {
  let behaviour: TargetBehaviour = 'ok';
  const sockets = new Set<Socket>();
  const server = createServer({ ...authority.issue(TARGET_NAMES), keepAlive: false }, (request, response) => {
    const { remoteAddress = '', remotePort } = request.socket;
    const status = STATUS[behaviour];
    if (status) response.writeHead(status).end();
    else if (behaviour === 'page') response.setHeader('content-type', 'text/html').end('<h1>Log in</h1>');
    else if (behaviour === 'endless') response.write('x'.repeat(1024 * 1024));
    else if (behaviour === 'cut')
      response.writeHead(200, { 'content-length': 100 }).write('{"ip":', () => response.destroy());
    else if (behaviour === 'ok') {
      const ip = exitIpOf(`${remoteAddress}:${remotePort}`) ?? remoteAddress;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ ip }));
    }
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}/`,
    remoteUrl: `https://check.test:${port}/`,
    caPem: authority.caPem,
    port,
    setBehaviour(next) {
      behaviour = next;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
