import type { Socket } from 'node:net';
import type { Incoming } from './incoming.ts';

export interface Login {
  username: string;
  password: string;
}

/** The request of a client, and the responses of the protocol. */
export interface TunnelRequest {
  host: string;
  port: number;
  granted: Buffer;
  /** A grant that continues with a page of its own. */
  grantedPage: Buffer;
  unpaid: Buffer;
  badGateway: Buffer;
}

/** Speaks a protocol up to the request. Resolves to null if the client was refused. */
export type ServeProtocol = (
  socket: Socket,
  incoming: Incoming,
  isWelcome: (login: Login | null) => boolean,
) => Promise<TunnelRequest | null>;

const http = (status: string, ...headers: string[]) =>
  Buffer.from([`HTTP/1.1 ${status}`, ...headers, '\r\n'].join('\r\n'));

/** CONNECT (RFC 9110, 9.3.6) with Basic credentials. */
export const serveHttp: ServeProtocol = async (socket, incoming, isWelcome) => {
  const head = await incoming.readHead();
  const basic = /^proxy-authorization:\s*basic\s+(\S+)/im.exec(head)?.[1];
  const [username = '', ...password] = Buffer.from(basic ?? '', 'base64')
    .toString('utf8')
    .split(':');
  if (!isWelcome(basic ? { username, password: password.join(':') } : null)) {
    socket.end(
      http('407 Proxy Authentication Required', 'Proxy-Authenticate: Basic realm="sandbox"', 'Content-Length: 0'),
    );
    return null;
  }
  const [, host, port] = /^CONNECT \[?([^\s\]]+?)\]?:(\d+) /.exec(head) ?? [];
  if (!host || !port) {
    socket.end(http('405 Method Not Allowed', 'Allow: CONNECT', 'Content-Length: 0'));
    return null;
  }
  return {
    host,
    port: Number(port),
    granted: http('200 Connection established'),
    grantedPage: http('200 OK', 'Content-Type: text/html'),
    unpaid: http('402 Payment Required', 'Content-Length: 0'),
    badGateway: http('502 Bad Gateway', 'Proxy-Status: sandbox; error=destination_unavailable', 'Content-Length: 0'),
  };
};

const socks4 = (reply: number) => Buffer.from([0, reply, 0, 0, 0, 0, 0, 0]);

/** SOCKS4 and 4a: a user id, no password. */
export const serveSocks4: ServeProtocol = async (socket, incoming, isWelcome) => {
  const [, , high = 0, low = 0, ...address] = await incoming.read(8);
  const username = (await incoming.readUntil(0)).toString();
  const isNamed = address.slice(0, 3).every((byte) => byte === 0) && address[3] !== 0;
  const host = isNamed ? (await incoming.readUntil(0)).toString() : address.join('.');
  if (!isWelcome(username ? { username, password: '' } : null)) {
    socket.end(socks4(93));
    return null;
  }
  const [granted, failed] = [socks4(90), socks4(91)];
  return { host, port: high * 256 + low, granted, grantedPage: granted, unpaid: failed, badGateway: failed };
};

const socks5 = (reply: number) => Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]);

/** SOCKS5 (RFC 1928) with and without a password (RFC 1929). */
export const serveSocks5: ServeProtocol = async (socket, incoming, isWelcome) => {
  const [, count = 0] = await incoming.read(2);
  const offered = await incoming.read(count);
  if (!(await logIn(socket, incoming, offered, isWelcome))) return null;
  const [, , , kind] = await incoming.read(4);
  const host = await readAddress(incoming, kind);
  const [high = 0, low = 0] = await incoming.read(2);
  const granted = socks5(0);
  return { host, port: high * 256 + low, granted, grantedPage: granted, unpaid: socks5(2), badGateway: socks5(4) };
};

async function logIn(
  socket: Socket,
  incoming: Incoming,
  offered: Buffer,
  isWelcome: Parameters<ServeProtocol>[2],
): Promise<boolean> {
  if (isWelcome(null)) {
    socket.write(Buffer.from([5, 0]));
    return true;
  }
  if (!offered.includes(2)) {
    socket.end(Buffer.from([5, 0xff]));
    return false;
  }
  socket.write(Buffer.from([5, 2]));
  await incoming.read(1);
  const username = await readField(incoming);
  const password = await readField(incoming);
  if (!isWelcome({ username, password })) {
    socket.end(Buffer.from([1, 1]));
    return false;
  }
  socket.write(Buffer.from([1, 0]));
  return true;
}

async function readField(incoming: Incoming): Promise<string> {
  const [length = 0] = await incoming.read(1);
  return length === 0 ? '' : (await incoming.read(length)).toString();
}

async function readAddress(incoming: Incoming, kind: number | undefined): Promise<string> {
  if (kind === 3) return await readField(incoming);
  if (kind === 1) return (await incoming.read(4)).join('.');
  const groups = (await incoming.read(16)).toString('hex').match(/.{4}/g) ?? [];
  return groups.join(':');
}
