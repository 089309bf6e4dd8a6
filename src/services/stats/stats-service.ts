import { z } from 'zod';
import { notFound } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import { findModel } from '../../db/queries/accounts/models.ts';
import { checkFigures } from '../../db/queries/health/check-log.ts';
import { accountsByModel, proxiesByModel, proxiesByProvider } from '../../db/queries/health/stats.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { type PageFrom, pageOf } from '../../domain/page.ts';
import type { Counted } from '../../domain/pool-figures.ts';
import {
  accountsOf,
  type ModelFigures,
  type ModelPage,
  modelFigures,
  type PoolStats,
  poolStats,
  unusedProxies,
} from '../../domain/stats.ts';
import { sumOf } from '../../domain/sum.ts';
import { NOTHING_SHARED, type SharedResults } from '../shared/shared-results.ts';
import { StoredList } from '../shared/stored-list.ts';

const DEFAULT_DAYS = 7;
/** As many as a message holds, with their names at their longest. */
const PAGE_SIZE = 24;

/** Statistics of the pool. */
export class StatsService {
  readonly #db: Db;
  readonly #shared: SharedResults;
  readonly #models: StoredList<ModelPage>;

  constructor(deps: { db: Db; shared?: SharedResults }) {
    this.#db = deps.db;
    this.#shared = deps.shared ?? NOTHING_SHARED;
    this.#models = new StoredList<ModelPage>(deps.db, {
      kind: 'account.models',
      filter: z.strictObject({}),
      again: 'Run /account models again.',
      size: PAGE_SIZE,
      read: (_filter, from) => this.#readModels(from),
    });
  }

  /**
   * Statistics of the pool, or of one model's part of it, with the checks of the last `days`.
   *
   * @throws UserError if the model does not exist
   */
  async pool({
    model: name,
    days = DEFAULT_DAYS,
  }: {
    model?: string | undefined;
    days?: number | undefined;
  } = {}): Promise<Counted<PoolStats>> {
    const model = name === undefined ? null : await this.model(name);
    return this.#shared.figures(['stats', model, days], () => this.#count(model, days));
  }

  async #count(model: { id: number; name: string } | null, days: number): Promise<PoolStats> {
    const { limit } = await readSettings(this.#db);
    // In parallel, on separate connections: each is a scan of one or two tables.
    const [accounts, uses, healths, checks] = await Promise.all([
      accountsByModel(this.#db, model?.id),
      proxiesByModel(this.#db, limit, model?.id),
      proxiesByProvider(this.#db, limit, model?.id),
      checkFigures(this.#db, days, model?.id),
    ]);
    return poolStats({ accounts, uses, healths }, { model, limit, days, checks });
  }

  /** The first page of models, and the number under which `modelPage` goes on. */
  models(): Promise<ModelPage> {
    return this.#models.first({});
  }

  /** @throws UserError if the list has expired */
  modelPage(queryId: number, from: PageFrom): Promise<ModelPage> {
    return this.#models.page(queryId, from);
  }

  async #readModels(from?: PageFrom) {
    const { models, unused, countedAt } = await this.#shared.figures(['models'], () => this.#countModels());
    const sorted = models.toSorted((a, b) => b.waiting - a.waiting || accountsOf(b) - accountsOf(a));
    return {
      ...pageOf(sorted, { size: PAGE_SIZE, from }),
      unused,
      countedAt,
      waiting: sumOf(models, (each) => each.waiting),
      missing: sumOf(models, (each) => each.missing),
    };
  }

  async #countModels(): Promise<{ models: ModelFigures[]; unused: number }> {
    const { limit } = await readSettings(this.#db);
    const [accounts, uses] = await Promise.all([accountsByModel(this.#db), proxiesByModel(this.#db, limit)]);
    return { models: modelFigures({ accounts, uses, healths: [] }, limit), unused: unusedProxies(uses) };
  }

  /** Finds a model by name or by number. @throws UserError if it does not exist */
  async model(named: string | number): Promise<{ id: number; name: string }> {
    const model = await findModel(this.#db, named);
    if (!model) throw notFound('model', named);
    return model;
  }
}
