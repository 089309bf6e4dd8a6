import { SourceError } from '../domain/sources/source-error.ts';
import { type HttpPolicy, type HttpResponse, HttpSession } from '../net/http-client.ts';
import { HttpRequestError } from '../net/http-request-error.ts';
import { errorOfFault, errorOfStatus, isPassing, isPassingStatus, sentenceOfWait } from './failures.ts';
import { readRetryAfter } from './retry-after.ts';
import type { SourceClock } from './source-clock.ts';

export interface SourceLimits {
  /** For everything, in milliseconds. */
  ms: number;
  /** For all bodies. */
  bytes: number;
}

export interface SourceHttpOptions {
  /** The address of the API, below which all requests stay; or of the list itself. */
  base: URL;
  policy: HttpPolicy;
  /** Sent with each request, and never to another origin. */
  headers?: Readonly<Record<string, string>>;
  /** Whether a redirect may lead to another origin, as one of a list may; one of an API may not, since it has the key. */
  mayLeaveOrigin: boolean;
  limits: SourceLimits;
  clock: SourceClock;
  signal?: AbortSignal | undefined;
}

/** Waits before the second, third and fourth attempt, in seconds. */
const PAUSES = [1, 4, 15];
/** The same after a 429 that does not say how long to wait. */
const RATE_LIMIT_PAUSES = [5, 15, 45];

/**
 * GETs to one provider over one kept connection. All of them together are bounded in time and size; one that fails for a
 * passing reason is sent again.
 */
export class SourceHttp {
  readonly host: string;
  readonly #options: SourceHttpOptions;
  readonly #session: HttpSession;
  readonly #deadline: number;
  readonly #visited = new Set<string>();

  constructor(options: SourceHttpOptions) {
    const { base, policy, limits, clock, signal } = options;
    this.host = base.host;
    this.#options = options;
    this.#deadline = clock.now() + limits.ms;
    this.#session = new HttpSession({ policy, timeoutMs: limits.ms, maxBytes: limits.bytes, signal, isKept: true });
  }

  /** The time of day, by the source's clock. */
  date(): Date {
    return this.#options.clock.date();
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  /**
   * @param path relative to the base; the base itself if empty
   * @throws SourceError; the abort reason of the signal
   */
  async getBytes(path = ''): Promise<HttpResponse> {
    const { base } = this.#options;
    return await this.#send(path === '' ? base : new URL(base.pathname.replace(/\/$/, '') + path, base));
  }

  /** @throws SourceError for an answer that is not JSON, and as `getBytes` does */
  async getJson(path: string): Promise<unknown> {
    return this.#parse(await this.getBytes(path));
  }

  /** Follows an address in an answer, as it is. @throws SourceError if it leads elsewhere or in a circle, and as `getJson` does */
  async follow(address: string): Promise<unknown> {
    const { base } = this.#options;
    const url = URL.parse(address, base);
    if (url?.origin !== base.origin) {
      throw new SourceError('unsafe_address', `The next page of ${this.host} is on another server.`);
    }
    return this.#parse(await this.#send(url));
  }

  #parse({ headers, body }: HttpResponse): unknown {
    if (isWebPage(headers.get('content-type'), body)) throw this.#changed('it is a web page instead of JSON');
    try {
      return JSON.parse(body.toString());
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      // The parser's own message repeats a piece of the answer, which may be a password.
      throw this.#changed('it is not valid JSON, or is cut off');
    }
  }

  #changed(what: string): SourceError {
    return new SourceError('format_changed', `The answer of ${this.host} cannot be read: ${what}.`);
  }

  async #send(url: URL): Promise<HttpResponse> {
    if (this.#visited.has(url.href)) {
      throw new SourceError('incomplete', `The list of ${this.host} is incomplete: its pages lead in a circle.`);
    }
    this.#visited.add(url.href);
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(url);
      if (!(outcome instanceof SourceError)) return outcome;
      const seconds = this.#pauseAfter(outcome, attempt);
      if (seconds === null) throw outcome;
      await this.#wait(seconds, outcome);
    }
  }

  /** The response, or why there is none: an error that the caller may wait out. @throws SourceError that no wait mends */
  async #attempt(url: URL): Promise<HttpResponse | SourceError> {
    const { headers, mayLeaveOrigin, clock } = this.#options;
    try {
      const redirects = mayLeaveOrigin ? 'follow' : 'same-origin';
      const response = await this.#session.get(url, { redirects, ...(headers && { headers }) });
      const { status } = response;
      if (status >= 200 && status < 300) return response;
      const retryAfter = readRetryAfter(response.headers.get('retry-after'), clock.date());
      const error = errorOfStatus(this.host, status, retryAfter);
      if (isPassingStatus(status)) return error;
      throw error;
    } catch (error) {
      if (!(error instanceof HttpRequestError)) throw error;
      const failure = errorOfFault(this.host, error.fault);
      if (isPassing(error.fault)) return failure;
      throw failure;
    }
  }

  /** Null if no further attempt is made. */
  #pauseAfter({ code, retryAfterSeconds }: SourceError, attempt: number): number | null {
    const [pauses, atMost] = code === 'rate_limited' ? [RATE_LIMIT_PAUSES, Infinity] : [PAUSES, PAUSES.length];
    if (retryAfterSeconds !== null) return attempt < atMost ? Math.max(1, retryAfterSeconds) : null;
    return pauses[attempt] ?? null;
  }

  async #wait(seconds: number, error: SourceError): Promise<void> {
    const { clock, signal } = this.#options;
    const isTooLong = clock.now() + seconds * 1000 >= this.#deadline;
    if (isTooLong && error.code !== 'rate_limited') throw error;
    if (isTooLong) throw new SourceError('rate_limited', sentenceOfWait(this.host, seconds), seconds);
    await clock.sleep(seconds * 1000, signal);
  }
}

/** Whether an answer is HTML, whatever its status says. */
export function isWebPage(type: string | undefined, body: Buffer): boolean {
  if (/^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(type ?? '')) return true;
  return /^\s*<(?:!doctype html|html|head|body)\b/i.test(body.subarray(0, 512).toString('latin1'));
}
