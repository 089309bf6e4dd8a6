/** A page of a list, and where it stands in the whole. */
export interface Page<Row, Filter> {
  /** The list's own number, which its buttons carry. */
  queryId: number;
  filter: Filter;
  rows: readonly Row[];
  /** How many the filter finds. */
  total: number;
  /** How many of them stand before the first row shown. */
  before: number;
}

export const PAGE_SIDES = ['after', 'before'] as const;

/** Where a page goes on: behind or in front of a row, wherever that stands by now, so that rows that come or go do not shift it. */
export interface PageFrom {
  side: (typeof PAGE_SIDES)[number];
  id: number;
}
