import type { SecureContext } from 'node:tls';
import type { CheckResult, CheckTimes } from '../domain/health/check-result.ts';
import { type CheckTarget, hostOf } from '../domain/health/check-target.ts';
import { PrivateAddressError, resolvePinned } from '../net/address-guard.ts';
import type { Resolve } from '../net/resolver.ts';
import type { CheckProxy } from './check-proxy.ts';
import { CheckFailure, failureOf, type Step } from './failure.ts';
import type { Connection } from './network/connection.ts';
import { connectHttp } from './protocols/http-connect.ts';
import { HttpError, readBody, readHead } from './protocols/http-message.ts';
import { connectSocks4 } from './protocols/socks4.ts';
import { connectSocks5 } from './protocols/socks5.ts';
import { judgeBody, judgeStatus, MAX_BODY_BYTES, type Verdict, wrong } from './target.ts';

/** Dependencies that all checks of a probe share. */
export interface CheckContext {
  resolve: Resolve;
  secureContext: SecureContext;
  isPrivateAllowed: boolean;
}

const HTTPS_PORT = 443;

/** One request to a target, through a proxy or (null) without one, over a new connection that the caller destroys. */
export class Check {
  readonly #connection: Connection;
  readonly #proxy: CheckProxy | null;
  readonly #target: CheckTarget;
  readonly #context: CheckContext;
  readonly #host: string;
  readonly #port: number;
  readonly #times: CheckTimes = { connectMs: null, handshakeMs: null, firstByteMs: null, totalMs: null };
  #step: Step = 'dns';
  #connectedAt = 0;

  constructor(connection: Connection, proxy: CheckProxy | null, target: CheckTarget, context: CheckContext) {
    this.#connection = connection;
    this.#proxy = proxy;
    this.#target = target;
    this.#context = context;
    this.#host = hostOf(target);
    this.#port = Number(target.url.port || HTTPS_PORT);
  }

  /** Rejects only if the connection was aborted, with the abort reason. */
  async run(): Promise<CheckResult> {
    const verdict = await this.#judge();
    return { ...verdict, times: this.#times, target: this.#host };
  }

  async #judge(): Promise<Verdict> {
    try {
      const start = performance.now();
      await this.#connect();
      const isPageAnnounced = await this.#openTunnel();
      await this.#secureTarget(isPageAnnounced);
      return await this.#ask(start);
    } catch (error) {
      if (this.#connection.isAborted) throw error;
      const { outcome, message } = failureOf(error, this.#step);
      return { outcome, detail: message, exitIp: null };
    }
  }

  #enter(step: Step): void {
    this.#step = step;
    this.#connection.startStep();
  }

  async #connect(): Promise<void> {
    const { host, port } = this.#proxy ?? { host: this.#host, port: this.#port };
    this.#enter('dns');
    const address = await this.#resolve(host);
    this.#enter('connect');
    const start = performance.now();
    await this.#connection.open(address, port);
    this.#connectedAt = performance.now();
    this.#times.connectMs = this.#connectedAt - start;
  }

  async #resolve(host: string): Promise<string> {
    // Targets come from the operator's own configuration; proxies come from files.
    const isPrivateAllowed = this.#proxy === null || this.#context.isPrivateAllowed;
    const resolve = (name: string) => this.#connection.wait(this.#context.resolve(name));
    try {
      return await resolvePinned(host, resolve, isPrivateAllowed);
    } catch (error) {
      if (!(error instanceof PrivateAddressError)) throw error;
      throw new CheckFailure(
        'unreachable',
        'The address is private; connections to private addresses are not allowed.',
      );
    }
  }

  /** @returns whether the proxy announced that the tunnel leads to a page of its own */
  async #openTunnel(): Promise<boolean> {
    const proxy = this.#proxy;
    if (!proxy) return false;
    const destination = { host: this.#host, port: this.#port };
    const credentials = { username: proxy.username ?? '', password: proxy.password ?? '' };
    if (proxy.type === 'https') {
      this.#enter('proxy_tls');
      await this.#connection.secure(proxy.host, this.#context.secureContext);
    }
    this.#enter('tunnel');
    if (proxy.type === 'socks5') await connectSocks5(this.#connection, destination, credentials);
    else if (proxy.type === 'socks4') await connectSocks4(this.#connection, destination, credentials);
    else return (await connectHttp(this.#connection, destination, credentials)).isPageAnnounced;
    return false;
  }

  async #secureTarget(isPageAnnounced: boolean): Promise<void> {
    this.#enter('target_tls');
    try {
      await this.#connection.secure(this.#host, this.#context.secureContext);
    } catch (error) {
      const isPage = isPageAnnounced && failureOf(error, this.#step).outcome === 'protocol';
      if (isPage) throw new CheckFailure('captive_portal', 'The proxy responds with a page of its own.');
      throw error;
    }
    this.#times.handshakeMs = performance.now() - this.#connectedAt;
  }

  async #ask(start: number): Promise<Verdict> {
    this.#enter('answer');
    this.#connection.write(requestOf(this.#target.url));
    try {
      const head = await readHead(this.#connection);
      this.#times.firstByteMs = performance.now() - start;
      const verdict =
        judgeStatus(head.status) ??
        judgeBody(this.#target.expect, await readBody(this.#connection, head, MAX_BODY_BYTES));
      this.#times.totalMs = performance.now() - start;
      return verdict;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return this.#times.firstByteMs === null ? noHttp() : wrong();
    }
  }
}

/** TLS was verified, so this response comes from the target. */
function noHttp(): Verdict {
  return { outcome: 'inconclusive', detail: 'The target did not respond with HTTP.', exitIp: null };
}

function requestOf(url: URL): string {
  return [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'User-Agent: proxy-ops',
    'Accept: application/json, text/plain;q=0.9, */*;q=0.1',
    'Accept-Encoding: identity',
    'Connection: close',
    '\r\n',
  ].join('\r\n');
}
