import type { Carried } from './carried.ts';
import { Heap } from './heap.ts';
import type { PlannedProxy } from './planned-proxy.ts';

/** The proxies of one network; those before `next` are taken. */
interface Row {
  readonly network: string | null;
  readonly plannedProxies: PlannedProxy[];
  next: number;
  /** The number of the next proxy. */
  oldest: number;
  /** How many accounts of the current model the network carries, as far as this row knows. */
  carried: number;
  /** Reserved for the current model, so it does not go back to the shelf. */
  readonly isOwn: boolean;
}

const byOldest = (a: Row, b: Row): number => a.oldest - b.oldest;
const byCarried = (a: Row, b: Row): number => a.carried - b.carried || byOldest(a, b);

/**
 * Proxies of equal health and speed, taken by the last two tie rules: the next one is always in the network that
 * carries the model least, and is the oldest there. Several models take from one shelf in sequence; a take costs O(log
 * n) per proxy, plus one step for each network that already carries the model.
 */
export class NetworkShelf {
  readonly #rows = new Heap<Row>(byOldest);
  #size: number;

  /** @param plannedProxies sorted by number */
  constructor(plannedProxies: readonly PlannedProxy[]) {
    this.#size = plannedProxies.length;
    for (const row of rowsOf(plannedProxies, false)) this.#rows.push(row);
  }

  /** Number of remaining proxies. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes up to `count` proxies for a model, at most `quota` of them from the shelf and the others from its `own`, and
   * counts one account per proxy in `carried`.
   */
  take(count: number, carried: Carried, own: readonly PlannedProxy[] = [], quota = count): PlannedProxy[] {
    const queue = new Heap<Row>(byCarried);
    const taken: PlannedProxy[] = [];
    const aside: Row[] = [];
    const reserve = this.#size - quota;
    for (const row of rowsOf(own, true)) {
      row.carried = carried.on(row.network);
      queue.push(row);
    }
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
      row.carried = carried.add(planned.network, 1);
      if (!row.isOwn) this.#size -= 1;
      if (advance(row)) queue.push(row);
    }
    for (const row of queue.rest()) if (!row.isOwn) aside.push(row);
    for (const row of aside) this.#rows.push(row);
    return taken;
  }

  /** The first row on the shelf that carries none of the model, if it precedes everything in the queue. */
  #fresh(queue: Heap<Row>, carried: Carried): Row | undefined {
    for (let front = this.#rows.peek(); front; front = this.#rows.peek()) {
      front.carried = carried.on(front.network);
      if (front.carried === 0) {
        const queued = queue.peek();
        return queued && byCarried(queued, front) < 0 ? undefined : this.#rows.pop();
      }
      this.#rows.pop();
      queue.push(front);
    }
    return undefined;
  }
}

/**
 * A network can be in the queue twice, with shelf proxies and with own ones: a take from one also counts for the other.
 */
function catchUp(queue: Heap<Row>, carried: Carried): void {
  for (let row = queue.peek(); row && row.carried < carried.on(row.network); row = queue.peek()) {
    row.carried = carried.on(row.network);
    queue.replace(row);
  }
}

/** @returns whether the row has a next proxy */
function advance(row: Row): boolean {
  row.next += 1;
  const planned = row.plannedProxies[row.next];
  if (planned) row.oldest = planned.proxy.id;
  return planned !== undefined;
}

/** A row for each network. What an unknown network carries is not counted, so its proxies can share a row as well. */
function rowsOf(plannedProxies: readonly PlannedProxy[], isOwn: boolean): Row[] {
  const rows: Row[] = [];
  const byNetwork = new Map<string | null, Row>();
  for (const planned of plannedProxies) {
    const known = byNetwork.get(planned.network);
    if (known) {
      known.plannedProxies.push(planned);
      continue;
    }
    const row = {
      network: planned.network,
      plannedProxies: [planned],
      next: 0,
      oldest: planned.proxy.id,
      carried: 0,
      isOwn,
    };
    rows.push(row);
    byNetwork.set(planned.network, row);
  }
  return rows;
}
