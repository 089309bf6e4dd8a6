import { RESTJSONErrorCodes } from 'discord.js';
import { objectIn, type Reply, replyWith } from './reply.ts';

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
const MOST_KEPT = 1_000;

/** Counts the answers 429 in a row, by request. */
export class TooManyRequests {
  readonly #counts = new Map<string, number>();

  /** How long to wait at least before this request is repeated: twice as long each time. */
  nextWaitMs(request: string): number {
    const count = this.#counts.get(request) ?? 0;
    this.#counts.delete(request);
    this.#counts.set(request, count + 1);
    for (const oldest of this.#counts.keys()) {
      if (this.#counts.size <= MOST_KEPT) break;
      this.#counts.delete(oldest);
    }
    return Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** count);
  }

  forget(request: string): void {
    this.#counts.delete(request);
  }
}

/** Limits that last for an hour or a day. discord.js would hold the request back until their end, and whatever follows it. */
const LONG_LIMITS: readonly unknown[] = [
  RESTJSONErrorCodes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached,
  RESTJSONErrorCodes.MaximumDailyApplicationCommandCreatesReached,
];

/**
 * Makes an answer 429 safe for discord.js, which repeats the request for as long as it gets one, and at once if the answer does not
 * say how long to wait. A limit for long becomes an error, so that its caller decides what to do instead.
 */
export async function limitRepeats(counts: TooManyRequests, request: string, response: Reply): Promise<Reply> {
  const body = await response.text();
  const { code, retry_after: seconds } = objectIn(body);
  const headers = new Headers([...response.headers]);
  if (LONG_LIMITS.includes(code)) {
    counts.forget(request);
    headers.delete('retry-after');
    return replyWith(response, body, { status: 400, headers });
  }
  const statedSeconds = Number(headers.get('retry-after') ?? seconds) || 0;
  const waitSeconds = Math.max(statedSeconds, counts.nextWaitMs(request) / 1000);
  if (waitSeconds > statedSeconds) {
    // Of a bucket that is reset earlier, discord.js would wait only for the reset.
    headers.delete('x-ratelimit-remaining');
    headers.delete('x-ratelimit-reset-after');
  }
  headers.set('retry-after', String(waitSeconds));
  return replyWith(response, body, { headers });
}
