import type { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import type { Db } from '../../db/client.ts';
import { findListQuery, insertListQuery } from '../../db/queries/list-queries.ts';
import type { Page, PageFrom } from '../../domain/page.ts';
import { NOTHING_SHARED, type SharedResults } from './shared-results.ts';

/** A page without the fields that the list adds. */
type Read<P> = Omit<P, 'queryId' | 'filter' | 'size'>;

/** A list with pages. Its filter is stored, so that the buttons still work after a restart. */
export class StoredList<P extends Page<unknown, unknown>> {
  readonly #db: Db;
  readonly #kind: string;
  readonly #filter: z.ZodType<P['filter']>;
  readonly #again: string;
  readonly #read: (filter: P['filter'], from?: PageFrom) => Promise<Read<P>>;
  readonly #size: number;
  readonly #shared: SharedResults;

  /**
   * @param options.filter validates the stored filter, since another version of the program may have written it
   * @param options.again how to get a new list
   * @param options.size rows per full page
   */
  constructor(
    db: Db,
    options: {
      kind: string;
      filter: z.ZodType<P['filter']>;
      again: string;
      size: number;
      shared?: SharedResults | undefined;
      read(filter: P['filter'], from?: PageFrom): Promise<Read<P>>;
    },
  ) {
    this.#db = db;
    this.#kind = options.kind;
    this.#filter = options.filter;
    this.#again = options.again;
    this.#size = options.size;
    this.#shared = options.shared ?? NOTHING_SHARED;
    this.#read = (filter, from) => this.#shared.get([options.kind, filter, from], () => options.read(filter, from));
  }

  /** The first page, and the query number for `page`. */
  async first(filter: P['filter']): Promise<P> {
    const queryId = await insertListQuery(this.#db, this.#kind, filter);
    return this.#page(queryId, filter, await this.#read(filter));
  }

  /**
   * The page that starts there; the first page if that page is empty.
   *
   * @throws UserError if the list has expired
   */
  async page(queryId: number, from: PageFrom): Promise<P> {
    const filter = await this.filterOf(queryId);
    const read = await this.#read(filter, from);
    const { rows, before } = read as Pick<P, 'rows' | 'before'>;
    const isShortHead = from.side === 'before' && before === 0 && rows.length < this.#size;
    const isLost = rows.length === 0 || isShortHead;
    return this.#page(queryId, filter, isLost ? await this.#read(filter) : read);
  }

  /** @throws UserError if the list has expired */
  async filterOf(queryId: number): Promise<P['filter']> {
    const stored = this.#filter.safeParse(await findListQuery(this.#db, this.#kind, queryId));
    if (stored.success) return stored.data;
    throw new UserError('list_expired', 'This list is too old.', this.#again);
  }

  #page(queryId: number, filter: P['filter'], read: Read<P>): P {
    return { ...read, queryId, filter, size: this.#size } as P;
  }
}
