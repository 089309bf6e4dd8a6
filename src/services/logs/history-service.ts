import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import { findAccount } from '../../db/queries/accounts/accounts.ts';
import { listHistory, readHistory } from '../../db/queries/assignments/history.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findProxy } from '../../db/queries/proxies/proxies.ts';
import type { Actor } from '../../domain/actor.ts';
import type { HistoryEntry, HistoryFilter, HistoryPage } from '../../domain/history-view.ts';
import type { PageFrom } from '../../domain/page.ts';
import { readMoment } from '../../domain/parse/fields/moment.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import type { SharedResults } from '../shared/shared-results.ts';
import { StoredList } from '../shared/stored-list.ts';

const PAGE_SIZE = 8;
const BATCH = 5000;

const storedFilter = z.object({
  proxyId: z.int().optional(),
  accountId: z.int().optional(),
  day: z.string().optional(),
});

/** Reads the history: which account used which proxy, and when. */
export class HistoryService {
  readonly #db: Db;
  readonly #list: StoredList<HistoryPage>;

  constructor(deps: { db: Db; shared?: SharedResults }) {
    this.#db = deps.db;
    this.#list = new StoredList<HistoryPage>(deps.db, {
      kind: 'proxy.history',
      filter: storedFilter,
      again: 'Run /proxy history again.',
      size: PAGE_SIZE,
      shared: deps.shared,
      read: async (filter, from) => {
        const [page, subject] = await Promise.all([
          listHistory(this.#db, filter, PAGE_SIZE, from),
          this.#subject(filter),
        ]);
        return { ...page, subject };
      },
    });
  }

  list(filter: HistoryFilter): Promise<HistoryPage> {
    return this.#list.first(filter);
  }

  page(queryId: number, from: PageFrom): Promise<HistoryPage> {
    return this.#list.page(queryId, from);
  }

  /**
   * The same list, for one day.
   *
   * @param day in one of the usual forms: `2026-12-31`, `31.12.2026`; empty for all days
   * @throws UserError for an invalid date
   */
  async onDay(queryId: number, day: string): Promise<HistoryPage> {
    const { day: _former, ...filter } = await this.#list.filterOf(queryId);
    if (day === '') return this.list(filter);
    const read = readMoment(day);
    if (read instanceof Refusal) {
      throw new UserError('bad_day', 'Invalid date.', 'Use YYYY-MM-DD, such as 2026-12-31.');
    }
    return this.list({ ...filter, day: read.toISOString().slice(0, 10) });
  }

  /** All entries of a list in batches, the newest first. The export is recorded in the audit log. */
  async *all(actor: Actor, queryId: number): AsyncGenerator<HistoryEntry[]> {
    const filter = await this.#list.filterOf(queryId);
    await insertAudit(this.#db, actor, {
      action: 'history.export',
      entity: 'export',
      entityId: 'history',
      after: filter,
    });
    yield* readHistory(this.#db, filter, BATCH);
  }

  async #subject({ proxyId, accountId }: HistoryFilter): Promise<HistoryPage['subject']> {
    if (accountId !== undefined) {
      const account = await findAccount(this.#db, accountId);
      if (!account) throw notFound('account');
      return { kind: 'account', name: account.username };
    }
    if (proxyId === undefined) return null;
    const proxy = await findProxy(this.#db, proxyId);
    if (!proxy) throw notFound('proxy', proxyId);
    return { kind: 'proxy', id: proxyId, host: proxy.host, port: proxy.port };
  }
}
