/** Object identifiers of PostgreSQL's types (`pg_type.oid`); built-in types have the same everywhere. */
const OIDS = { int8: 20, int8Array: 1016, timestamptz: 1184, numeric: 1700 } as const;

/**
 * How values of a type are read from the server's text. Every driver uses these parsers, so that a statement gives the same values
 * over each of them. A type that is not listed is read as the driver reads it.
 */
export const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [OIDS.int8, toInteger],
  [OIDS.int8Array, toIntegers],
  [OIDS.timestamptz, toDate],
  [OIDS.numeric, Number],
]);

/** @throws RangeError for an integer that a number cannot hold exactly */
function toInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint is too large for a number');
  return value;
}

/** @throws RangeError for an element that a number cannot hold exactly, or that is null */
function toIntegers(text: string): number[] {
  const elements = text.slice(1, -1);
  return elements === '' ? [] : elements.split(',').map(toInteger);
}

/** @throws RangeError for `infinity`, which no Date can hold */
function toDate(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new RangeError('a timestamp is out of the range of a Date');
  return date;
}
