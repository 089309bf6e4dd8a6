import type { z } from 'zod';
import type { Db } from '../db/client.ts';
import { findListQuery, insertListQuery } from '../db/queries/list-queries.ts';
import { UserError } from '../errors.ts';

/** Where a page goes on: behind or in front of a row, wherever that row stands by now. */
export interface PageFrom {
  side: 'after' | 'before';
  id: number;
}

interface Page {
  rows: readonly unknown[];
  /** How many rows stand before the first one shown. */
  before: number;
}

/** A list that people page through: what it was asked for is stored, so that its buttons work after a restart. */
export class StoredList<F, P extends Page> {
  readonly #db: Db;
  readonly #kind: string;
  readonly #filter: z.ZodType<F>;
  readonly #command: string;
  readonly #size: number;
  readonly #read: (filter: F, size: number, from?: PageFrom) => Promise<P>;

  /**
   * @param options.filter checks what is stored again, since the program may be newer than the row
   * @param options.command makes the list anew
   */
  constructor(
    db: Db,
    options: {
      kind: string;
      filter: z.ZodType<F>;
      command: string;
      size: number;
      read(filter: F, size: number, from?: PageFrom): Promise<P>;
    },
  ) {
    this.#db = db;
    this.#kind = options.kind;
    this.#filter = options.filter;
    this.#command = options.command;
    this.#size = options.size;
    this.#read = options.read;
  }

  /** The first page, and the number under which `page` goes on. */
  async first(filter: F): Promise<P & { queryId: number; filter: F }> {
    const queryId = await insertListQuery(this.#db, this.#kind, filter);
    return { ...(await this.#read(filter, this.#size)), queryId, filter };
  }

  /**
   * The page behind or in front of a row; where nothing is left there, the first.
   *
   * @throws UserError where the list is too old
   */
  async page(queryId: number, from?: PageFrom): Promise<P & { queryId: number; filter: F }> {
    const filter = await this.filterOf(queryId);
    const page = await this.#read(filter, this.#size, from);
    const isShortHead = from?.side === 'before' && page.before === 0 && page.rows.length < this.#size;
    const isLost = from !== undefined && (page.rows.length === 0 || isShortHead);
    return { ...(isLost ? await this.#read(filter, this.#size) : page), queryId, filter };
  }

  /** @throws UserError where the list is too old */
  async filterOf(queryId: number): Promise<F> {
    const stored = this.#filter.safeParse(await findListQuery(this.#db, this.#kind, queryId));
    if (stored.success) return stored.data;
    throw new UserError('list_expired', 'This list is too old.', `Run ${this.#command} again.`);
  }
}
