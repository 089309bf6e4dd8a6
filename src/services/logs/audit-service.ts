import { z } from 'zod';
import { notFound } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { hasActor, listAudit, readAudit } from '../../db/queries/audit-log.ts';
import type { Actor } from '../../domain/actor.ts';
import { AUDIT_ENTITIES, type AuditFilter, type AuditPage, type AuditRow } from '../../domain/audit-view.ts';
import type { PageFrom } from '../../domain/page.ts';
import type { SharedResults } from '../shared/shared-results.ts';
import { StoredList } from '../shared/stored-list.ts';

const PAGE_SIZE = 10;
const BATCH = 5000;

const storedFilter = z.object({
  actor: z.string().optional(),
  entity: z.enum(AUDIT_ENTITIES).optional(),
  entityId: z.string().optional(),
  planId: z.int().optional(),
  days: z.int().optional(),
});

/** Reads the audit log: who changed what, when and why. */
export class AuditService {
  readonly #db: Db;
  readonly #list: StoredList<AuditPage>;

  constructor(deps: { db: Db; shared?: SharedResults }) {
    this.#db = deps.db;
    this.#list = new StoredList<AuditPage>(deps.db, {
      kind: 'audit',
      filter: storedFilter,
      again: 'Run /audit again.',
      size: PAGE_SIZE,
      shared: deps.shared,
      read: (filter, from) => listAudit(this.#db, filter, PAGE_SIZE, from),
    });
  }

  /** @throws UserError for a person or program without any entry */
  async list(filter: AuditFilter): Promise<AuditPage> {
    const { actor } = filter;
    if (actor !== undefined && !(await hasActor(this.#db, actor))) throw notFound('actor', actor);
    return this.#list.first(filter);
  }

  page(queryId: number, from: PageFrom): Promise<AuditPage> {
    return this.#list.page(queryId, from);
  }

  /** All entries of a list in batches, the newest first. The export itself is recorded in the audit log. */
  async *all(actor: Actor, queryId: number): AsyncGenerator<AuditRow[]> {
    const filter = await this.#list.filterOf(queryId);
    await insertAudit(this.#db, actor, { action: 'audit.export', entity: 'export', entityId: 'audit', after: filter });
    yield* readAudit(this.#db, filter, BATCH);
  }
}
