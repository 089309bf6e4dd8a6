import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { ServerCertificate } from '../../../sandbox/proxies/certificate.ts';
import { Incoming } from '../../../sandbox/proxies/incoming.ts';

/** What is done with one connection; `incoming` reads from it, until it is released. */
export type Script = (socket: Socket, incoming: Incoming) => unknown;

export interface ScriptedServer {
  host: string;
  port: number;
  /** How many connections it has taken so far. */
  taken(): number;
  /** Resolves when no connection is open any more. */
  idle(): Promise<void>;
}

/** Starts a server on loopback that does what a test tells it to, and ends with the test; with a certificate it speaks TLS. */
export async function serve(script: Script, certificate?: ServerCertificate): Promise<ScriptedServer> {
  const open = new Set<Socket>();
  let taken = 0;
  const take = (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    const incoming = new Incoming(socket);
    Promise.resolve(script(socket, incoming)).catch(() => socket.destroy());
  };
  const server = certificate ? createTlsServer({ ...certificate, noDelay: true }, take) : createServer(take);
  server.on('connection', (socket: Socket) => {
    taken++;
    open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  });
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    taken: () => taken,
    async idle() {
      for (const socket of open) if (!socket.destroyed) await once(socket, 'close');
    },
  };
}

/** Writes in pieces of so many bytes, each in a packet of its own as far as the system lets us. */
export async function dribble(socket: Socket, bytes: Uint8Array | string, size = 1): Promise<void> {
  const all = Buffer.from(bytes);
  for (let at = 0; at < all.length && !socket.destroyed; at += size) {
    await new Promise((resolve) => socket.write(all.subarray(at, at + size), resolve));
  }
}

/** Joins a connection to a port on this machine; what comes back is written in pieces of `size` bytes where that is given. */
export function tunnel(socket: Socket, incoming: Incoming, port: number, size?: number): void {
  incoming.release();
  const upstream = connect({ host: '127.0.0.1', port, noDelay: true });
  upstream.on('error', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
  socket.pipe(upstream);
  if (size === undefined) upstream.pipe(socket);
  else upstreamInPieces(upstream, socket, size).catch(() => socket.destroy());
}

async function upstreamInPieces(upstream: Socket, socket: Socket, size: number): Promise<void> {
  for await (const bytes of upstream) await dribble(socket, bytes, size);
  socket.end();
}
