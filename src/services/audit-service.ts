import { z } from 'zod';
import type { Db } from '../db/client.ts';
import { listAudit, readAudit, suggestActors } from '../db/queries/audit-log.ts';
import { AUDIT_ENTITIES, type AuditFilter, type AuditPage, type AuditRow } from '../domain/audit-view.ts';
import { type PageFrom, StoredList } from './stored-list.ts';

const PAGE_SIZE = 10;
const BATCH = 5000;

const storedFilter = z.object({
  actor: z.string().optional(),
  entity: z.enum(AUDIT_ENTITIES).optional(),
  entityId: z.string().optional(),
  days: z.int().optional(),
});

/** Reading the audit log: who changed what, when and why. */
export class AuditService {
  readonly #db: Db;
  readonly #list: StoredList<AuditFilter, Omit<AuditPage, 'queryId' | 'filter'>>;

  constructor(deps: { db: Db }) {
    this.#db = deps.db;
    this.#list = new StoredList<AuditFilter, Omit<AuditPage, 'queryId' | 'filter'>>(deps.db, {
      kind: 'audit',
      filter: storedFilter,
      command: '/audit',
      size: PAGE_SIZE,
      read: (filter, size, from) => listAudit(this.#db, filter, size, from),
    });
  }

  list(filter: AuditFilter): Promise<AuditPage> {
    return this.#list.first(filter);
  }

  page(queryId: number, from: PageFrom): Promise<AuditPage> {
    return this.#list.page(queryId, from);
  }

  /** All entries of a list, a batch at a time, the newest first. */
  async *all(queryId: number): AsyncGenerator<AuditRow[]> {
    const filter = await this.#list.filterOf(queryId);
    let last: number | undefined;
    for (;;) {
      const rows = await readAudit(this.#db, filter, last, BATCH);
      if (rows.length > 0) yield rows;
      if (rows.length < BATCH) return;
      last = rows.at(-1)?.id;
    }
  }

  suggestActors(typed: string, count: number): Promise<{ id: string; name: string }[]> {
    return suggestActors(this.#db, typed.trim(), count);
  }
}
