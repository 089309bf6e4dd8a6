import { type SQL, type StringChunk, sql } from 'drizzle-orm';
import { z } from 'zod';
import { COUNTED, type PageFrom } from '../../domain/page.ts';
import type { Db, Tx } from '../client.ts';
import { firstRow, onlyRow, rows } from '../sql/rows.ts';

/** Rows that follow one another in an index: those that `where` is true of, by `key` and then by number, both in one direction. */
export interface Stretch {
  /** The number, as a column of the table that has the index. */
  id: StringChunk;
  /** Absent: all rows. */
  where?: SQL;
  /** Absent: by number alone. */
  key?: { column: StringChunk; type: 'text' | 'int' | 'timestamptz' };
  isDescending?: boolean;
}

/** A list in an order that is made of stretches, so that a page of a long list is read from an index. */
export interface Listing {
  from: SQL;
  /** The number. */
  id: StringChunk;
  where: SQL;
  stretches: readonly Stretch[];
  /** Whether the order is by columns of the listed table itself, so that it costs nothing to read them with each row. */
  isOwnOrder: boolean;
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
/** The numbers of a page's rows, in order, and its place in the list. */
export type ListedPage = z.infer<typeof FOUND>;

const MOST = sql.raw(String(COUNTED));
const CAP = sql.raw(`limit ${COUNTED + 1}`);

/**
 * One page: the first, or the one after or before a row, wherever that is in the order now.
 *
 * The rows that match are counted first, up to a limit. If there are no more, they are sorted and nothing else is read: an index of the order
 * would be searched for the few rows that a filter finds, from one end to the other if they are at the other end. A longer list is read
 * from the index of its order.
 */
export async function readListing(db: Db | Tx, listing: Listing, request: PageRequest): Promise<ListedPage> {
  const short = await readShort(db, listing, request);
  return short.total <= COUNTED ? short : readLong(db, listing, request, short.total);
}

/** The page of a list of up to `COUNTED` rows; of a longer one only that it is longer. */
function readShort(db: Db | Tx, listing: Listing, { size, from: start }: PageRequest): Promise<ListedPage> {
  const { from, id, where, isOwnOrder } = listing;
  const isBefore = start?.side === 'before';
  const at = sql`${start?.id ?? 0}::int`;
  const order = orderOf(listing);
  const columns = sql`${id} as id, ${sql.join(
    order.map(({ column }) => column),
    sql`, `,
  )}`;
  // The row where the page begins is put in order too, though the filter may no longer find it.
  const ids = start ? sql`(select id from found union select ${at})` : sql`(select id from found)`;
  const begin = start ? sql`union select ${columns} from ${from} where ${id} = ${at}` : sql``;
  const ordered = isOwnOrder
    ? sql`select * from found ${begin}`
    : sql`select ${columns} from ${from} where ${id} = any (array${ids})`;
  const beyond = start ? sql`and n ${sql.raw(isBefore ? '<' : '>')} (select n from numbered where id = ${at})` : sql``;
  const isFound = start ? sql`(id <> ${at} or ${at} in (select id from found))` : sql`true`;
  const statement = sql`
    with found as materialized (select ${isOwnOrder ? columns : sql`${id} as id`} from ${from} where ${where} ${CAP}),
    numbered as (
      select id, row_number() over (order by ${sql.join(
        order.map(({ by }) => by),
        sql`, `,
      )}) as n
      from (${ordered}) o where (select count(*) from found) <= ${MOST}
    ),
    page as (select id, n from numbered where ${isFound} ${beyond} order by n ${sql.raw(isBefore ? 'desc' : 'asc')} limit ${size})
    select (select count(*)::int from found) as total, (select coalesce(array_agg(id order by n), '{}') from page) as ids,
      (select count(*)::int from numbered where ${isFound} and n < (select min(n) from page)) as before`;
  return onlyRow(db, FOUND, statement);
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
  { size, from, isExact = false }: PageRequest,
  capped: number,
): Promise<ListedPage> {
  const place = from && (await placeOf(db, listing, from.id));
  const ids = from && !place ? [] : await walk(db, listing, { size, place, isBefore: from?.side === 'before' });
  const first = ids[0];
  const isAtStart = from === undefined || first === undefined;
  if (isAtStart && !isExact) return { ids, total: capped, before: 0 };
  const total = isExact ? countOf([sql`select from ${listing.from} where ${listing.where}`]) : sql.raw(String(capped));
  const before = isAtStart ? sql`0` : countUpTo(await partsBefore(db, listing, first));
  return { ids, ...(await onlyRow(db, COUNTS, sql`select ${total} as total, ${before} as before`)) };
}

/** Where a row is in the order. */
interface Place {
  /** Index of the stretch. */
  stretch: number;
  key: string | null;
  id: number;
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
  /** Undefined: from the end. */
  place: Place | undefined;
  isBefore: boolean;
}

/** Reads one stretch after the other until the page is full. */
async function walk(db: Db | Tx, listing: Listing, { size, place, isBefore }: Walk): Promise<number[]> {
  const order = [...listing.stretches.keys()];
  const left = isBefore ? order.slice(0, (place?.stretch ?? 0) + 1).reverse() : order.slice(place?.stretch ?? 0);
  const found: number[] = [];
  for (const stretch of left) {
    if (found.length >= size) break;
    found.push(...(await readStretch(db, listing, stretch, { size: size - found.length, place, isBefore })));
  }
  return isBefore ? found.reverse() : found;
}

const ID = z.strictObject({ id: z.int() });

async function readStretch(db: Db | Tx, listing: Listing, index: number, { size, ...side }: Walk): Promise<number[]> {
  const { id, key, isDescending = false } = stretchAt(listing, index);
  const direction = sql.raw(isDescending === side.isBefore ? 'asc' : 'desc');
  const by = sql.join(
    [...(key ? [key.column] : []), id].map((column) => sql`${column} ${direction}`),
    sql`, `,
  );
  const statement = sql`${within(listing, index, side, id)} order by ${by} limit ${size}`;
  return (await rows(db, ID, statement)).map((row) => row.id);
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
  return stretches.map((stretch) => within(listing, stretch, { place, isBefore: true }));
}

const countOf = (parts: readonly SQL[], most = sql``): SQL => {
  const each = parts.map((part) => sql`(${part} ${most})`);
  return sql`(select count(*)::int from (select from (${sql.join(each, sql` union all `)}) x ${most}) y)`;
};

/** Counts rows up to `COUNTED` + 1. */
export const countUpTo = (parts: readonly SQL[]): SQL => countOf(parts, CAP);
