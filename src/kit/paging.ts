import { z } from 'zod';
import { COUNTED, PAGE_SIDES, type Page, type PageFrom } from '../domain/page.ts';
import { type IdKind, idNumber } from './custom-id.ts';
import { button } from './parts.ts';
import { count } from './text.ts';

/** Parameters of a paging button: the list, and where the page starts. */
export const pageParams = { list: idNumber, side: z.enum(PAGE_SIDES), id: idNumber };
type PageId = IdKind<z.ZodObject<typeof pageParams>>;

/** Parameters of a select menu that leads to a group of a list. */
export const jumpParams = { list: idNumber };

type Shown = Omit<Page<{ id: number }, unknown>, 'filter'>;

/** `1,204`, or `10,000+` if there are more. */
export function cappedCount(counted: number): string {
  return counted > COUNTED ? `${count(COUNTED)}+` : count(counted);
}

/** `16–30 of 1,204`; beyond the rows that are counted, `10,000+ of 10,000+`. */
export function pageRange({ rows, before, total }: Pick<Shown, 'rows' | 'before' | 'total'>): string {
  const range = before > COUNTED ? cappedCount(before) : `${count(before + 1)}–${count(before + rows.length)}`;
  return `${range} of ${cappedCount(total)}`;
}

/** Whether the page shows the whole list. */
function isWhole({ before, isLast }: Pick<Shown, 'before' | 'isLast'>): boolean {
  return before === 0 && isLast;
}

/**
 * `Page 2 of 334`; of a list that is too long to be counted `Page 2 of 667+`, and beyond the rows that are counted `Page 667+` or
 * `Last page`. Undefined for a list of one page.
 */
export function pageNumber({ before, total, size, isLast }: Omit<Shown, 'rows' | 'queryId'>): string | undefined {
  if (isWhole({ before, isLast })) return undefined;
  const isCounted = total <= COUNTED;
  // A page that is not the whole list has another one beside it.
  const counted = Math.max(2, Math.ceil(Math.min(total, COUNTED) / size));
  if (before > COUNTED) return isLast ? 'Last page' : `Page ${count(counted)}+`;
  // Rows that were added or removed since shift a page against the others.
  const nearest = before === 0 ? 1 : Math.max(2, Math.round(before / size) + 1);
  if (isCounted) return `Page ${count(isLast ? counted : Math.min(nearest, counted - 1))} of ${count(counted)}`;
  return `Page ${count(nearest)} of ${isLast ? count(nearest) : `${count(Math.max(counted, nearest))}+`}`;
}

/** The line below the title of a list: `-# Page 2 of 334 · provider acme`. */
export function pageLine(
  page: Omit<Shown, 'rows' | 'queryId'>,
  words: readonly (string | false)[],
  all: string,
): string {
  const named = words.filter((word) => word !== false);
  return `-# ${[pageNumber(page), named.length > 0 ? named.join(' · ') : all].filter(Boolean).join(' · ')}`;
}

/** `«`, `Previous`, `Next` and `»`, which fit beside each other on a phone; disabled at the ends of the list, none for a list of one page. */
export function pageButtons(id: PageId, page: Shown) {
  const { queryId: list, rows, before, isLast } = page;
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last || isWhole(page)) return [];
  const flip = (label: string, from: PageFrom, isDisabled: boolean) =>
    button(label, id.encode({ list, ...from }), 'secondary', isDisabled);
  return [
    flip('«', { side: 'first', id: 0 }, before === 0),
    flip('Previous', { side: 'before', id: first.id }, before === 0),
    flip('Next', { side: 'after', id: last.id }, isLast),
    flip('»', { side: 'last', id: 0 }, isLast),
  ];
}
