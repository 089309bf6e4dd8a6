import { DefaultRestOptions, RESTJSONErrorCodes, type RESTOptions } from 'discord.js';
import { Edge, EVERYTHING } from './edge.ts';
import { CarriedOutError, LostAnswerError } from './lost-answer.ts';
import { limitRepeats, TooManyRequests } from './rate-limits.ts';
import { objectIn, type Reply, replyWith } from './reply.ts';
import type { TokenCheck } from './session.ts';

type Send = RESTOptions['makeRequest'];
type Init = Parameters<Send>[1];

/** Receives the reports of the transport. */
export interface Doubts {
  verify(reason: string): Promise<boolean>;
}

/** Callbacks whose answer was lost, as far as they can still be repeated. */
const MOST_UNANSWERED = 1_000;
const CALLBACK = /\/interactions\/\d+\/[^/]+\/callback/;
/** Discord creates no second message for a nonce, so a post to a channel must have one. */
const CHANNEL_POST = /\/channels\/\d+\/messages$/;

/** A server in front of Discord gave up: what is behind it may have carried out the request. 520 to 524 are of Cloudflare. */
const IN_DOUBT_STATUSES = [502, 504, 520, 522, 524];

/**
 * Sends the requests of discord.js, and decides what an answer that is missing or final means: whether the token is verified, whether
 * the request is repeated, and how long to wait for that.
 */
export class Transport {
  readonly #origin: string;
  readonly #sendNow: Send = DefaultRestOptions.makeRequest;
  readonly #limits = new TooManyRequests();
  readonly #edge = new Edge();
  readonly #unanswered = new Set<string>();
  #doubts: Doubts | undefined;

  constructor(apiUrl: string) {
    this.#origin = apiUrl;
  }

  /** From now on, answers that put the session in doubt are reported. */
  reportTo(doubts: Doubts): void {
    this.#doubts = doubts;
  }

  readonly send: Send = async (url, init) => {
    const response = await this.#attempt(url, init);
    if (response.status !== 401 || !hasToken(init) || !this.#doubts) return this.#judge(url, init, response);
    const isGood = await unlessAborted(this.#doubts.verify(`401 to ${describe(url, init)}`), init.signal);
    return isGood ? this.#judge(url, init, await this.#attempt(url, init)) : response;
  };

  /** Asks Discord who the bot is. */
  async checkToken(token: string): Promise<TokenCheck> {
    if (this.#edge.isClosed) return 'unknown';
    const signal = AbortSignal.timeout(DefaultRestOptions.timeout);
    try {
      const init = { method: 'GET', headers: { authorization: `Bot ${token}` }, signal };
      const response = await this.#sendNow(`${this.#origin}/v10/users/@me`, init);
      if (await this.#edge.judge(() => 'GET /v10/users/@me', EVERYTHING, response)) return 'unknown';
      await response.text();
      if (response.status === 401) return 'rejected';
      return response.ok ? 'accepted' : 'unknown';
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return 'unknown';
    }
  }

  async #attempt(url: string, init: Init): Promise<Reply> {
    this.#edge.assertOpen(url);
    const response = await this.#sendNow(url, init).catch((error: unknown) => {
      throw this.#asFailure(url, init, error);
    });
    const refusal = await this.#edge.judge(() => describe(url, init), url, response);
    if (!refusal) return response;
    this.#doubt(refusal.message);
    throw refusal;
  }

  /** discord.js repeats a request if the error has the code ECONNRESET or the name AbortError. */
  #asFailure(url: string, init: Init, error: unknown): unknown {
    if (!(error instanceof Error)) return error;
    this.#doubt(`no answer to ${describe(url, init)}`);
    if (wasNeverSent(error)) return error;
    if (!isRepeatable(url, init)) return new LostAnswerError(error);
    this.#remember(url);
    return Object.assign(new Error('the connection broke before the answer', { cause: error }), { code: 'ECONNRESET' });
  }

  async #judge(url: string, init: Init, response: Reply): Promise<Reply> {
    const { status } = response;
    if (status === 429) return limitRepeats(this.#limits, `${init.method} ${url}`, response);
    this.#limits.forget(`${init.method} ${url}`);
    if (status >= 500) this.#judgeServerError(url, init, response);
    if (status === 400 && this.#unanswered.has(url)) return this.#unlessCarriedOut(url, response);
    this.#unanswered.delete(url);
    return response;
  }

  #judgeServerError(url: string, init: Init, { status }: Reply): void {
    this.#doubt(`${status} to ${describe(url, init)}`);
    if (!IN_DOUBT_STATUSES.includes(status)) return;
    if (!isRepeatable(url, init)) throw new LostAnswerError(new Error(`Discord answered ${status}`));
    this.#remember(url);
  }

  async #unlessCarriedOut(url: string, response: Reply): Promise<Reply> {
    this.#unanswered.delete(url);
    const body = await response.text();
    const isCarriedOut = objectIn(body).code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged;
    if (isCarriedOut) throw new CarriedOutError();
    return replyWith(response, body);
  }

  #remember(url: string): void {
    if (!CALLBACK.test(url)) return;
    this.#unanswered.add(url);
    for (const oldest of this.#unanswered) {
      if (this.#unanswered.size <= MOST_UNANSWERED) break;
      this.#unanswered.delete(oldest);
    }
  }

  #doubt(reason: string): void {
    // Verified beside the request, which is repeated or fails for itself.
    void this.#doubts?.verify(reason);
  }
}

function hasToken({ headers }: Init): boolean {
  return headers !== undefined && headers !== null && 'Authorization' in headers;
}

/** Everything but a post has the same result when it is repeated. */
function isRepeatable(url: string, { method }: Init): boolean {
  return method !== 'POST' || CALLBACK.test(url) || CHANNEL_POST.test(url);
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

function wasNeverSent(error: Error): boolean {
  return 'code' in error && NEVER_SENT.has(String(error.code));
}

/** Without the token of an interaction, which is a secret. */
function describe(url: string, { method }: Init): string {
  const path = new URL(url).pathname.replace(/(\/(?:interactions|webhooks)\/\d+\/)[^/]+/, '$1…');
  return `${method} ${path}`;
}

async function unlessAborted<T>(work: Promise<T>, signal: Init['signal']): Promise<T> {
  if (!signal) return work;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
