/** What a check of a proxy that was well before says about the one who checks. */
export interface Evidence {
  proxyId: number;
  provider: string | null;
  hasFailed: boolean;
  /** Milliseconds. */
  at: number;
}

/** Fewer proxies than these say nothing about the one who checks. */
const FEWEST = 10;
const MOST_FAILED_SHARE = 0.5;
/** A provider of which so many were checked, and no more than this fails, shows that our own network is well. */
const FEWEST_OF_PROVIDER = 4;
const HEALTHY_SHARE = 0.2;

interface Tally {
  all: number;
  failed: number;
}

/**
 * Whether it is rather the one who checks that is at fault: most of what was well fails together. Where one provider's proxies go
 * on as ever it is the others that fail. Each process has one of its own, since each has its own way out.
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

  /** Proxies that were found bad within the window, and by how many checks of proxies that were well. */
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
