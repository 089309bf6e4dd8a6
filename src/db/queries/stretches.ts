import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { COUNTED, type PageFrom } from '../../domain/page.ts';
import type { Db, Tx } from '../client.ts';
import { firstRow, onlyRow, rows } from '../sql/rows.ts';

/** Rows that follow one another in an index: those that `where` is true of, by `key` and then by number, both in one direction. */
export interface Stretch {
  /** Absent: all rows. */
  where?: SQL;
  /** Absent: by number alone. */
  key?: SQL;
  isDescending?: boolean;
}

/** A list in an order that is made of stretches, so that a page is read from an index, and nothing is sorted that is not shown. */
export interface Listing {
  from: SQL;
  id: SQL;
  where: SQL;
  stretches: readonly Stretch[];
}

/** The numbers of a page's rows, in order. Counts are capped: `COUNTED` + 1 stands for more. */
export interface ListedPage {
  ids: number[];
  total: number;
  before: number;
}

const ID = z.strictObject({ id: z.int() });
const PLACE = z.strictObject({ stretch: z.int().nullable() });
const COUNTS = z.strictObject({ total: z.int(), before: z.int() });

/** One page: the first, or the one after or before a row, wherever that is in the order now. */
export async function readListing(
  db: Db | Tx,
  listing: Listing,
  { size, from }: { size: number; from: PageFrom | undefined },
): Promise<ListedPage> {
  const ids = await readIds(db, listing, size, from);
  const [first] = ids;
  const isWhole = from === undefined && ids.length < size;
  if (isWhole || first === undefined) return { ids, total: ids.length, before: 0 };
  return { ids, ...(await countAround(db, listing, from === undefined ? undefined : first)) };
}

async function readIds(db: Db | Tx, listing: Listing, size: number, from: PageFrom | undefined): Promise<number[]> {
  const start = from && (await stretchOf(db, listing, from.id));
  if (from && start === undefined) return [];
  const isBefore = from?.side === 'before';
  const order = [...listing.stretches.keys()];
  const left = isBefore ? order.slice(0, (start ?? 0) + 1).reverse() : order.slice(start ?? 0);
  const found: number[] = [];
  for (const stretch of left) {
    if (found.length >= size) break;
    const at = from && stretch === start ? from.id : undefined;
    found.push(...(await readStretch(db, listing, { stretch, isBefore, at, size: size - found.length })));
  }
  return isBefore ? found.reverse() : found;
}

interface Run {
  /** Index of the stretch. */
  stretch: number;
  isBefore: boolean;
  /** The row after or before which it begins; undefined: the end of the stretch. */
  at: number | undefined;
  size: number;
}

async function readStretch(db: Db | Tx, listing: Listing, { stretch, isBefore, at, size }: Run): Promise<number[]> {
  const { from, id, where, stretches } = listing;
  const { key, isDescending = false } = stretches[stretch] ?? {};
  const direction = sql.raw(isDescending === isBefore ? 'asc' : 'desc');
  const by = key ? sql`${key} ${direction}, ${id} ${direction}` : sql`${id} ${direction}`;
  const statement = sql`
    select ${id} as id from ${from} where ${where} ${inStretch(listing, stretch, isBefore, at)} order by ${by} limit ${size}`;
  return (await rows(db, ID, statement)).map((row) => row.id);
}

/** Rows of a stretch, all or those on one side of a row. */
function inStretch(listing: Listing, stretch: number, isBefore: boolean, at: number | undefined): SQL {
  const { from, id, stretches } = listing;
  const { where, key, isDescending = false } = stretches[stretch] ?? {};
  const within = where ? sql`and ${where}` : sql``;
  if (at === undefined) return within;
  const compared = sql.raw(isDescending === isBefore ? '>' : '<');
  const beyond = key
    ? sql`and (${key}, ${id}) ${compared} ((select ${key} from ${from} where ${id} = ${at}), ${at})`
    : sql`and ${id} ${compared} ${at}`;
  return sql`${within} ${beyond}`;
}

/** The stretch in which a row is now; undefined if it is in none. */
async function stretchOf(db: Db | Tx, { from, id, stretches }: Listing, at: number): Promise<number | undefined> {
  const cases = stretches.map(({ where }, index) => sql`when ${where ?? sql`true`} then ${sql.raw(String(index))}`);
  const statement = sql`select case ${sql.join(cases, sql` `)} end as stretch from ${from} where ${id} = ${at}`;
  return (await firstRow(db, PLACE, statement))?.stretch ?? undefined;
}

/** How many rows there are, and how many of them before a row; undefined: the first. */
async function countAround(db: Db | Tx, listing: Listing, first: number | undefined) {
  const before = first === undefined ? sql`0` : await beforeRow(db, listing, first);
  const total = capped([sql`select from ${listing.from} where ${listing.where}`]);
  return onlyRow(db, COUNTS, sql`select ${total} as total, ${before} as before`);
}

async function beforeRow(db: Db | Tx, listing: Listing, at: number): Promise<SQL> {
  const last = (await stretchOf(db, listing, at)) ?? 0;
  const parts = [...listing.stretches.keys()].slice(0, last + 1).map((stretch) => {
    const within = inStretch(listing, stretch, true, stretch === last ? at : undefined);
    return sql`select from ${listing.from} where ${listing.where} ${within}`;
  });
  return capped(parts);
}

/** Counts rows, and stops at one more than are counted. */
function capped(parts: readonly SQL[]): SQL {
  const each = parts.map((part) => sql`(${part} limit ${COUNTED + 1})`);
  return sql`(select count(*)::int from (select from (${sql.join(each, sql` union all `)}) x limit ${COUNTED + 1}) y)`;
}
