import { z } from 'zod';
import { notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import {
  findKeptEnvironments,
  type MappingRow,
  type ResolvedMapping,
  resolveMappings,
  weighMappings,
  writeMappingRows,
} from '../../db/queries/vps/vps-imports.ts';
import type { Actor } from '../../domain/actor.ts';
import { count } from '../../domain/counted.ts';
import { environmentKey, vpsKey } from '../../domain/names.ts';
import type { RejectedMapping } from '../../domain/vps/mapping-file.ts';
import { type MappingEffect, NONE_KEPT, type VpsImportPreview } from '../../domain/vps/vps-import.ts';
import type { FileWorkers } from '../file-worker/file-workers.ts';
import { assertStillShown } from '../shared/stale-preview.ts';
import { type Outcome, StoredPlans, stamp, stampShape } from '../shared/stored-plans.ts';
import { readMappingFile } from './mapping-reader.ts';

const mappingRow: z.ZodType<MappingRow> = z.strictObject({
  vps: z.string(),
  environment: z.string().nullable(),
  /** Imports that an earlier release staged do not have it. */
  region: z.string().nullable().optional(),
  proxyId: z.int().nullable(),
  accountId: z.int().nullable(),
  isDocumented: z.boolean(),
  notes: z.string().nullable(),
});

const mappingEffect: z.ZodType<MappingEffect> = z.strictObject({
  newVps: z.int(),
  newLinks: z.int(),
  notedLinks: z.int(),
  knownLinks: z.int(),
  addedAccounts: z.int(),
  movedAccounts: z.int(),
  fingerprint: z.string(),
});

export const vpsImportPlans = new StoredPlans({
  kind: 'vps.import',
  called: 'import',
  again: 'Run /vps import again.',
  input: z.strictObject({
    fileName: z.string().nullable(),
    count: z.int(),
    /** Empty after the rows have been written. */
    rows: z.array(mappingRow),
    rejected: z.array(z.strictObject({ line: z.int(), reason: z.string() })),
    effect: mappingEffect,
    /** Imports that 0.1.0 staged do not have these two. */
    unknownColumns: z.array(z.string()).optional(),
    kept: z
      .strictObject({
        count: z.int(),
        first: z.array(z.strictObject({ vps: z.string(), environment: z.string(), written: z.string() })),
      })
      .optional(),
  }),
  result: z.strictObject(stampShape).nullable(),
  noResult: null,
});
type StoredVpsImport = Awaited<ReturnType<typeof vpsImportPlans.find>>;

/** Imports mappings of VPS, proxies and accounts from a spreadsheet: read, previewed, then written once. */
export class VpsImportService {
  readonly #db: Db;
  readonly #workers: FileWorkers;

  constructor(deps: { db: Db; workers: FileWorkers }) {
    this.#db = deps.db;
    this.#workers = deps.workers;
  }

  /** Reads a file and previews its effect. @throws UserError if the file cannot be read */
  async stage(actor: Actor, file: { name: string | null; bytes: Uint8Array }): Promise<VpsImportPreview> {
    const { rows, rejected, unknownColumns } = await readMappingFile(this.#workers, file);
    return this.#db.transaction(async (tx) => {
      const { taken, refused } = sortOut(await resolveMappings(tx, rows));
      const planId = await vpsImportPlans.insert(tx, actor, {
        fileName: file.name,
        count: taken.length,
        rows: taken,
        rejected: [...rejected, ...refused].toSorted((a, b) => a.line - b.line),
        effect: await weighMappings(tx, taken),
        unknownColumns,
        kept: await keptBy(tx, taken),
      });
      return previewOf(await vpsImportPlans.find(tx, planId));
    });
  }

  /** The stored preview of an import. @throws UserError if it does not exist */
  async preview(planId: number): Promise<VpsImportPreview> {
    return previewOf(await vpsImportPlans.find(this.#db, planId));
  }

  /**
   * Applies the preview once. If it is stale, nothing is done and a new preview is returned.
   *
   * @throws UserError if the import does not exist
   */
  async apply(actor: Actor, planId: number): Promise<Outcome<VpsImportPreview>> {
    return vpsImportPlans.apply(this.#db, planId, {
      closed: previewOf,
      apply: (plan, tx) => this.#write(tx, actor, plan),
      refresh: async (plan, tx) => {
        const { rows } = plan.input;
        const input = { ...plan.input, effect: await weighMappings(tx, rows), kept: await keptBy(tx, rows) };
        await vpsImportPlans.update(tx, planId, { input });
        return previewOf({ ...plan, input });
      },
    });
  }

  /** Cancels an import; an applied one stays applied. */
  async cancel(actor: Actor, planId: number): Promise<VpsImportPreview> {
    const open = async (plan: StoredVpsImport, tx: Tx) => {
      await insertAudit(tx, actor, { action: 'vps.import_cancel', entity: 'plan', entityId: planId });
      return previewOf(await vpsImportPlans.cancel(tx, actor, plan, { input: { ...plan.input, rows: [] } }));
    };
    return this.#db.transaction((tx) => vpsImportPlans.whileOpen(tx, planId, { open, closed: previewOf }));
  }

  async #write(tx: Tx, actor: Actor, plan: StoredVpsImport): Promise<VpsImportPreview> {
    const { rows, effect: shown } = plan.input;
    const effect = await weighMappings(tx, rows);
    assertStillShown(shown, effect);
    await writeMappingRows(tx, rows, actor.id);
    const done = { state: 'applied' as const, result: stamp(actor), input: { ...plan.input, rows: [] } };
    await vpsImportPlans.update(tx, plan.id, done);
    await insertAudit(tx, actor, { action: 'vps.import', entity: 'plan', entityId: plan.id, after: effect });
    return previewOf({ ...plan, ...done });
  }
}

