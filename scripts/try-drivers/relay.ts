import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A relay in front of a database server, which can do what networks and restarts do to connections. */
export interface Relay {
  /** The address of the server with the relay's port. */
  url: string;
  /** Connections that were taken so far. */
  taken(): number;
  /** Breaks every connection. */
  cut(): void;
  /** Breaks every connection, and refuses new ones until `accept`. */
  refuse(): void;
  /** Takes connections, to another server from now on if one is given. */
  accept(serverUrl?: string): void;
  /** Passes nothing on until `thaw`, of old and new connections alike, and tells neither side. */
  freeze(): void;
  thaw(): void;
  close(): void;
}

/** @param options.sees is called with what clients send, before it is passed on; false breaks every connection instead */
export async function startRelay(
  serverUrl: string,
  { sees = () => true }: { sees?: (bytes: Buffer) => boolean } = {},
): Promise<Relay> {
  let target = new URL(serverUrl);
  const open = new Set<Socket>();
  let taken = 0;
  let isRefusing = false;
  let isFrozen = false;
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  const adopt = (socket: Socket, other: Socket) => {
    open.add(socket);
    const forget = () => {
      open.delete(socket);
      other.destroy();
    };
    socket.on('error', () => socket.destroy()).on('close', forget);
  };
  const server = createServer((client) => {
    if (isRefusing) return void client.resetAndDestroy();
    taken++;
    const upstream = connect(Number(target.port), target.hostname);
    adopt(client, upstream);
    adopt(upstream, client);
    upstream.pipe(client);
    client.on('data', (bytes) => (sees(bytes) ? upstream.write(bytes) : cut()));
    if (isFrozen) for (const each of [client, upstream]) each.pause();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
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
    accept(other = target.href) {
      target = new URL(other);
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
    close() {
      cut();
      server.close();
    },
  };
}
