/** Rows of a list are counted up to this number; a count of one more stands for any larger number. */
export const COUNTED = 10_000;

/** A page of a list, and its place in the whole. */
export interface Page<Row, Filter> {
  /** The list's own number, which its buttons carry. */
  queryId: number;
  filter: Filter;
  rows: readonly Row[];
  /** How many the filter finds, up to `COUNTED`. */
  total: number;
  /** How many of them precede the first row shown, up to `COUNTED`. */
  before: number;
}

export const PAGE_SIDES = ['after', 'before'] as const;

/** Where a page goes on: behind or in front of a row, wherever that stands by now, so that rows that come or go do not shift it. */
export interface PageFrom {
  side: (typeof PAGE_SIDES)[number];
  id: number;
}
