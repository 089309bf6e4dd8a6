/** What a check of a proxy that was well before says about the one who checks. */
export interface Evidence {
  proxyId: number;
  provider: string | null;
  isBad: boolean;
  /** Milliseconds. */
  at: number;
}

/** Fewer proxies than these say nothing about the one who checks. */
const FEWEST = 10;
const MOST_BAD_SHARE = 0.5;
/** A provider of which so many were checked, and no more than this fails, shows that our own network is well. */
const FEWEST_OF_PROVIDER = 4;
const WELL_SHARE = 0.2;

interface Tally {
  all: number;
  bad: number;
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
  judge(now: number): { isAtFault: boolean; bad: number[]; all: number } {
    for (const [id, { at }] of this.#seen) {
      if (at >= now - this.#windowMs) break;
      this.#seen.delete(id);
    }
    const entries = [...this.#seen.values()];
    const bad = entries.filter((each) => each.isBad);
    const isMost = entries.length >= FEWEST && bad.length > entries.length * MOST_BAD_SHARE;
    const isAtFault = isMost && !hasWellProvider(entries);
    return { isAtFault, bad: bad.map(({ proxyId }) => proxyId), all: entries.length };
  }
}

function hasWellProvider(entries: readonly Evidence[]): boolean {
  const tallies = new Map<string | null, Tally>();
  for (const { provider, isBad } of entries) {
    const tally = tallies.get(provider) ?? { all: 0, bad: 0 };
    tallies.set(provider, { all: tally.all + 1, bad: tally.bad + Number(isBad) });
  }
  return [...tallies.values()].some(({ all, bad }) => all >= FEWEST_OF_PROVIDER && bad <= all * WELL_SHARE);
}