const keptBy = async (tx: Tx, rows: readonly MappingRow[]): Promise<StoredVpsImport['input']['kept']> => {
  const { count: total, first } = await findKeptEnvironments(tx, rows);
  return { count: total, first: [...first] };
};

/** Separates the rows that can be saved from the others, which get a reason. */
function sortOut(resolved: readonly ResolvedMapping[]): { taken: MappingRow[]; refused: RejectedMapping[] } {
  const taken: MappingRow[] = [];
  const refused: RejectedMapping[] = [];
  const homes = new Map<number, ResolvedMapping>();
  const environments = new Map<string, ResolvedMapping>();
  for (const row of resolved) {
    const { line, vps, environment, region, proxyId, accountId, isDocumented, notes } = row;
    const home = accountId === null ? row : (homes.get(accountId) ?? row);
    const placed = environment === null ? row : (environments.get(vpsKey(vps)) ?? row);
    const reason = refusalOf(row, { home, placed });
    if (reason === null) {
      if (environment !== null) environments.set(vpsKey(vps), placed);
      if (accountId !== null) homes.set(accountId, home);
      taken.push({ vps, environment, region, proxyId, accountId, isDocumented, notes });
    } else refused.push({ line, reason });
  }
  return { taken, refused };
}

/**
 * Why a row is rejected, or null.
 *
 * @param firsts the first rows with the same account, and with the same VPS and an environment
 */
function refusalOf(
  { vps, environment, proxy, proxies, proxyId, hasOtherAddress, account, accountId }: ResolvedMapping,
  { home, placed }: { home: ResolvedMapping; placed: ResolvedMapping },
): string | null {
  if (proxy !== null && proxies > 1)
    return `${count(proxies)} proxies match this address. Use the number of one of them.`;
  if (proxy !== null && proxyId === null) return notFound('proxy').message;
  if (hasOtherAddress) return `Proxy ${proxy} has another address than this row. Use one of the two.`;
  if (account !== null && accountId === null) return notFound('account').message;
  if (vpsKey(home.vps) !== vpsKey(vps))
    return `Line ${home.line} puts this account on another VPS. An account has at most one VPS.`;
  if (environmentKey(placed.environment) !== environmentKey(environment))
    return `Line ${placed.line} puts this VPS into another environment. A VPS has one environment.`;
  return null;
}

function previewOf({ id, state, cancelledBy, input, result }: StoredVpsImport): VpsImportPreview {
  const { fileName, count, rejected, effect, unknownColumns = [], kept = NONE_KEPT } = input;
  return { ...effect, planId: id, fileName, state, cancelledBy, rows: count, rejected, unknownColumns, kept, result };
}
