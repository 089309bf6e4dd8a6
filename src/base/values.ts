type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** A copy without the properties that are undefined. */
export function definedOf<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** The values that an object has under the keys of another one. */
export function sameKeys<T extends object>(values: T, keys: Partial<T>): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key in keys)) as Partial<T>;
}
