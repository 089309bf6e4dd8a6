/**
 * Sorts the indexes of a list by a number, then by `compare`. Plain numbers sort many times as fast as with a comparison
 * function, which then only has to look whether they are in order.
 *
 * @param keys whole numbers from 0 that do not contradict `compare`: if an item comes first, its key is not higher. They
 * are overwritten. Key and index together must fit into 52 bits.
 */
export function sortedIndexes(keys: Float64Array, compare: (a: number, b: number) => number): Uint32Array {
  const count = keys.length;
  const size = 2 ** Math.ceil(Math.log2(count));
  for (let at = 0; at < count; at += 1) keys[at] = (keys[at] as number) * size + at;
  // Numbers from 0 sort like the bits that they are stored as, and whole numbers sort faster.
  new BigUint64Array(keys.buffer).sort();
  const order = new Uint32Array(count);
  let isInOrder = true;
  for (let at = 0; at < count; at += 1) {
    const key = keys[at] as number;
    order[at] = key - Math.floor(key / size) * size;
    if (at > 0 && isInOrder) isInOrder = compare(order[at - 1] as number, order[at] as number) <= 0;
  }
  return isInOrder ? order : order.sort(compare);
}

/** Times since the first one as keys for `sortedIndexes`, as exactly as time and index fit into one number. */
export function roughTimes(since: Float64Array): Float64Array {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (let at = 0; at < since.length; at += 1) {
    first = Math.min(first, since[at] as number);
    last = Math.max(last, since[at] as number);
  }
  const step = Math.max(1, ((last - first) * since.length) / 2 ** 51);
  return since.map((each) => Math.floor((each - first) / step));
}
