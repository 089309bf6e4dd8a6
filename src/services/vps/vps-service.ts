import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import { sameKeys } from '../../base/values.ts';
import type { Db, Tx } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { findModelId } from '../../db/queries/accounts/models.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { countLargeMap } from '../../db/queries/vps/large-map.ts';
import {
  deleteVps,
  findVps,
  findVpsId,
  findVpsIds,
  insertVps,
  linkProxy,
  listVps,
  lockVps,
  moveAccounts,
  unlinkProxy,
  updateVps,
  type VpsScope,
} from '../../db/queries/vps/vps.ts';
import {
  countMap,
  countUsedProxies,
  documentUsed,
  findDrift,
  readInventory,
  unlinkUnused,
} from '../../db/queries/vps/vps-map.ts';
import { snapshot, transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import type { PageFrom } from '../../domain/page.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import { largestFlows } from '../../domain/vps/largest-flows.ts';
import { readLinkNotes, readNewVps, readVpsEdit, type WrittenVps } from '../../domain/vps/vps-fields.ts';
import type {
  Drift,
  VpsFilter,
  VpsInventory,
  VpsMap,
  VpsPage,
  VpsRelation,
  VpsSummary,
} from '../../domain/vps/vps-map.ts';
import { type BulkRunner, runHere } from '../bulk/bulk-runner.ts';
import type { ExportFile } from '../proxies/export-service.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { NOTHING_SHARED, type SharedResults } from '../shared/shared-results.ts';
import { assertStillShown, unlessStale } from '../shared/stale-preview.ts';
import { StoredList } from '../shared/stored-list.ts';
import { exportMappings } from './export-mappings.ts';

const PAGE_SIZE = 20;
const ALL = 500_000;
/** A map with at most this many proxies names each of them. */
const PROXIES_NAMED = 24;
const NAMES = 10;
const SAMPLE = 5;
const UNIQUE_VIOLATION = '23505';

const storedFilter = z.strictObject({ environment: z.string().optional() });

/** VPS, the accounts that they manage, and the proxies that they use. */
export class VpsService {
  readonly #db: Db;
  readonly #bulk: BulkRunner;
  readonly #shared: SharedResults;
  readonly #list: StoredList<VpsPage>;

  constructor(deps: { db: Db; bulk?: BulkRunner; shared?: SharedResults }) {
    this.#db = deps.db;
    this.#bulk = deps.bulk ?? runHere;
    this.#shared = deps.shared ?? NOTHING_SHARED;
    this.#list = new StoredList<VpsPage>(deps.db, {
      kind: 'vps.list',
      filter: storedFilter,
      again: 'Run /vps list again.',
      size: PAGE_SIZE,
      shared: deps.shared,
      read: (filter, from) => listVps(this.#db, filter, { size: PAGE_SIZE, from }),
    });
  }

  /** @throws UserError if the name is taken */
  async add(actor: Actor, written: WrittenVps & { name: string }): Promise<VpsSummary> {
    const fields = readNewVps(written);
    if (fields instanceof Refusal) throw new UserError('bad_field', fields.reason, 'Nothing was added.');
    const id = await this.#db.transaction(async (tx) => {
      const inserted = await insertVps(tx, fields);
      if (inserted === undefined) throw known(fields.name);
      await insertAudit(tx, actor, { action: 'vps.add', entity: 'vps', entityId: inserted, after: fields });
      return inserted;
    });
    return this.show(id);
  }

  /** @throws UserError if no change is given, the VPS does not exist, or the name is taken */
  async edit(actor: Actor, id: number, written: WrittenVps): Promise<VpsSummary> {
    const fields = readVpsEdit(written);
    if (fields instanceof Refusal) throw new UserError('bad_field', fields.reason, 'Nothing was changed.');
    if (Object.keys(fields).length === 0) {
      throw new UserError('nothing_to_change', 'No changes given.', 'Set at least one option.');
    }
    try {
      await this.#db.transaction(async (tx) => {
        const now = await lockVps(tx, id);
        if (!now) throw gone();
        const before = sameKeys(now, fields);
        // A repeated edit changes nothing, and so leaves no second entry.
        if (isDeepStrictEqual(fields, before)) return;
        await updateVps(tx, id, fields);
        await insertAudit(tx, actor, { action: 'vps.edit', entity: 'vps', entityId: id, before, after: fields });
      });
    } catch (error) {
      if (sqlState(error) === UNIQUE_VIOLATION) throw known(fields.name ?? '');
      throw error;
    }
    return this.show(id);
  }

  /** Removes a VPS with its links and tokens; its accounts stay. A second call has no effect. */
  async remove(actor: Actor, id: number): Promise<VpsSummary | undefined> {
    return this.#db.transaction(async (tx) => {
      const before = await findVps(tx, id);
      if (!before || !(await deleteVps(tx, id))) return undefined;
      await insertAudit(tx, actor, { action: 'vps.remove', entity: 'vps', entityId: id, before });
      return before;
    });
  }

  /** @throws UserError if the VPS does not exist */
  async show(id: number): Promise<VpsSummary> {
    const vps = await findVps(this.#db, id);
    if (!vps) throw gone();
    return vps;
  }

  /** The first page, and the number under which `page` goes on. @throws UserError if no VPS has this environment */
  async list(filter: VpsFilter): Promise<VpsPage> {
    if (filter.environment !== undefined) await this.oneOf(filter.environment);
    return this.#list.first(filter);
  }

  /** @throws UserError if the list has expired */
  page(queryId: number, from: PageFrom): Promise<VpsPage> {
    return this.#list.page(queryId, from);
  }

  /** By name; one that looks the same is the same. @throws UserError if there is none */
  async resolve(name: string): Promise<number> {
    const id = await findVpsId(this.#db, name);
    if (id !== undefined) return id;
    throw notFound('vps', name);
  }

  /** Any VPS of an environment. @throws UserError if there is none */
  async oneOf(environment: string): Promise<number> {
    const [row] = (await listVps(this.#db, { environment }, { size: 1 })).rows;
    if (row) return row.id;
    throw notFound('environment', environment);
  }

  /** Records which VPS manages an account, or all accounts of a model. */
  async assign(
    actor: Actor,
    vpsId: number,
    which: { accountId: number } | { model: string },
  ): Promise<{ moved: number; added: number }> {
    return transact(this.#db, async (tx) => {
      const target = 'accountId' in which ? which : { modelId: await modelIdOf(tx, which.model) };
      const done = await moveAccounts(tx, vpsId, target);
      if (done.moved + done.added > 0) {
        const after = { ...which, ...done };
        await insertAudit(tx, actor, { action: 'vps.assign', entity: 'vps', entityId: vpsId, after });
      }
      return done;
    });
  }

  /** Documents that a VPS uses a proxy. */
  async link(
    actor: Actor,
    vpsId: number,
    proxyId: number,
    written: string | null,
  ): Promise<Awaited<ReturnType<typeof linkProxy>>> {
    const notes = readLinkNotes(written ?? '');
    if (notes instanceof Refusal) throw new UserError('bad_field', notes.reason, 'Nothing was changed.');
    return this.#db.transaction(async (tx) => {
      const done = await linkProxy(tx, { vpsId, proxyId, notes, by: actor.id });
      if (done !== 'known') {
        const after = { proxy: proxyId, notes };
        await insertAudit(tx, actor, { action: 'vps.link', entity: 'vps', entityId: vpsId, after });
      }
      return done;
    });
  }

  /** @throws UserError if the link is not documented */
  async unlink(actor: Actor, vpsId: number, proxyId: number): Promise<void> {
    await this.#db.transaction(async (tx) => {
      if (!(await unlinkProxy(tx, vpsId, proxyId))) {
        throw new UserError(
          'not_linked',
          `Proxy #${proxyId} is not linked to this VPS.`,
          'Run /vps map to see its links.',
        );
      }
      const before = { proxy: proxyId };
      await insertAudit(tx, actor, { action: 'vps.unlink', entity: 'vps', entityId: vpsId, before });
    });
  }

  /** The use of proxies by VPS, in figures and flows, with its drift from the documentation. */
  map(scope: VpsScope): Promise<VpsMap> {
    const count = () => this.#countMap(scope);
    return this.#shared.get(['map', scope.vpsId, scope.environment], () =>
      scope.vpsId === undefined ? this.#bulk.run({ task: 'countMap', args: [scope] }, count) : count(),
    );
  }

  async #countMap(scope: VpsScope): Promise<VpsMap> {
    const vps = scope.vpsId === undefined ? null : await this.show(scope.vpsId);
    const counted = await snapshot(this.#db, async (tx) => {
      const isSmall = (await countUsedProxies(tx, scope, PROXIES_NAMED + 1)) <= PROXIES_NAMED;
      const grouping = isSmall ? ('proxy' as const) : ('provider' as const);
      const isLarge = !isSmall && scope.vpsId === undefined;
      const counted = isLarge
        ? countLargeMap(tx, scope, { sample: SAMPLE })
        : countMap(tx, scope, { grouping, sample: SAMPLE });
      return { grouping, ...(await counted) };
    });
    const names = counted.grouping === 'proxy' ? PROXIES_NAMED : NAMES;
    return { ...counted, vps, environment: scope.environment ?? null, ...largestFlows(counted, names) };
  }

  /** All relations with one kind of drift. */
  drift(kind: Drift, scope: VpsScope): Promise<VpsRelation[]> {
    return findDrift(this.#db, kind, scope, ALL);
  }

  /** Everything that a program on a VPS may read about it. */
  async inventory(vpsId: number): Promise<VpsInventory> {
    const [vps, relations] = await Promise.all([this.show(vpsId), readInventory(this.#db, vpsId)]);
    return { vps, relations };
  }

  /**
   * Documents undocumented use, or removes the links that no account uses.
   *
   * @param shown the number in the preview; if it has changed, nothing is done
   * @returns whether it was done
   */
  async mend(actor: Actor, drift: 'undocumented' | 'unused', scope: VpsScope, shown: number): Promise<boolean> {
    const mended = await unlessStale(this.#db, async (tx) => {
      const count = await (drift === 'unused' ? unlinkUnused(tx, scope) : documentUsed(tx, scope, actor.id));
      assertStillShown(shown, count);
      assertMayChange(actor, count, 'links');
      const entityId = scope.vpsId ?? scope.environment ?? 'all';
      const action = drift === 'unused' ? 'vps.tidy' : 'vps.document';
      await insertAudit(tx, actor, { action, entity: 'vps', entityId, after: { count } });
    });
    return mended !== undefined;
  }

  /**
   * One row per relation, in the format that `/vps import` reads.
   *
   * @param nameOf formats an account's name as the caller may see it
   * @throws UserError if the environment has no VPS
   */
  async export(
    actor: Actor,
    scope: VpsScope,
    { format, nameOf = (name) => name }: { format: 'csv' | 'json'; nameOf?: (name: string) => string },
  ): Promise<ExportFile> {
    if (scope.environment !== undefined) await this.oneOf(scope.environment);
    const machines = await findVpsIds(this.#db, scope);
    const entityId = scope.environment ?? 'all';
    await insertAudit(this.#db, actor, { action: 'vps.export', entity: 'vps', entityId, after: { format } });
    return exportMappings(this.#db, machines, { format, nameOf });
  }
}

async function modelIdOf(tx: Tx, model: string): Promise<number> {
  const id = await findModelId(tx, model);
  if (id !== undefined) return id;
  throw notFound('model', model);
}

function gone(): UserError {
  return notFound('vps');
}

function known(name: string): UserError {
  return new UserError('vps_known', `The VPS “${name}” already exists.`, 'Names that look the same are the same.');
}
