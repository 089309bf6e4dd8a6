import type { Reply } from './reply.ts';

/** For how long nothing is sent if an answer does not say how long it applies. */
const UNSTATED_HOLD_MS = 60_000;
/** A longer limit is asked about again. */
const LONGEST_HOLD_MS = 15 * 60_000;
const MOST_HELD = 100;
/** The number that Cloudflare gives its errors, such as 1015: it limits the address of this machine. */
const CLOUDFLARE_ERROR = /\berror(?: code:)? (1\d{3})\b/i;
const TOO_MANY = 429;

/** Stands for every request. */
export const EVERYTHING = 'everything';

/**
 * A server in front of Discord answered instead of it, usually with a page for people: Discord never saw the request. The page itself
 * is not kept.
 */
export class EdgeAnswerError extends Error {
  override readonly name = 'EdgeAnswerError';
  readonly status: number;
  /** For how long requests of the same kind get the same answer; undefined if it may concern this one only. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, retryAfterMs }: { status: number; retryAfterMs: number | undefined }) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

interface Hold {
  until: number;
  why: string;
  status: number;
}

/**
 * Recognizes the answers of servers in front of Discord, such as Cloudflare or a proxy of this network. Such a server counts the
 * requests during a limit and prolongs it, so nothing of the same kind is sent until the limit is over.
 */
export class Edge {
  readonly #holds = new Map<string, Hold>();

  /** Whether nothing at all is to be sent. */
  get isClosed(): boolean {
    return this.#holdOf(EVERYTHING) !== undefined;
  }

  /** @throws EdgeAnswerError while requests of this kind are not to be sent */
  assertOpen(url: string): void {
    const hold = this.#holdOf(EVERYTHING) ?? this.#holdOf(kindOf(url));
    if (!hold) return;
    const { why, status, until } = hold;
    throw new EdgeAnswerError(why, { status, retryAfterMs: until - performance.now() });
  }

  /**
   * @param describe returns its method and path, without secrets; called only if the error is made
   * @param reach the address of the request, or `EVERYTHING` if no request is known to get another answer
   * @returns the error that the answer means; undefined if Discord gave it
   */
  async judge(describe: () => string, reach: string, reply: Reply): Promise<EdgeAnswerError | undefined> {
    if (isOfDiscord(reply)) return undefined;
    const { status, headers } = reply;
    const [, code] = CLOUDFLARE_ERROR.exec(await reply.text()) ?? [];
    const isCloudflare = headers.get('server') === 'cloudflare';
    const server = isCloudflare ? 'Cloudflare, which is in front of Discord,' : 'A server in front of Discord';
    const why = `${server} answered ${status}${code ? ` (error ${code})` : ''} to ${describe()}.`;
    const isHeld = status === TOO_MANY || reach === EVERYTHING;
    const retryAfterMs = isHeld ? this.#hold(reach, headers.get('retry-after'), { why, status }) : undefined;
    return new EdgeAnswerError(why, { status, retryAfterMs });
  }

  #hold(reach: string, stated: string | null, what: Pick<Hold, 'why' | 'status'>): number {
    const ms = Math.min(LONGEST_HOLD_MS, Number(stated) * 1000 || UNSTATED_HOLD_MS);
    const kind = kindOf(reach);
    this.#holds.delete(kind);
    this.#holds.set(kind, { until: performance.now() + ms, ...what });
    for (const oldest of this.#holds.keys()) {
      if (this.#holds.size <= MOST_HELD) break;
      this.#holds.delete(oldest);
    }
    return ms;
  }

  #holdOf(kind: string): Hold | undefined {
    const hold = this.#holds.get(kind);
    return hold && hold.until > performance.now() ? hold : undefined;
  }
}

/** Cloudflare limits by address and path: the first part of the path, and of a channel its id. */
function kindOf(url: string): string {
  if (url === EVERYTHING) return url;
  const [first = '', second = ''] = new URL(url).pathname.replace(/^\/api(\/v\d+)?\//, '').split('/');
  return first === 'channels' ? `${first}/${second}` : first;
}

/**
 * Discord answers in JSON or without content, and through a gateway that names itself in `Via`. Its own 5xx answers may be pages;
 * discord.js does not read them.
 */
function isOfDiscord({ status, headers }: Reply): boolean {
  if (status >= 500) return true;
  const type = headers.get('content-type');
  if (type?.startsWith('application/json')) return status !== TOO_MANY || headers.has('via');
  const isEmpty = !type || status === 204 || headers.get('content-length') === '0';
  return status < 400 && isEmpty;
}
