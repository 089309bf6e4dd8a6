import { z } from 'zod';
import { COUNTED, PAGE_SIDES, type Page, type PageFrom } from '../domain/page.ts';
import { type IdKind, idNumber } from './custom-id.ts';
import { button } from './parts.ts';
import { count } from './text.ts';

/** Parameters of a paging button: the list, and the row from which the page continues. */
export const pageParams = { list: idNumber, side: z.enum(PAGE_SIDES), id: idNumber };
type PageId = IdKind<z.ZodObject<typeof pageParams>>;

type Shown = Pick<Page<{ id: number }, unknown>, 'queryId' | 'rows' | 'before' | 'total'>;

/** `1,204`, or `10,000+` if there are more. */
export function cappedCount(counted: number): string {
  return counted > COUNTED ? `${count(COUNTED)}+` : count(counted);
}

/** `16–30 of 1,204`; beyond the rows that are counted, `10,000+ of 10,000+`. */
export function pageRange({ rows, before, total }: Pick<Shown, 'rows' | 'before' | 'total'>): string {
  const range = before > COUNTED ? cappedCount(before) : `${count(before + 1)}–${count(before + rows.length)}`;
  return `${range} of ${cappedCount(total)}`;
}

/**
 * `Previous` and `Next`, disabled at the ends of the list; none for an empty list. The end of a list that is too long to be counted
 * is not known: `Next` leads to its first page there.
 */
export function pageButtons(id: PageId, { queryId: list, rows, before, total }: Shown) {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) return [];
  const flip = (from: PageFrom) => id.encode({ list, ...from });
  const isLast = total <= COUNTED && before + rows.length >= total;
  return [
    button('Previous', flip({ side: 'before', id: first.id }), 'secondary', before === 0),
    button('Next', flip({ side: 'after', id: last.id }), 'secondary', isLast),
  ];
}
