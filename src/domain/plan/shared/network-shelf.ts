import type { Carried } from './carried.ts';
import type { PlannedProxy } from './planned-proxy.ts';
import { RowHeap } from './row-heap.ts';

/** The proxies of one network; those before `next` are taken. */
interface Row {
  readonly network: string | null;
  readonly plannedProxies: PlannedProxy[];
  next: number;
  /** The number of the next proxy. */
  oldest: number;
  /** Reserved for the current model, so it does not go back to the shelf. */
  readonly isOwn: boolean;
}

/**
 * All of the proxies in the order in which one model takes them by the last two tie rules; counts one account per proxy
 * in `carried`.
 *
 * @param plannedProxies of equal health and latency, sorted by number
 */
export function inTurn(plannedProxies: readonly PlannedProxy[], carried: Carried): readonly PlannedProxy[] {
  const rounds = Map.groupBy(plannedProxies, ({ network }) => Math.max(1, carried.add(network, 1)));
  if (rounds.size === 1) return plannedProxies;
  return [...rounds].sort(([a], [b]) => a - b).flatMap(([, round]) => round);
}

/**
 * Proxies of equal health and latency, taken by the last two tie rules: the next one is always in the network that
 * carries the model least, and is the oldest there. Several models take from one shelf in sequence; a take costs O(log
 * n) per proxy, plus one step for each network that already carries the model.
 */
export class NetworkShelf {
  /** The oldest first: what the next model carries is not known yet. */
  readonly #rows = new RowHeap<Row>();
  /** Empty between two takes. */
  readonly #queue = new RowHeap<Row>();
  /** The proxies as long as none is taken: if one model takes them all, rows are not needed. */
  #whole: readonly PlannedProxy[];
  #size: number;

  /** @param plannedProxies sorted by number */
  constructor(plannedProxies: readonly PlannedProxy[]) {
    this.#whole = plannedProxies;
    this.#size = plannedProxies.length;
  }

  /** Number of remaining proxies. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes up to `count` proxies for a model, at most `quota` of them from the shelf and the others from its `own`, and
   * counts one account per proxy in `carried`.
   */
  take(count: number, carried: Carried, own: readonly PlannedProxy[] = [], quota = count): readonly PlannedProxy[] {
    const whole = this.#whole;
    this.#whole = [];
    if (whole.length > 0 && own.length === 0 && Math.min(count, quota) >= whole.length) {
      this.#size = 0;
      return inTurn(whole, carried);
    }
    for (const row of rowsOf(whole, false)) this.#rows.push(0, row.oldest, row);
    const queue = this.#queue;
    const taken: PlannedProxy[] = [];
    const aside: Row[] = [];
    const reserve = this.#size - quota;
    for (const row of rowsOf(own, true)) queue.push(carried.on(row.network), row.oldest, row);
    while (taken.length < count) {
      const mayShare = this.#size > reserve;
      if (own.length > 0) catchUp(queue, carried);
      const row = (mayShare ? this.#fresh(queue, carried) : undefined) ?? queue.pop();
      if (!row) break;
      if (!row.isOwn && !mayShare) {
        aside.push(row);
        continue;
      }
      const planned = row.plannedProxies[row.next] as PlannedProxy;
      taken.push(planned);
      const now = carried.add(row.network, 1);
      if (!row.isOwn) this.#size -= 1;
      if (advance(row)) queue.push(now, row.oldest, row);
    }
    for (let row = queue.popAny(); row; row = queue.popAny()) if (!row.isOwn) this.#rows.push(0, row.oldest, row);
    for (const row of aside) this.#rows.push(0, row.oldest, row);
    return taken;
  }

  /** The first row on the shelf that carries none of the model, if it precedes everything in the queue. */
  #fresh(queue: RowHeap<Row>, carried: Carried): Row | undefined {
    for (let front = this.#rows.peek(); front; front = this.#rows.peek()) {
      const here = carried.on(front.network);
      if (here === 0) return queue.isBelow(0, front.oldest) ? undefined : this.#rows.pop();
      this.#rows.pop();
      queue.push(here, front.oldest, front);
    }
    return undefined;
  }
}

/**
 * A network can be in the queue twice, with shelf proxies and with own ones: a take from one also counts for the other.
 */
function catchUp(queue: RowHeap<Row>, carried: Carried): void {
  for (let row = queue.peek(); row; row = queue.peek()) {
    const here = carried.on(row.network);
    if (!queue.isBelow(here, row.oldest)) return;
    queue.replace(here, row.oldest, row);
  }
}

/** @returns whether the row has a next proxy */
function advance(row: Row): boolean {
  row.next += 1;
  const planned = row.plannedProxies[row.next];
  if (planned) row.oldest = planned.id;
  return planned !== undefined;
}

/** A row for each network. What an unknown network carries is not counted, so its proxies can share a row as well. */
function rowsOf(plannedProxies: readonly PlannedProxy[], isOwn: boolean): Row[] {
  const rows: Row[] = [];
  const byNetwork = new Map<string | null, Row>();
  for (let at = 0; at < plannedProxies.length; at += 1) {
    const planned = plannedProxies[at] as PlannedProxy;
    const known = byNetwork.get(planned.network);
    if (known) {
      known.plannedProxies.push(planned);
      continue;
    }
    const row = {
      network: planned.network,
      plannedProxies: [planned],
      next: 0,
      oldest: planned.id,
      isOwn,
    };
    rows.push(row);
    byNetwork.set(planned.network, row);
  }
  return rows;
}
