/**
 * A binary heap of items with two whole numbers each, the lowest on top: the first number decides, then the second. It
 * compares numbers without calling a function, and without joining them into one that does not fit into a small integer.
 */
export class RowHeap<T> {
  readonly #firsts: number[] = [];
  readonly #seconds: number[] = [];
  readonly #items: T[] = [];
  #size = 0;

  peek(): T | undefined {
    return this.#size > 0 ? this.#items[0] : undefined;
  }

  /** Whether the top item has lower numbers than these. */
  isBelow(first: number, second: number): boolean {
    return this.#size > 0 && this.#precedes(0, first, second);
  }

  push(first: number, second: number, item: T): void {
    let at = this.#size;
    this.#size += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#precedes(parent, first, second)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#set(at, first, second, item);
  }

  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    const top = this.#items[0];
    this.#size -= 1;
    const last = this.#size;
    this.replace(this.#firsts[last] as number, this.#seconds[last] as number, this.#items[last] as T);
    return top;
  }

  /** Takes an item that need not be the top one, which costs less. */
  popAny(): T | undefined {
    if (this.#size === 0) return undefined;
    this.#size -= 1;
    return this.#items[this.#size];
  }

  /** Replaces the top item. */
  replace(first: number, second: number, item: T): void {
    const count = this.#size;
    let at = 0;
    for (let child = 1; child < count; child = 2 * at + 1) {
      const next = child + 1;
      if (next < count && this.#precedes(next, this.#firsts[child] as number, this.#seconds[child] as number)) {
        child = next;
      }
      if (!this.#precedes(child, first, second)) break;
      this.#move(child, at);
      at = child;
    }
    this.#set(at, first, second, item);
  }

  #precedes(at: number, first: number, second: number): boolean {
    const here = this.#firsts[at] as number;
    return here < first || (here === first && (this.#seconds[at] as number) < second);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#firsts[from] as number, this.#seconds[from] as number, this.#items[from] as T);
  }

  #set(at: number, first: number, second: number, item: T): void {
    this.#firsts[at] = first;
    this.#seconds[at] = second;
    this.#items[at] = item;
  }
}
