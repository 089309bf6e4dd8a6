import { UserError } from '../../base/errors.ts';
import type { Db } from '../../db/client.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { countLargeMap } from '../../db/queries/vps/large-map.ts';
import { findVpsIds, linkProxy, unlinkProxy, type VpsScope } from '../../db/queries/vps/vps.ts';
import {
  countMap,
  countUsedProxies,
  documentUsed,
  findDrift,
  readInventory,
  unlinkUnused,
} from '../../db/queries/vps/vps-map.ts';
import { snapshot } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import type { Counted } from '../../domain/pool-figures.ts';
import { largestFlows } from '../../domain/vps/largest-flows.ts';
import { readLinkNotes } from '../../domain/vps/vps-fields.ts';
import type { Drift, VpsInventory, VpsMap, VpsRelation } from '../../domain/vps/vps-map.ts';
import { type BulkRunner, runHere } from '../bulk/bulk-runner.ts';
import type { ExportFile } from '../proxies/export-service.ts';
import { assertMayChange } from '../shared/change-limit.ts';
import { NOTHING_SHARED, type SharedResults } from '../shared/shared-results.ts';
import { assertStillShown, unlessStale } from '../shared/stale-preview.ts';
import { exportMappings } from './export-mappings.ts';
import { requireEnvironment, requireVps } from './required.ts';

const ALL = 500_000;
/** A map with at most this many proxies names each of them. */
const PROXIES_NAMED = 24;
const NAMES = 10;
const SAMPLE = 5;

/** Which VPS uses which proxy: what is documented, what the accounts use, and where the two differ. */
export class VpsMapService {
  readonly #db: Db;
  readonly #bulk: BulkRunner;
  readonly #shared: SharedResults;

  constructor(deps: { db: Db; bulk?: BulkRunner; shared?: SharedResults }) {
    this.#db = deps.db;
    this.#bulk = deps.bulk ?? runHere;
    this.#shared = deps.shared ?? NOTHING_SHARED;
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

  /**
   * The use of proxies by VPS, in figures and flows, with its drift from the documentation.
   *
   * @param options.isFresh whether all changes so far must be in it
   */
  map(scope: VpsScope, options: { isFresh?: boolean } = {}): Promise<Counted<VpsMap>> {
    const here = () => this.#countMap(scope);
    const count = () =>
      scope.vpsId === undefined ? this.#bulk.run({ task: 'countMap', args: [scope] }, here) : here();
    return this.#shared.figures(['map', scope.vpsId, scope.environment], count, options);
  }

  async #countMap(scope: VpsScope): Promise<VpsMap> {
    const vps = scope.vpsId === undefined ? null : await requireVps(this.#db, scope.vpsId);
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
    const [vps, relations] = await Promise.all([requireVps(this.#db, vpsId), readInventory(this.#db, vpsId)]);
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
    if (scope.environment !== undefined) await requireEnvironment(this.#db, scope.environment);
    const machines = await findVpsIds(this.#db, scope);
    const entityId = scope.environment ?? 'all';
    await insertAudit(this.#db, actor, { action: 'vps.export', entity: 'vps', entityId, after: { format } });
    return exportMappings(this.#db, machines, { format, nameOf });
  }
}
