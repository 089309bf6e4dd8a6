import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Behaviour } from './behaviour.ts';
import type { ServerCertificate } from './certificate.ts';
import { Incoming } from './incoming.ts';
import {
  type Login,
  type ServeProtocol,
  serveHttp,
  serveSocks4,
  serveSocks5,
  type TunnelRequest,
} from './protocols.ts';

export type LoopbackType = 'http' | 'https' | 'socks4' | 'socks5';

export interface LoopbackSpec {
  type: LoopbackType;
  behaviour?: Behaviour;
  /** Required credentials. SOCKS4 has only a username. */
  username?: string;
  password?: string;
  /** Accepts the username with any suffix, as for sticky sessions of a gateway. */
  isGateway?: boolean;
  /** The address that the target sees; by default the proxy's own. */
  exitIp?: string;
  /** 0, the default, chooses a free port. */
  port?: number;
}

/** Shared by all loopback proxies of a set. */
export interface Surroundings {
  /** The port on 127.0.0.1 for a host and port; undefined for all others, to which no connection is made. */
  route(host: string, port: number): number | undefined;
  /** Registers the address that the target sees for a connection while it lasts. */
  disguise(connection: Socket, exitIp: string): void;
  certificateFor(host: string): ServerCertificate;
  /** Issued by an untrusted authority. */
  forgedCertificate: ServerCertificate;
}

const PROTOCOLS: Record<LoopbackType, ServeProtocol> = {
  http: serveHttp,
  https: serveHttp,
  socks4: serveSocks4,
  socks5: serveSocks5,
};
const PAGE = '<!doctype html><title>Log in</title>';

/** A small real proxy on an address of 127.0.0.0/8 that can be made to misbehave at run time. */
export class LoopbackProxy {
  readonly type: LoopbackType;
  readonly username: string | null;
  readonly password: string | null;
  readonly #isGateway: boolean;
  readonly #surroundings: Surroundings;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #address: { host: string; port: number };
  #behaviour: Behaviour;
  #exitIp: string | undefined;
  #connections = 0;

  constructor(spec: LoopbackSpec, host: string, surroundings: Surroundings) {
    this.type = spec.type;
    this.username = spec.username ?? null;
    this.password = spec.password ?? null;
    this.#isGateway = spec.isGateway ?? false;
    this.#behaviour = spec.behaviour ?? 'ok';
    this.#exitIp = spec.exitIp;
    this.#address = { host, port: spec.port ?? 0 };
    this.#surroundings = surroundings;
  }

  get host(): string {
    return this.#address.host;
  }

  get port(): number {
    return this.#address.port;
  }

  get behaviour(): Behaviour {
    return this.#behaviour;
  }

  /** How many connections it has taken so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Opens the port, also of a dead proxy, whose port is known from then on. */
  async start(): Promise<void> {
    await this.#listen();
    if (this.#behaviour === 'dead') await this.stop();
  }

  /** Changes its behavior and closes open connections. */
  async behave(behaviour: Behaviour): Promise<void> {
    this.#behaviour = behaviour;
    if (behaviour === 'dead') return await this.stop();
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server) await this.#listen();
  }

  /** Changes the address that the target sees. */
  exitThrough(ip: string): void {
    this.#exitIp = ip;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #listen(): Promise<void> {
    const take = (socket: Socket) => void this.#serve(socket);
    const server =
      this.type === 'https'
        ? createTlsServer({ ...this.#surroundings.certificateFor(this.host), noDelay: true }, take)
        : createServer({ noDelay: true }, take);
    server.on('connection', (socket: Socket) => this.#keep(socket));
    if (this.type === 'https') server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
    server.listen({ host: this.host, port: this.port, backlog: 1024 });
    await once(server, 'listening');
    this.#server = server;
    this.#address = { host: this.host, port: (server.address() as AddressInfo).port };
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy());
  }

  async #serve(socket: Socket): Promise<void> {
    this.#connections++;
    socket.on('error', () => socket.destroy());
    try {
      await this.#answer(socket);
    } catch {
      // The client disconnected or was disconnected; both are expected.
      socket.destroy();
    }
  }

  async #answer(socket: Socket): Promise<void> {
    const behaviour = this.#behaviour;
    if (behaviour === 'silent') return void socket.resume();
    const incoming = new Incoming(socket);
    if (behaviour === 'reset' || behaviour === 'garbage') await incoming.wait();
    if (behaviour === 'reset') return void socket.resetAndDestroy();
    if (behaviour === 'garbage') return void socket.end(Buffer.concat([Buffer.from([0xee]), randomBytes(63)]));
    if (typeof behaviour === 'object') await delay(behaviour.slowMs);
    let exitIp = this.#exitIp;
    const isWelcome = (login: Login | null) => {
      if (this.#isGateway && login) exitIp = exitOfSession(login.username);
      return behaviour !== 'denied' && this.#isKnown(login);
    };
    const request = await PROTOCOLS[this.type](socket, incoming, isWelcome);
    incoming.release();
    if (!request) return;
    if (behaviour === 'unpaid') socket.end(request.unpaid);
    else if (behaviour === 'bad_gateway') socket.end(request.badGateway);
    else if (behaviour === 'captive_portal') socket.end(Buffer.concat([request.grantedPage, Buffer.from(PAGE)]));
    else if (behaviour === 'intercepting') this.#intercept(socket, request);
    else this.#tunnel(socket, request, exitIp);
  }

  #isKnown(login: Login | null): boolean {
    if (this.username === null) return true;
    const password = this.type === 'socks4' ? '' : (this.password ?? '');
    const username = this.#isGateway ? login?.username.slice(0, this.username.length) : login?.username;
    return username === this.username && login?.password === password;
  }

  #intercept(socket: Socket, request: TunnelRequest): void {
    socket.write(request.granted);
    const tls = new TLSSocket(socket, { isServer: true, ...this.#surroundings.forgedCertificate });
    tls.on('error', () => socket.destroy());
  }

  #tunnel(socket: Socket, request: TunnelRequest, exitIp: string | undefined): void {
    const port = this.#surroundings.route(request.host, request.port);
    if (port === undefined) return void socket.end(request.badGateway);
    const upstream = connect({ host: '127.0.0.1', port, localAddress: this.host, noDelay: true });
    this.#keep(upstream);
    upstream.once('connect', () => {
      if (exitIp) this.#surroundings.disguise(upstream, exitIp);
      socket.write(request.granted);
      socket.pipe(upstream);
      upstream.pipe(socket);
    });
    // Its last bytes may still be on their way to the client.
    upstream.on('close', () => socket.end());
    socket.on('close', () => upstream.destroy());
  }
}

/** Each session of a gateway has an exit IP of its own, in the documentation network of RFC 3849. */
function exitOfSession(username: string): string {
  return `2001:db8:7000::${Number(/\d{1,4}$/.exec(username)?.[0] ?? 0).toString(16)}`;
}
