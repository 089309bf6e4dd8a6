/** The sum of a value of each item. */
export function sumOf<T>(items: Iterable<T>, value: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum;
}

/** The sum of numbers. */
export function sum(numbers: Iterable<number>): number {
  return sumOf(numbers, (each) => each);
}
