/** A proxy that has begun to fail. */
export interface Failure {
  proxyId: number;
  provider: string | null;
  /** The /24 or /64 in CIDR text. */
  network: string | null;
  /** Epoch milliseconds. */
  at: number;
}

/** An unresolved incident, with the properties that its proxies share. */
export interface OpenIncident {
  id: number;
  /** Epoch milliseconds. A failure that fits two incidents joins the older one. */
  openedAt: number;
  /** When the last proxy joined, in epoch milliseconds. */
  lastAt: number;
  providers: readonly string[];
  networks: readonly string[];
}

export interface FailureGroup<F extends Failure> {
  /** The open incident that they join; null if they form a new one. */
  incidentId: number | null;
  failures: F[];
}

const MINUTE_MS = 60_000;

/**
 * Groups failures that share provider, network or minute, transitively, and puts each group into the oldest open
 * incident that shares one of these with it. The order of the failures makes no difference.
 */
export function groupFailures<F extends Failure>(
  open: readonly OpenIncident[],
  failures: readonly F[],
): FailureGroup<F>[] {
  const oldestFirst = open.toSorted((a, b) => a.openedAt - b.openedAt || a.id - b.id);
  const sets = new DisjointSets(oldestFirst.length + failures.length);
  const firstWith = new Map<string, number>();
  const traits = [...oldestFirst.map(traitsOfIncident), ...failures.map(traitsOfFailure)];
  for (const [node, shared] of traits.entries()) {
    for (const trait of shared) {
      const first = firstWith.get(trait);
      if (first === undefined) firstWith.set(trait, node);
      else sets.join(first, node);
    }
  }
  const groups = new Map<number, FailureGroup<F>>();
  for (const [index, failure] of failures.entries()) {
    // Incidents come before failures, the oldest first; a set is identified by its first member.
    const root = sets.rootOf(oldestFirst.length + index);
    const group = groups.get(root) ?? { incidentId: oldestFirst[root]?.id ?? null, failures: [] };
    group.failures.push(failure);
    groups.set(root, group);
  }
  return [...groups.values()];
}

const minuteOf = (at: number) => `minute ${Math.floor(at / MINUTE_MS)}`;

function traitsOfIncident({ providers, networks, lastAt }: OpenIncident): string[] {
  return [
    ...providers.map((provider) => `provider ${provider}`),
    ...networks.map((network) => `network ${network}`),
    minuteOf(lastAt),
  ];
}

function traitsOfFailure({ provider, network, at }: Failure): string[] {
  return [
    ...(provider === null ? [] : [`provider ${provider}`]),
    ...(network === null ? [] : [`network ${network}`]),
    minuteOf(at),
  ];
}

/** Union-find; each set is identified by its lowest member. */
class DisjointSets {
  readonly #parents: number[];

  constructor(size: number) {
    this.#parents = Array.from({ length: size }, (_, node) => node);
  }

  rootOf(node: number): number {
    let root = node;
    for (let parent = this.#parents[root]; parent !== undefined && parent !== root; parent = this.#parents[root]) {
      root = parent;
    }
    // Path halving keeps long chains cheap.
    this.#parents[node] = root;
    return root;
  }

  join(a: number, b: number): void {
    const [first, second] = [this.rootOf(a), this.rootOf(b)];
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }
}
