import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import { COUNTED, type PageFrom } from '../../domain/page.ts';
import type { Db, Tx } from '../client.ts';
import { firstRow, ids, onlyRow } from '../sql/rows.ts';

/** Rows that follow one another in an index: those that `where` is true of, by `key` and then by number, both in one direction. */
export interface Stretch {
  /** The number, as a column of the table that has the index. */
  id: StringChunk;
  /** Absent: all rows. */
  where?: SQL;
  /** Absent: by number alone. */
  key?: { column: StringChunk | SQL; type: 'text' | 'text[]' | 'int' | 'timestamptz' };
  isDescending?: boolean;
}

/** A list in an order that is made of stretches, so that a page of a long list is read from an index. */
export interface Listing {
  from: SQL;
  /** The number. */
  id: StringChunk;
  where: SQL;
  /** Conditions that exclude each other and together are `where`, if only each of them alone has an index. The rows are counted by them. */
  parts?: readonly SQL[] | undefined;
  stretches: readonly Stretch[];
  /** Whether the order is by columns of the listed table itself, so that it costs nothing to read them with each row. */
  isOwnOrder: boolean;
  /** The place at which a group of the order begins; undefined for an unknown group. Absent if the order has no groups. */
  groupPlace?: (group: number) => Promise<Place | undefined>;
}

/** A place in the order, at a row or, with the number 0, before all rows that have the key. */
export interface Place {
  /** Index of the stretch. */
  stretch: number;
  key: string | null;
  id: number;
}

export interface PageRequest {
  size: number;
  /** Absent: from the start. */
  from?: PageFrom | undefined;
  /** Whether all rows are counted, however many; otherwise up to `COUNTED`. */
  isExact?: boolean;
}

const COUNTS = z.strictObject({ total: z.int(), before: z.int() });
const FOUND = COUNTS.extend({ ids: z.array(z.int()) });
/** The numbers of a page's rows, in order, and its position in the list. */
export interface ListedPage extends z.infer<typeof FOUND> {
  isLast: boolean;
}

/** Where a page begins: at an end of the list, after or before a row, or at a place. */
type Start =
  | { side: 'first' }
  | { side: 'last' }
  | { side: 'after' | 'before'; id: number }
  | { side: 'group'; place: Place | undefined };

const MOST = sql.raw(String(COUNTED));
const CAP = sql.raw(`limit ${COUNTED + 1}`);

/**
 * One page: at an end of the list, after or before a row, wherever that is in the order now, or at the start of a group.
 *
 * The rows that match are counted first, up to a limit. If there are no more, they are sorted and nothing else is read: an index of the order
 * would be searched for the few rows that a filter finds, from one end to the other if they are at the other end. A longer list is read
 * from the index of its order.
 */
export async function readListing(db: Db | Tx, listing: Listing, request: PageRequest): Promise<ListedPage> {
  const start = await startOf(listing, request.from);
  const short = await readShort(db, listing, start, request.size);
  return short.total <= COUNTED ? short : readLong(db, listing, { ...request, start, capped: short.total });
}

async function startOf({ groupPlace }: Listing, from: PageFrom | undefined): Promise<Start> {
  if (from === undefined) return { side: 'first' };
  if (from.side === 'group') return { side: 'group', place: await groupPlace?.(from.id) };
  return from.side === 'after' || from.side === 'before' ? { side: from.side, id: from.id } : { side: from.side };
}

/** A row that marks a place among the rows of a short list, and what is shown of the rows on either side of it. */
interface Mark {
  id: SQL;
  /** Its columns, for an order whose columns the rows have. */
  row: SQL;
  beyond: SQL;
}

function markOf(listing: Listing, columns: SQL, start: Start): Mark | undefined {
  if (start.side === 'group' && start.place) {
    return { id: sql`0`, row: placeRow(listing, start.place), beyond: sql`n > (select n from numbered where id = 0)` };
  }
  if (start.side !== 'after' && start.side !== 'before') return undefined;
  const id = sql`${start.id}::int`;
  const compared = sql.raw(start.side === 'before' ? '<' : '>');
  return {
    id,
    row: sql`select ${columns} from ${listing.from} where ${listing.id} = ${id}`,
    beyond: sql`n ${compared} (select n from numbered where id = ${id})`,
  };
}

