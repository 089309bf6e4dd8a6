import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { ServerCertificate } from '../../../sandbox/proxies/certificate.ts';
import { Incoming } from '../../../sandbox/proxies/incoming.ts';

/** The script of one connection; `incoming` reads from it until it is released. */
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
  const server = certificate ? createTlsServer({ ...certificate, noDelay: true }) : createServer({ noDelay: true });
  server.on('connection', (socket: Socket) => {
    taken++;
    open.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
  });
  server.on(certificate ? 'secureConnection' : 'connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    void play(script, socket);
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
      await Promise.all([...open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    },
  };
}

/** Whatever comes after the script is read and dropped, so that the end of the connection is noticed. */
async function play(script: Script, socket: Socket): Promise<void> {
  const incoming = new Incoming(socket);
  try {
    await script(socket, incoming);
    incoming.release();
    socket.resume();
  } catch {
    socket.destroy();
  }
}

/** Writes in pieces of so many bytes, each in a packet and a turn of the event loop of its own. */
export async function dribble(socket: Socket, bytes: Uint8Array | string, size = 1): Promise<void> {
  const all = Buffer.from(bytes);
  for (let at = 0; at < all.length && !socket.destroyed; at += size) {
    socket.write(all.subarray(at, at + size));
    await nextTurn();
  }
}

/** Joins a connection to a port on this machine; answers are written in pieces of `size` bytes if that is given. */
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
