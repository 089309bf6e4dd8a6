import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A relay in front of a server, which can do what networks and restarts do to its connections. It ends with the test. */
export interface TcpRelay {
  /** The address of the server with the relay's port. */
  url: string;
  /** Connections that were taken so far. */
  taken(): number;
  /** Breaks every connection. */
  cut(): void;
  /** Breaks every connection, and refuses new ones until `accept`. */
  refuse(): void;
  accept(): void;
  /** Passes nothing on until `thaw`, of old and new connections alike, and tells neither side. */
  freeze(): void;
  thaw(): void;
}

export async function relayTo(serverUrl: string): Promise<TcpRelay> {
  const target = new URL(serverUrl);
  const open = new Set<Socket>();
  let taken = 0;
  let isRefusing = false;
  let isFrozen = false;
  const adopt = (socket: Socket, other: Socket) => {
    open.add(socket);
    socket
      .on('error', () => socket.destroy())
      .on('close', () => {
        open.delete(socket);
        other.destroy();
      });
  };
  const server = createServer((socket) => {
    if (isRefusing) return void socket.resetAndDestroy();
    taken++;
    const upstream = connect(Number(target.port), target.hostname);
    adopt(socket, upstream);
    adopt(upstream, socket);
    socket.pipe(upstream).pipe(socket);
    if (isFrozen) for (const each of [socket, upstream]) each.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    taken: () => taken,
    cut,
    refuse() {
      isRefusing = true;
      cut();
    },
    accept() {
      isRefusing = false;
    },
    freeze() {
      isFrozen = true;
      for (const socket of open) socket.pause();
    },
    thaw() {
      isFrozen = false;
      for (const socket of open) socket.resume();
    },
  };
}