/** The page of a list of up to `COUNTED` rows; of a longer one only that it is longer. */
async function readShort(db: Db | Tx, listing: Listing, start: Start, size: number): Promise<ListedPage> {
  const { id, from, isOwnOrder } = listing;
  const order = orderOf(listing);
  const columns = sql`${id} as id, ${sql.join(
    order.map(({ column }) => column),
    sql`, `,
  )}`;
  // The row where the page begins is put in order too, though the filter may no longer find it.
  const mark = markOf(listing, columns, start);
  const begin = mark ? sql`union ${mark.row}` : sql``;
  const ordered = isOwnOrder
    ? sql`select * from found ${begin}`
    : sql`select ${columns} from ${from} where ${id} = any (array(select id from found)) ${begin}`;
  const isFound = mark ? sql`(id <> ${mark.id} or ${mark.id} in (select id from found))` : sql`true`;
  const isShown =
    start.side === 'last'
      ? sql`n > ((select count(*) from found) - 1) / ${size} * ${size}`
      : (mark?.beyond ?? sql`true`);
  const statement = sql`
    with found as materialized (${matching(listing, isOwnOrder ? columns : sql`${id} as id`)} ${CAP}),
    numbered as (
      select id, row_number() over (order by ${sql.join(
        order.map(({ by }) => by),
        sql`, `,
      )}) as n
      from (${ordered}) o where (select count(*) from found) <= ${MOST}
    ),
    page as (
      select id, n from numbered where ${isFound} and ${isShown} order by n ${sql.raw(start.side === 'before' ? 'desc' : 'asc')} limit ${size}
    )
    select (select count(*)::int from found) as total, (select coalesce(array_agg(id order by n), '{}') from page) as ids,
      (select count(*)::int from numbered where ${isFound} and n < (select min(n) from page)) as before`;
  const page = await onlyRow(db, FOUND, statement);
  return { ...page, isLast: page.before + page.ids.length >= page.total };
}

/** Columns of all rows of a list, in any order. */
function matching({ from, where, parts = [where] }: Listing, columns = sql``): SQL {
  return sql.join(
    parts.map((part) => sql`select ${columns} from ${from} where ${part}`),
    sql` union all `,
  );
}

/** The columns of the order at a place, as a row. */
function placeRow({ stretches }: Listing, { stretch, key, id }: Place): SQL {
  const keys = stretches.flatMap((each, index) => {
    const value = index === stretch ? sql`${key}` : sql`null`;
    return each.key ? [sql`${value}::${sql.raw(each.key.type)}`] : [];
  });
  const number = sql`${id}::int`;
  return sql`select ${sql.join([number, sql`${stretch}::int`, ...keys, number], sql`, `)}`;
}

/** The whole order, as columns and by what they are sorted. */
function orderOf({ stretches }: Listing): { column: SQL; by: SQL }[] {
  const nth = caseOf(stretches, (_, index) => sql.raw(String(index)));
  const keys = stretches.flatMap(({ key, isDescending = false }) =>
    key ? [{ value: sql`${key.column}`, direction: isDescending ? 'desc' : 'asc' }] : [],
  );
  const number = caseOf(stretches, ({ id, isDescending = false }) => (isDescending ? sql`-${id}` : sql`${id}`));
  const all = [{ value: nth, direction: 'asc' }, ...keys, { value: number, direction: 'asc' }];
  return all.map(({ value, direction }, index) => {
    const name = sql.raw(`o${index}`);
    return { column: sql`${value} as ${name}`, by: sql`${name} ${sql.raw(direction)}` };
  });
}

function caseOf(stretches: readonly Stretch[], value: (stretch: Stretch, index: number) => SQL): SQL {
  const cases = stretches.map(
    (stretch, index) => sql`when ${stretch.where ?? sql`true`} then ${value(stretch, index)}`,
  );
  return sql`case ${sql.join(cases, sql` `)} end`;
}

/** The page of a list that is too long to be put in order. */
async function readLong(
  db: Db | Tx,
  listing: Listing,
  { size, start, isExact = false, capped }: PageRequest & { start: Start; capped: number },
): Promise<ListedPage> {
  const { ids, isLast } = await readIds(db, listing, size, start);
  const first = ids[0];
  const isAtStart = start.side === 'first' || first === undefined;
  if (isAtStart && !isExact) return { ids, isLast, total: capped, before: 0 };
  const total = isExact ? countOf([matching(listing)]) : sql.raw(String(capped));
  const before = isAtStart ? sql`0` : countUpTo(await partsBefore(db, listing, first));
  return { ids, isLast, ...(await onlyRow(db, COUNTS, sql`select ${total} as total, ${before} as before`)) };
}

/** The numbers on a page of a long list, which is the last one if it ends there. */
async function readIds(
  db: Db | Tx,
  listing: Listing,
  size: number,
  start: Start,
): Promise<Pick<ListedPage, 'ids' | 'isLast'>> {
  const place = await startPlace(db, listing, start);
  if (place === 'gone') return { ids: [], isLast: true };
  const isBefore = start.side === 'before' || start.side === 'last';
  if (isBefore) return { ids: await walk(db, listing, { size, place, isBefore }), isLast: start.side === 'last' };
  // One row more shows whether a page follows.
  const ids = await walk(db, listing, { size: size + 1, place, isBefore });
  return { ids: ids.slice(0, size), isLast: ids.length <= size };
}

