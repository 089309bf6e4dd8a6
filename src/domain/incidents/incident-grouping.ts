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
  /** Epoch milliseconds. Failures that fit two incidents join the older one. */
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
 * Puts failures into incidents. An outage of another provider is an incident of its own, so that it is announced and
 * does not disappear in an older message:
 *
 * - Failures of one provider stay together. They join the oldest open incident of their provider alone, or one that
 *   was opened in their minute, because then both began together.
 * - Failures without a known provider join the oldest open incident that shares network or minute with them.
 * - All others form new incidents: those that share network or minute, transitively, are one.
 *
 * The order of the failures makes no difference.
 */
export function groupFailures<F extends Failure>(
  open: readonly OpenIncident[],
  failures: readonly F[],
): FailureGroup<F>[] {
  const oldestFirst = open.toSorted((a, b) => a.openedAt - b.openedAt || a.id - b.id);
  const outages = connected(failures, originOf).map((members) => ({
    members,
    incidentId: oldestFirst.find((incident) => isPartOf(incident, members))?.id ?? null,
  }));
  const joining = Map.groupBy(outages, ({ incidentId }) => incidentId);
  const beginning = joining.get(null) ?? [];
  joining.delete(null);
  return [
    ...[...joining].map(([incidentId, parts]) => ({ incidentId, failures: parts.flatMap(({ members }) => members) })),
    ...connected(beginning, ({ members }) => members.flatMap(circumstancesOf)).map((parts) => ({
      incidentId: null,
      failures: parts.flatMap(({ members }) => members),
    })),
  ];
}

const minuteOf = (at: number) => Math.floor(at / MINUTE_MS);

/** The properties by which failures certainly belong together. */
function originOf(failure: Failure): string[] {
  return failure.provider === null ? circumstancesOf(failure) : [`provider ${failure.provider}`];
}

function circumstancesOf({ network, at }: Failure): string[] {
  return [...(network === null ? [] : [`network ${network}`]), `minute ${minuteOf(at)}`];
}

/** Whether failures of one origin belong to an open incident. */
function isPartOf(incident: OpenIncident, failures: readonly Failure[]): boolean {
  const openedIn = minuteOf(incident.openedAt);
  const lastIn = minuteOf(incident.lastAt);
  return failures.some(({ provider, network, at }) => {
    if (minuteOf(at) === openedIn) return true;
    if (provider !== null) return incident.providers.length === 1 && incident.providers[0] === provider;
    return minuteOf(at) === lastIn || (network !== null && incident.networks.includes(network));
  });
}

/** Divides items into sets: two items with a common trait are in the same one. */
function connected<T>(items: readonly T[], traitsOf: (item: T) => readonly string[]): T[][] {
  const sets = new DisjointSets(items.length);
  const firstWith = new Map<string, number>();
  for (const [node, item] of items.entries()) {
    for (const trait of traitsOf(item)) {
      const first = firstWith.get(trait);
      if (first === undefined) firstWith.set(trait, node);
      else sets.join(first, node);
    }
  }
  return [...Map.groupBy(items.keys(), (node) => sets.rootOf(node)).values()].map((nodes) =>
    nodes.map((node) => items[node] as T),
  );
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
