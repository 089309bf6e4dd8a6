import type { CheckOutcome } from '../../src/domain/health/outcome.ts';
import { randomNumbers } from '../../test/helpers/pool/pool-writer.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PROVIDERS = ['acme', 'bolt', 'cove', 'dune'];
const PER_PROVIDER = 25;
/** The mean time from the end of a failure to the next one of the same proxy. */
const BETWEEN_MS = 36 * HOUR_MS;
/** From a failure that is over before it is confirmed to one of hours. */
const DURATIONS_MS = [2, 10, 30, 45, 60, 120, 240, 480].map((minutes) => minutes * MINUTE_MS);
const OUTCOMES: readonly CheckOutcome[] = ['timeout', 'refused', 'auth', 'billing', 'proxy_error', 'reset', 'tls'];
/** One check of so many fails without a failure of its proxy. */
const BLIP_EVERY = 300;

/** A failure of a proxy. */
export interface PlannedFailure {
  host: string;
  start: number;
  end: number;
  outcome: CheckOutcome;
}

export interface WeekPool {
  proxies: readonly { host: string; provider: string }[];
  failures: readonly PlannedFailure[];
  /** The failure of a proxy at a time. */
  failureOf(host: string, at: number): PlannedFailure | undefined;
  /** The outcome of a check of the proxy at a time. */
  outcomeOf(host: string, at: number): CheckOutcome;
}

/** Proxies of several providers, each of which fails on its own now and then. */
export function planWeek(seed: number, { start, end }: { start: number; end: number }): WeekPool {
  const random = randomNumbers(seed);
  const proxies = PROVIDERS.flatMap((provider, at) =>
    Array.from({ length: PER_PROVIDER }, (_, n) => ({ host: `10.${at}.0.${n + 1}`, provider })),
  );
  const failures = new Map<string, PlannedFailure[]>();
  for (const { host } of proxies) failures.set(host, planFailures(host, random, { start, end }));
  const failureOf = (host: string, at: number) => failures.get(host)?.find((each) => each.start <= at && at < each.end);
  return {
    proxies,
    failures: [...failures.values()].flat(),
    failureOf,
    outcomeOf: (host, at) => failureOf(host, at)?.outcome ?? (random(BLIP_EVERY) === 0 ? 'reset' : 'ok'),
  };
}

function planFailures(host: string, random: (below: number) => number, span: { start: number; end: number }) {
  const failures: PlannedFailure[] = [];
  // Everything is healthy when the week begins.
  for (let start = span.start + HOUR_MS + random(2 * BETWEEN_MS); start < span.end; ) {
    const end = start + (DURATIONS_MS[random(DURATIONS_MS.length)] ?? 0);
    failures.push({ host, start, end, outcome: OUTCOMES[random(OUTCOMES.length)] ?? 'timeout' });
    start = end + random(2 * BETWEEN_MS);
  }
  return failures;
}
