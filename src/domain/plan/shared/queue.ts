import type { WaitingAccount } from './pool.ts';
import { roughTimes, sortedIndexes } from './sorted-indexes.ts';

/**
 * The accounts of a model that need a proxy, the longest waiting first, then by number. Numbers and times are separate
 * arrays: for hundreds of thousands of accounts, these sort in half the time that objects take.
 */
export interface Queue {
  readonly ids: readonly number[];
  /** Epoch milliseconds. */
  readonly since: readonly number[];
}

export const NOBODY: Queue = { ids: [], since: [] };

/** Position of an account in the order over all models. */
export interface Turn {
  readonly since: number;
  readonly id: number;
}

/** Later than every account. */
const LAST = Number.MAX_SAFE_INTEGER;

/** The turn of an account by its index in the queue; after the end, the last turn. */
export function turnOf({ ids, since }: Queue, at: number): Turn {
  return { since: since[at] ?? LAST, id: ids[at] ?? LAST };
}

export function compareTurns(a: Turn, b: Turn): number {
  return a.since - b.since || a.id - b.id;
}

export function queuesByModel(accounts: readonly WaitingAccount[]): Map<number, Queue> {
  const groups = groupsOf(accounts);
  for (let at = 0; at < accounts.length; at += 1) {
    const { id, modelId, waitingSince } = accounts[at] as WaitingAccount;
    const group = groups.get(modelId) as Group;
    group.ids[group.size] = id;
    group.since[group.size] = waitingSince;
    group.size += 1;
  }
  return new Map([...groups].map(([modelId, group]) => [modelId, longestFirst(group)]));
}

/** The accounts of a model in the order in which they arrive. */
interface Group {
  readonly ids: number[];
  readonly since: Float64Array;
  size: number;
}

/** Empty groups of the right length. Arrays that grow would leave three times as much behind. */
function groupsOf(accounts: readonly WaitingAccount[]): ReadonlyMap<number, Group> {
  const counts = new Map<number, number>();
  for (let at = 0; at < accounts.length; at += 1) {
    const { modelId } = accounts[at] as WaitingAccount;
    counts.set(modelId, (counts.get(modelId) ?? 0) + 1);
  }
  return new Map(
    [...counts].map(([modelId, count]) => [
      modelId,
      { ids: new Array<number>(count), since: new Float64Array(count), size: 0 },
    ]),
  );
}

function longestFirst({ ids, since }: Group): Queue {
  const order = sortedIndexes(
    roughTimes(since),
    (a, b) => (since[a] as number) - (since[b] as number) || (ids[a] as number) - (ids[b] as number),
  );
  const queue = { ids: new Array<number>(order.length), since: new Array<number>(order.length) };
  for (let at = 0; at < order.length; at += 1) {
    queue.ids[at] = ids[order[at] as number] as number;
    queue.since[at] = since[order[at] as number] as number;
  }
  return queue;
}
