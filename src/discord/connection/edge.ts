import type { Reply } from './reply.ts';

/** For how long nothing is sent if a page does not say how long it applies. */
const UNSTATED_HOLD_MS = 60_000;
/** A longer limit is asked about again. */
const LONGEST_HOLD_MS = 15 * 60_000;
/** The number that Cloudflare gives its errors, such as 1015: it limits the address of this machine. */
const CLOUDFLARE_ERROR = /\berror(?: code:)? (1\d{3})\b/i;
const TOO_MANY = 429;

/**
 * A server in front of Discord answered instead of it, with a page for people: Discord never saw the request. The page itself is not
 * kept.
 */
export class EdgeAnswerError extends Error {
  override readonly name = 'EdgeAnswerError';
  readonly status: number;
  /** For how long other requests get the same answer; undefined if it may concern this one only. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, retryAfterMs }: { status: number; retryAfterMs: number | undefined }) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Recognizes the answers of servers in front of Discord, such as Cloudflare or a proxy of this network. Such a server counts the
 * requests during a limit and prolongs it, so nothing is sent until the limit is over.
 */
export class Edge {
  #held: { until: number; why: string; status: number } | undefined;

  /** Whether nothing is to be sent. */
  get isHeld(): boolean {
    return this.#remainingMs > 0;
  }

  get #remainingMs(): number {
    return (this.#held?.until ?? 0) - performance.now();
  }

  /** @throws EdgeAnswerError while nothing is to be sent */
  assertOpen(): void {
    if (!this.#held || !this.isHeld) return;
    const { why, status } = this.#held;
    throw new EdgeAnswerError(why, { status, retryAfterMs: this.#remainingMs });
  }

  /**
   * @param isOfAll whether every request is known to get this answer
   * @returns the error that the answer stands for; undefined if Discord gave it
   */
  async judge(request: string, reply: Reply, isOfAll = false): Promise<EdgeAnswerError | undefined> {
    if (isOfDiscord(reply)) return undefined;
    const { status, headers } = reply;
    const [, code] = CLOUDFLARE_ERROR.exec(await reply.text()) ?? [];
    const server =
      headers.get('server') === 'cloudflare'
        ? 'Cloudflare, which is in front of Discord,'
        : 'A server in front of Discord';
    const why = `${server} answered ${status}${code ? ` (error ${code})` : ''} to ${request}.`;
    const retryAfterMs =
      isOfAll || status === TOO_MANY ? this.#hold(headers.get('retry-after'), why, status) : undefined;
    return new EdgeAnswerError(why, { status, retryAfterMs });
  }

  #hold(stated: string | null, why: string, status: number): number {
    const ms = Math.min(LONGEST_HOLD_MS, Number(stated) * 1000 || UNSTATED_HOLD_MS);
    this.#held = { until: performance.now() + ms, why, status };
    return ms;
  }
}

/** Discord answers in JSON or without content. Its own 5xx answers may be pages; discord.js does not read them. */
function isOfDiscord({ status, headers }: Reply): boolean {
  const type = headers.get('content-type');
  if (status >= 500 || type?.startsWith('application/json')) return true;
  return status < 400 && !type;
}
