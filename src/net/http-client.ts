import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { unescape as percentDecoded } from 'node:querystring';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Client, type Dispatcher, errors } from 'undici';
import { isLoopback, PrivateAddressError, resolvePinned } from './address-guard.ts';
import { type HttpFault, HttpRequestError } from './http-request-error.ts';
import { codeOf, networkFault } from './network-fault.ts';
import { createResolver, type Resolver } from './resolver.ts';
import { createSecureContextWithCa } from './trust.ts';
import { connectVerified } from './verified-tls.ts';

/** The allowed destinations of requests, and the trusted certificates. It is read again for each connection. */
export interface HttpPolicy {
  /** Whether a request may go to a private network or to this machine. */
  isPrivateAllowed: boolean;
  /** Whether it may go only to this machine, as in the sandbox. */
  isLoopbackOnly?: boolean;
  /** Certificates in PEM format that are trusted in addition to the system's. */
  ca?: string | undefined;
  resolver?: Resolver;
}

/** Bounds of all requests of a session together. */
export interface HttpSessionOptions {
  policy: HttpPolicy;
  /** For everything, including name resolution, redirects and bodies. */
  timeoutMs: number;
  /** For all bodies. A longer one is an error. */
  maxBytes: number;
  signal?: AbortSignal | undefined;
  /** Whether connections are kept for the next request. A server may close one at any time, which then fails as `reset`. */
  isKept?: boolean;
}

/** A redirect is followed, or returned like any other response, or is an error if it leads to another origin. */
export type HttpRedirects = 'follow' | 'return' | 'same-origin';

export interface HttpRequest {
  redirects: HttpRedirects;
  /** `Accept`; any type by default. */
  accept?: string;
  /** Sent only to the origin of the address, so that a token in them does not follow a redirect to another origin. */
  headers?: Readonly<Record<string, string>>;
}

export type HttpGetOptions = Omit<HttpSessionOptions, 'isKept'> & HttpRequest;

export interface HttpResponse {
  status: number;
  /** Names in lower case; the values of a repeated header are joined with a comma. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_HEAD_BYTES = 16 * 1024;
/** A session may last for minutes, a name server that is silent for as long need not be waited for. */
const MAX_RESOLVE_MS = 60_000;

/**
 * Sends one GET over http or verified https; the login and password of the URL become Basic credentials. The addresses
 * of each host are checked after name resolution, and the connection uses the checked address; the same applies to each
 * of at most three redirects, which may not lead from https to http. Each of them uses a new connection, which is closed
 * afterwards.
 *
 * @throws HttpRequestError, which never contains the URL; the abort reason of `signal`
 */
export async function httpGet(address: string | URL, options: HttpGetOptions): Promise<HttpResponse> {
  const session = new HttpSession(options);
  try {
    return await session.get(address, options);
  } finally {
    await session.close();
  }
}

/** GETs one after the other, as `httpGet` sends them. Kept connections, one per origin, are closed with the session. */
export class HttpSession {
  readonly #options: HttpSessionOptions;
  readonly #resolver: Resolver;
  readonly #signal: AbortSignal;
  readonly #clients = new Map<string, Client>();
  #isResolving = false;
  #received = 0;

  constructor(options: HttpSessionOptions) {
    this.#options = options;
    this.#resolver = options.policy.resolver ?? createResolver(Math.min(options.timeoutMs, MAX_RESOLVE_MS));
    // A separate signal: undici's timers below one second fire late.
    const deadline = AbortSignal.timeout(options.timeoutMs);
    this.#signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  }

  /** @throws HttpRequestError, which never contains the URL; the abort reason of `signal` */
  async get(address: string | URL, request: HttpRequest): Promise<HttpResponse> {
    const first = webAddress(address);
    let url = first;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#get(url, this.#headers(url, request, url.origin === first.origin));
      const location = REDIRECTS.has(response.status) ? response.headers.get('location') : undefined;
      if (location === undefined || request.redirects === 'return') return response;
      if (redirects === MAX_REDIRECTS) throw new HttpRequestError('too_many_redirects');
      url = redirected(url, location);
      if (request.redirects === 'same-origin' && url.origin !== first.origin) {
        throw new HttpRequestError('foreign_redirect');
      }
    }
  }

