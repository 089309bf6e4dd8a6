/** Rows of a list are counted up to this number; a count of one more stands for any larger number. */
export const COUNTED = 10_000;

/** A page of a list, and its position. */
export interface Page<Row, Filter> {
  /** The number of the list, which its buttons contain. */
  queryId: number;
  filter: Filter;
  rows: readonly Row[];
  /** Number of matching rows, up to `COUNTED`. */
  total: number;
  /** Number of rows before the first one shown, up to `COUNTED`. */
  before: number;
}

export const PAGE_SIDES = ['after', 'before'] as const;

/**
 * The start of a page: after or before a row, wherever that row is by now, so that added and removed rows do not shift
 * the page.
 */
export interface PageFrom {
  side: (typeof PAGE_SIDES)[number];
  id: number;
}
