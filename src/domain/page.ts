/** Rows of a list are counted up to this number; a count of one more stands for any larger number. */
export const COUNTED = 10_000;

/** The rows of a page, and their position in the list. */
export interface PageRows<Row> {
  rows: readonly Row[];
  /** Number of matching rows, up to `COUNTED`. */
  total: number;
  /** Number of rows before the first one shown, up to `COUNTED`. */
  before: number;
  /** Whether no row follows. */
  isLast: boolean;
}

/** A page of a list, and its position. */
export interface Page<Row, Filter> extends PageRows<Row> {
  /** The number of the list, which its buttons contain. */
  queryId: number;
  filter: Filter;
  /** Number of rows on a full page. */
  size: number;
}

export const PAGE_SIDES = ['after', 'before', 'first', 'last', 'group'] as const;

/**
 * The start of a page: after or before a row, wherever that row is by now, so that added and removed rows do not shift
 * the page; the first or the last page of the list; or the first row of a group.
 */
export interface PageFrom {
  side: (typeof PAGE_SIDES)[number];
  /** The number of the row or of the group; 0 for the first and the last page. */
  id: number;
}

/** A page of rows that are in memory anyway. */
export function pageOf<Row extends { id: number }>(
  all: readonly Row[],
  { size, from }: { size: number; from?: PageFrom | undefined },
): PageRows<Row> {
  const before = Math.max(0, startOf(all, size, from));
  const rows = all.slice(before, before + size);
  return { rows, total: all.length, before, isLast: before + rows.length >= all.length };
}

function startOf(all: readonly { id: number }[], size: number, from: PageFrom | undefined): number {
  if (from === undefined || from.side === 'first') return 0;
  if (from.side === 'last') return startOfLast(all.length, size);
  const at = all.findIndex(({ id }) => id === from.id);
  if (from.side === 'group') return at;
  return from.side === 'after' ? at + 1 : at - size;
}

/** The number of rows before the last page, if every other page is full. */
export function startOfLast(total: number, size: number): number {
  return Math.max(0, Math.ceil(total / size) - 1) * size;
}
