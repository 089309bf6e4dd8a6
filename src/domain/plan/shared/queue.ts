import type { WaitingAccount } from './pool.ts';

/**
 * The accounts of a model that want a proxy, the longest waiting first, the lower number where two waited equally long.
 * Numbers and times stand in two lists: of hundreds of thousands, these are sorted in half the time that objects take.
 */
export interface Queue {
  readonly ids: readonly number[];
  /** Epoch milliseconds. */
  readonly since: readonly number[];
}

export const NOBODY: Queue = { ids: [], since: [] };

/** Where an account stands among those of all models. */
export interface Turn {
  readonly since: number;
  readonly id: number;
}

/** Later than every account. */
const LAST = Number.MAX_SAFE_INTEGER;

/** The turn of an account by its place in the queue; past the end of it, the last turn of all. */
export function turnOf({ ids, since }: Queue, at: number): Turn {
  return { since: since[at] ?? LAST, id: ids[at] ?? LAST };
}

export function compareTurns(a: Turn, b: Turn): number {
  return a.since - b.since || a.id - b.id;
}

export function queuesByModel(accounts: readonly WaitingAccount[]): Map<number, Queue> {
  const queues = new Map<number, { ids: number[]; since: number[] }>();
  for (const { id, modelId, waitingSince } of accounts) {
    const queue = queues.get(modelId);
    if (queue) {
      queue.ids.push(id);
      queue.since.push(waitingSince);
    } else {
      queues.set(modelId, { ids: [id], since: [waitingSince] });
    }
  }
  return new Map([...queues].map(([modelId, queue]) => [modelId, longestFirst(queue)]));
}

function longestFirst({ ids, since }: Queue): Queue {
  const order = roughOrder(since);
  order.sort((a, b) => (since[a] as number) - (since[b] as number) || (ids[a] as number) - (ids[b] as number));
  return { ids: order.map((at) => ids[at] as number), since: order.map((at) => since[at] as number) };
}

/**
 * Places by time, as exactly as time and place fit into one number. Plain numbers are sorted many times as fast as by a
 * comparison, and what is sorted already costs that one next to nothing.
 */
function roughOrder(since: readonly number[]): number[] {
  const count = since.length;
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const time of since) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  const step = Math.max(1, ((last - first + 1) * count) / 2 ** 52);
  const keys = new Float64Array(count);
  for (let at = 0; at < count; at += 1) keys[at] = Math.floor(((since[at] as number) - first) / step) * count + at;
  const order: number[] = [];
  for (const key of keys.sort()) order.push(key % count);
  return order;
}
