import { unescape as percentDecoded } from 'node:querystring';
import type { SecureContext } from 'node:tls';
import type { CheckOutcome } from '../domain/health/outcome.ts';
import { failureOf, type Step } from './failure.ts';
import { Connection } from './network/connection.ts';
import { isLoopback, PrivateAddressError, resolvePinned } from './network/guard.ts';
import { createResolver, type Resolver } from './network/resolver.ts';
import { trusting } from './network/trust.ts';
import { excerptOf } from './protocols/excerpt.ts';
import { HttpError, type ResponseHead, readBody, readHead } from './protocols/http-message.ts';

export interface ChangeIpOptions {
  /** For all of it, redirects included. */
  timeoutMs: number;
  /** Whether the link may lead into a private network or to this machine. */
  isPrivateAllowed: boolean;
  /** Whether it may lead to this machine alone, as in the sandbox. */
  isLoopbackOnly?: boolean;
  resolver?: Resolver;
  /** Certificates in PEM that are trusted beside the system's. */
  ca?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface ChangeIpResult {
  /** Whether the provider answered 2xx. */
  ok: boolean;
  /** The status of the last answer; null where none came. */
  status: number | null;
  /** One or two sentences for people. Never the link, and of the answer only a short excerpt without any part of the link. */
  detail: string;
}

const MAX_REDIRECTS = 3;
const MAX_ANSWER_BYTES = 64 * 1024;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

const FAILURES: Partial<Record<CheckOutcome, string>> = {
  timeout: 'The provider did not answer in time.',
  dns: 'The name in the link does not resolve.',
  refused: 'The connection was refused: nothing listens where the link leads.',
  unreachable: 'The place that the link leads to cannot be reached.',
  reset: 'The provider closed the connection before it answered.',
  tls: 'The provider could not prove who it is: its certificate, or TLS itself, is wrong.',
  protocol: 'What answers there does not speak TLS.',
};

/** What a link cannot be called for; the message is for people and holds nothing of the link. */
class LinkError extends Error {
  override readonly name = 'LinkError';
}

/**
 * Calls the link with which a provider gives a proxy another exit IP: one GET over http or verified https. A private address is
 * refused after DNS unless it is allowed, and the connection goes to the address that was checked; so does each of at most three
 * redirects, which may not leave https.
 *
 * @returns what happened, also where nothing did; rejects only with the reason of an aborted `signal`.
 */
export async function callChangeIpLink(link: string, options: ChangeIpOptions): Promise<ChangeIpResult> {
  const resolver = options.resolver ?? createResolver(options.timeoutMs);
  try {
    return await new Call(link, options, resolver).run();
  } finally {
    if (!options.resolver) resolver.close();
  }
}

/** One answer: its head, and what could be read of its body. */
interface Answer {
  head: ResponseHead;
  body: Buffer;
}

class Call {
  readonly #link: string;
  readonly #options: ChangeIpOptions;
  readonly #resolver: Resolver;
  readonly #secureContext: SecureContext;
  readonly #endsAt: number;
  #step: Step = 'dns';

  constructor(link: string, options: ChangeIpOptions, resolver: Resolver) {
    this.#link = link;
    this.#options = options;
    this.#resolver = resolver;
    this.#secureContext = trusting(options.ca);
    this.#endsAt = performance.now() + options.timeoutMs;
  }

  async run(): Promise<ChangeIpResult> {
    try {
      return this.#describe(await this.#follow());
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      return { ok: false, status: null, detail: this.#explain(error) };
    }
  }

  async #follow(): Promise<Answer> {
    let url = webAddress(this.#link);
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#get(url);
      const location = REDIRECTS.has(answer.head.status) ? answer.head.headers.get('location') : undefined;
      if (location === undefined) return answer;
      if (redirects === MAX_REDIRECTS) throw new LinkError('The link leads from one place to the next, too often.');
      const next = webAddress(location, url);
      if (url.protocol === 'https:' && next.protocol !== 'https:') {
        throw new LinkError('The link leads from https to http, where anybody could read it.');
      }
      url = next;
    }
  }

  async #get(url: URL): Promise<Answer> {
    const timeoutMs = Math.max(1, this.#endsAt - performance.now());
    const connection = new Connection({ timeoutMs, stepTimeoutMs: timeoutMs, signal: this.#options.signal });
    try {
      await this.#connect(connection, url);
      this.#step = 'answer';
      connection.write(requestOf(url));
      const head = await readHead(connection);
      return { head, body: await this.#readBody(connection, head) };
    } finally {
      connection.destroy();
    }
  }

  async #connect(connection: Connection, url: URL): Promise<void> {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isSecure = url.protocol === 'https:';
    this.#step = 'dns';
    const { isPrivateAllowed, isLoopbackOnly } = this.#options;
    const address = await resolvePinned(connection, host, this.#resolver.resolve, isPrivateAllowed);
    if (isLoopbackOnly && !isLoopback(address)) throw new LinkError('The sandbox calls links on this machine alone.');
    this.#step = 'connect';
    await connection.open(address, Number(url.port || (isSecure ? 443 : 80)));
    if (!isSecure) return;
    this.#step = 'target_tls';
    await connection.secure(host, this.#secureContext);
  }

  /** The status says what happened; a body that is too long, or breaks off, changes nothing. */
  async #readBody(connection: Connection, head: ResponseHead): Promise<Buffer> {
    try {
      return await readBody(connection, head, MAX_ANSWER_BYTES);
    } catch (error) {
      if (connection.isAborted) throw error;
      return Buffer.alloc(0);
    }
  }

  #describe({ head, body }: Answer): ChangeIpResult {
    const excerpt = excerptOf(body, head.headers.get('content-type') ?? '', this.#link);
    const detail = `The provider answered ${head.status}${excerpt ? `: ${excerpt}` : '.'}`;
    return { ok: head.status >= 200 && head.status < 300, status: head.status, detail };
  }

  #explain(error: unknown): string {
    if (error instanceof LinkError) return error.message;
    if (error instanceof PrivateAddressError) return 'The link leads to a private address, which is not called.';
    if (error instanceof HttpError) return 'What answers there does not speak HTTP.';
    return FAILURES[failureOf(error, this.#step).outcome] ?? 'Our own network is at fault.';
  }
}

function webAddress(text: string, base?: URL): URL {
  const url = URL.parse(text, base);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new LinkError(base ? 'The link leads to what is no web address.' : 'The link is no web address.');
  }
  return url;
}

function requestOf(url: URL): string {
  const login = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  const credentials = login === ':' ? [] : [`Authorization: Basic ${Buffer.from(login).toString('base64')}`];
  return [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    ...credentials,
    'User-Agent: proxy-ops',
    'Accept: application/json, text/plain;q=0.9, */*;q=0.1',
    'Accept-Encoding: identity',
    'Connection: close',
    '\r\n',
  ].join('\r\n');
}