/** Undefined for an end of the list. */
async function startPlace(db: Db | Tx, listing: Listing, start: Start): Promise<Place | 'gone' | undefined> {
  if (start.side === 'first' || start.side === 'last') return undefined;
  const place = start.side === 'group' ? start.place : await placeOf(db, listing, start.id);
  return place ?? 'gone';
}

const PLACE = z.strictObject({ stretch: z.int().nullable(), key: z.string().nullable() });

async function placeOf(db: Db | Tx, { from, id, stretches }: Listing, at: number): Promise<Place | undefined> {
  const stretch = caseOf(stretches, (_, index) => sql.raw(String(index)));
  const key = caseOf(stretches, (each) => (each.key ? sql`${each.key.column}::text` : sql`null`));
  const statement = sql`select ${stretch} as stretch, ${key} as key from ${from} where ${id} = ${at}`;
  const row = await firstRow(db, PLACE, statement);
  return row && row.stretch !== null ? { stretch: row.stretch, key: row.key, id: at } : undefined;
}

interface Walk {
  size: number;
  /** Undefined: from the start, or from the end if it goes backwards. */
  place: Place | undefined;
  isBefore: boolean;
}

/** Reads one stretch after the other until the page is full. */
async function walk(db: Db | Tx, listing: Listing, { size, place, isBefore }: Walk): Promise<number[]> {
  const order = [...listing.stretches.keys()];
  const [first, last] = [place?.stretch ?? 0, place?.stretch ?? order.length - 1];
  const left = isBefore ? order.slice(0, last + 1).reverse() : order.slice(first);
  const found: number[] = [];
  for (const stretch of left) {
    if (found.length >= size) break;
    found.push(...(await readStretch(db, listing, stretch, { size: size - found.length, place, isBefore })));
  }
  return isBefore ? found.reverse() : found;
}

async function readStretch(db: Db | Tx, listing: Listing, index: number, { size, ...side }: Walk): Promise<number[]> {
  const { id, key, isDescending = false } = stretchAt(listing, index);
  const direction = sql.raw(isDescending === side.isBefore ? 'asc' : 'desc');
  const by = sql.join(
    [...(key ? [key.column] : []), id].map((column) => sql`${column} ${direction}`),
    sql`, `,
  );
  const statement = sql`${within(listing, index, side, id)} order by ${by} limit ${size}`;
  return ids(db, statement);
}

function stretchAt({ stretches }: Listing, index: number): Stretch {
  const stretch = stretches[index];
  if (!stretch) throw new Error(`the list has no stretch ${index}`);
  return stretch;
}

/** The rows of a stretch; of the one that has the place, those on one side of it. */
function within(listing: Listing, index: number, { place, isBefore }: Omit<Walk, 'size'>, selected?: StringChunk): SQL {
  const { id, where = sql`true`, key, isDescending = false } = stretchAt(listing, index);
  const compared = sql.raw(isDescending === isBefore ? '>' : '<');
  const keyAt = (at: Place) => sql`${at.key}::${sql.raw(key?.type ?? 'text')}`;
  // The key alone too: if the number is in another table, the pair narrows no index.
  const side = (at: Place) =>
    key
      ? sql`and (${key.column}, ${id}) ${compared} (${keyAt(at)}, ${at.id}::int) and ${key.column} ${compared}= ${keyAt(at)}`
      : sql`and ${id} ${compared} ${at.id}::int`;
  const beyond = place?.stretch === index ? side(place) : sql``;
  const columns = selected ? sql`${selected} as id` : sql``;
  return sql`select ${columns} from ${listing.from} where ${listing.where} and ${where} ${beyond}`;
}

/** The rows before a row, the nearest first: counting often ends with them. */
async function partsBefore(db: Db | Tx, listing: Listing, id: number): Promise<SQL[]> {
  const place = await placeOf(db, listing, id);
  const stretches = [...listing.stretches.keys()].slice(0, (place?.stretch ?? 0) + 1).reverse();
  const { parts = [listing.where] } = listing;
  return stretches.flatMap((stretch) =>
    parts.map((where) => within({ ...listing, where }, stretch, { place, isBefore: true })),
  );
}

const countOf = (parts: readonly SQL[], most = sql``): SQL => {
  const each = parts.map((part) => sql`(${part} ${most})`);
  return sql`(select count(*)::int from (select from (${sql.join(each, sql` union all `)}) x ${most}) y)`;
};

/** Counts rows up to `COUNTED` + 1. */
export const countUpTo = (parts: readonly SQL[]): SQL => countOf(parts, CAP);
