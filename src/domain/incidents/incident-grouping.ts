/** A proxy that has begun to fail. */
export interface Failure {
  proxyId: number;
  provider: string | null;
  /** The /24 or /64 in CIDR text. */
  network: string | null;
  /** Epoch milliseconds. */
  at: number;
}

/** An incident that is not over, with what its proxies have in common with others. */
export interface OpenIncident {
  id: number;
  /** Epoch milliseconds; the older incident takes what would fit two. */
  openedAt: number;
  /** When the last proxy joined, in epoch milliseconds. */
  lastAt: number;
  providers: readonly string[];
  networks: readonly string[];
}

export interface FailureGroup<F extends Failure> {
  /** The open incident that they join; null: they are a new one. */
  incidentId: number | null;
  failures: F[];
}

const MINUTE_MS = 60_000;

/**
 * Puts failures that share provider, network or minute into one group, over any number of steps, and each group into the oldest
 * open incident that shares one of these with it. The order of the failures makes no difference.
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
    // Incidents come before failures, the oldest first, and a set is named by its first member.
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

/** Union-find; each set is named by its lowest member. */
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
    // The path is shortened, so that long chains stay cheap.
    this.#parents[node] = root;
    return root;
  }

  join(a: number, b: number): void {
    const [first, second] = [this.rootOf(a), this.rootOf(b)];
    this.#parents[Math.max(first, second)] = Math.min(first, second);
  }
}
