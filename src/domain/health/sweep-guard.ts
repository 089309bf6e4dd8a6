/** Result of a check of a proxy that was healthy before, as evidence about the monitor. */
export interface Evidence {
  proxyId: number;
  provider: string | null;
  hasFailed: boolean;
  /** Epoch milliseconds. */
  at: number;
}

/** Results of fewer proxies are no evidence. */
const FEWEST = 10;
const MOST_FAILED_SHARE = 0.5;
/** If this many proxies of a provider were checked and no larger share fails, the monitor's network works. */
const FEWEST_OF_PROVIDER = 4;
const HEALTHY_SHARE = 0.2;

interface Tally {
  all: number;
  failed: number;
}

/**
 * Decides whether the monitor itself is at fault: most healthy proxies fail together. If the proxies of one provider
 * still work, the others are at fault. Each process has its own guard, since each has its own network connection.
 */
export class SweepGuard {
  readonly #windowMs: number;
  /** The last check of each proxy, the oldest first. */
  readonly #seen = new Map<number, Evidence>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(evidence: readonly Evidence[]): void {
    for (const each of evidence) {
      this.#seen.delete(each.proxyId);
      this.#seen.set(each.proxyId, each);
    }
  }

  /** Number of proxies in the window that were healthy before, and those of them that failed. */
  judge(now: number): { isAtFault: boolean; failed: number[]; all: number } {
    for (const [id, { at }] of this.#seen) {
      if (at >= now - this.#windowMs) break;
      this.#seen.delete(id);
    }
    const entries = [...this.#seen.values()];
    const failed = entries.filter((each) => each.hasFailed);
    const isMost = entries.length >= FEWEST && failed.length > entries.length * MOST_FAILED_SHARE;
    const isAtFault = isMost && !hasHealthyProvider(entries);
    return { isAtFault, failed: failed.map(({ proxyId }) => proxyId), all: entries.length };
  }
}

function hasHealthyProvider(entries: readonly Evidence[]): boolean {
  const tallies = new Map<string | null, Tally>();
  for (const { provider, hasFailed } of entries) {
    const tally = tallies.get(provider) ?? { all: 0, failed: 0 };
    tallies.set(provider, { all: tally.all + 1, failed: tally.failed + Number(hasFailed) });
  }
  return [...tallies.values()].some(({ all, failed }) => all >= FEWEST_OF_PROVIDER && failed <= all * HEALTHY_SHARE);
}