  /** Closes all connections, those of a request under way too. */
  async close(): Promise<void> {
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    await Promise.all(clients.map((client) => client.destroy()));
    if (!this.#options.policy.resolver) this.#resolver.close();
  }

  async #get(url: URL, headers: Record<string, string>): Promise<HttpResponse> {
    const client = this.#clientFor(url.origin);
    let head: Omit<HttpResponse, 'body'> | null = null;
    this.#isResolving = false;
    try {
      const path = url.pathname + url.search;
      const response = await client.request({ method: 'GET', path, headers, signal: this.#signal });
      head = { status: response.statusCode, headers: joined(response.headers) };
      return {
        ...head,
        body: await this.#read(response.body, Number.parseInt(head.headers.get('content-length') ?? '', 10) || 0),
      };
    } catch (error) {
      this.#clients.delete(url.origin);
      await client.destroy();
      this.#options.signal?.throwIfAborted();
      throw new HttpRequestError(this.#faultOf(error), head);
    }
  }

  /** Copies each piece as it arrives: to copy a large body at its end takes tens of milliseconds without a pause. */
  async #read(body: AsyncIterable<Buffer>, expectedLength: number): Promise<Buffer> {
    const { maxBytes } = this.#options;
    let whole = Buffer.allocUnsafeSlow(Math.min(expectedLength, maxBytes));
    let length = 0;
    for await (const piece of body) {
      this.#received += piece.length;
      if (this.#received > maxBytes) throw new HttpRequestError('too_large');
      const start = length;
      length += piece.length;
      if (length > whole.length) whole = Buffer.concat([whole.subarray(0, start)], 2 * length);
      whole.set(piece, start);
      // Hundreds of pieces may be there at once. Others get a turn in between.
      await nextTurn();
    }
    return whole.subarray(0, length);
  }

  #clientFor(origin: string): Client {
    const known = this.#clients.get(origin);
    if (known) return known;
    const client = this.#open(origin);
    this.#clients.set(origin, client);
    return client;
  }

  #open(origin: string): Client {
    return new Client(origin, {
      connect: ({ hostname, port, protocol }, callback) => {
        this.#connect(hostname, Number(port), protocol === 'https:').then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        );
      },
      maxHeaderSize: MAX_HEAD_BYTES,
      // 0: a request asks the server to close its connection.
      pipelining: this.#options.isKept ? 1 : 0,
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    });
  }

  /**
   * Every connection is opened here, including those to an IP address, for which undici's own connector would not call
   * `lookup`.
   */
  async #connect(host: string, port: number, isSecure: boolean): Promise<Socket> {
    const { isPrivateAllowed, isLoopbackOnly, ca } = this.#options.policy;
    this.#isResolving = true;
    const address = await resolvePinned(host, this.#resolver.resolve, isPrivateAllowed);
    if (isLoopbackOnly && !isLoopback(address)) throw new HttpRequestError('not_loopback');
    this.#isResolving = false;
    this.#signal.throwIfAborted();
    const socket = connect({ host: address, port: port || (isSecure ? 443 : 80), noDelay: true });
    await this.#opened(socket, 'connect');
    if (!isSecure) return socket;
    const secured = connectVerified(host, { socket, secureContext: createSecureContextWithCa(ca) });
    return await this.#opened(secured, 'secureConnect');
  }

  async #opened<S extends Socket>(socket: S, event: 'connect' | 'secureConnect'): Promise<S> {
    try {
      await once(socket, event, { signal: this.#signal });
      return socket;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  #headers(url: URL, { accept, headers }: HttpRequest, isFirstOrigin: boolean): Record<string, string> {
    const login = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
    return {
      ...(login !== ':' && { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
      'user-agent': 'proxy-ops',
      accept: accept ?? '*/*',
      'accept-encoding': 'identity',
      ...(isFirstOrigin && headers),
    };
  }

  #faultOf(error: unknown): HttpFault {
    if (error instanceof HttpRequestError) return error.fault;
    if (error instanceof PrivateAddressError) return 'private_address';
    if (this.#signal.aborted) return this.#isResolving ? 'dns' : 'timeout';
    if (error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError) return 'no_http';
    if (error instanceof errors.SocketError || error instanceof errors.ResponseContentLengthMismatchError) {
      return 'reset';
    }
    return networkFault(codeOf(error), this.#isResolving);
  }
}

function webAddress(address: string | URL): URL {
  const url = URL.parse(address);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new HttpRequestError('bad_address');
  return url;
}

function redirected(from: URL, location: string): URL {
  const to = URL.parse(location, from);
  if (to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:')) return to;
  throw new HttpRequestError(to?.protocol === 'http:' ? 'insecure_redirect' : 'bad_redirect');
}

function joined(headers: Dispatcher.ResponseData['headers']): Map<string, string> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return new Map(entries.map(([name, value]) => [name, String(Array.isArray(value) ? value.join(', ') : value)]));
}
