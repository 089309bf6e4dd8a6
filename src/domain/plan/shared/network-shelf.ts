import type { Carried } from './carried.ts';
import { Heap } from './heap.ts';
import type { Seat } from './seat.ts';

/** The proxies of one network; those before `next` are taken. */
interface Row {
  readonly network: string | null;
  readonly seats: Seat[];
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

  /** @param seats sorted by number */
  constructor(seats: readonly Seat[]) {
    this.#size = seats.length;
    for (const row of rowsOf(seats, false)) this.#rows.push(row);
  }

  /** Number of remaining proxies. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes up to `count` proxies for a model, at most `quota` of them from the shelf and the others from its `own`, and
   * counts one account per proxy in `carried`.
   */
  take(count: number, carried: Carried, own: readonly Seat[] = [], quota = count): Seat[] {
    const queue = new Heap<Row>(byCarried);
    const taken: Seat[] = [];
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
      const seat = row.seats[row.next] as Seat;
      taken.push(seat);
      row.carried = carried.add(seat.network, 1);
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
  const seat = row.seats[row.next];
  if (seat) row.oldest = seat.proxy.id;
  return seat !== undefined;
}

/** Every host with an unknown network is a row of its own, since it has no known neighbours. */
function rowsOf(seats: readonly Seat[], isOwn: boolean): Row[] {
  const rows: Row[] = [];
  const byNetwork = new Map<string, Row>();
  for (const seat of seats) {
    const known = seat.network === null ? undefined : byNetwork.get(seat.network);
    if (known) {
      known.seats.push(seat);
      continue;
    }
    const row = { network: seat.network, seats: [seat], next: 0, oldest: seat.proxy.id, carried: 0, isOwn };
    rows.push(row);
    if (seat.network !== null) byNetwork.set(seat.network, row);
  }
  return rows;
}
