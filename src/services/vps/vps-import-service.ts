import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Db, Tx } from '../../db/client.ts';
import { withRetry } from '../../db/errors.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findPlan, insertPlan, type PlanRow, updatePlan } from '../../db/queries/plans.ts';
import {
  type MappingEffect,
  type MappingRow,
  type ResolvedMapping,
  resolveMappings,
  weighMappings,
  writeMappingRows,
} from '../../db/queries/vps/vps-imports.ts';
import { vpsKey } from '../../domain/accounts/account-fields.ts';
import type { Actor } from '../../domain/actor.ts';
import type { RejectedMapping } from '../../domain/vps/mapping-file.ts';
import type { VpsImportPreview } from '../../domain/vps/vps-import.ts';
import { UserError } from '../../errors.ts';
import type { FileWorkers } from '../file-worker/file-workers.ts';
import { readMappingFile } from './mapping-reader.ts';

const KIND = 'vps.import';

const storedInput = z.object({
  fileName: z.string().nullable(),
  count: z.number(),
  /** None any more once they are written. */
  rows: z.custom<readonly MappingRow[]>(Array.isArray),
  rejected: z.array(z.object({ line: z.number(), reason: z.string() })),
  effect: z.custom<MappingEffect>(),
});
const storedResult = z.object({ by: z.string(), at: z.string() });

/** Mappings of VPS, proxies and accounts from a spreadsheet: read, shown, then written once. */
export class VpsImportService {
  readonly #db: Db;
  readonly #workers: FileWorkers;

  constructor(deps: { db: Db; workers: FileWorkers }) {
    this.#db = deps.db;
    this.#workers = deps.workers;
  }

  /** Reads a file and shows what it would change. @throws UserError where it cannot be read */
  async stage(actor: Actor, file: { name: string | null; bytes: Uint8Array }): Promise<VpsImportPreview> {
    const { rows, rejected } = await readMappingFile(this.#workers, file);
    return this.#db.transaction(async (tx) => {
      const { taken, refused } = sortOut(await resolveMappings(tx, rows));
      const input: z.infer<typeof storedInput> = {
        fileName: file.name,
        count: taken.length,
        rows: taken,
        rejected: [...rejected, ...refused].toSorted((a, b) => a.line - b.line),
        effect: await weighMappings(tx, taken),
      };
      const planId = await insertPlan(tx, actor, { kind: KIND, state: 'open', input });
      return previewOf(await this.#find(tx, planId));
    });
  }

  /**
   * Writes what was shown, once. Where it would be something else by now nothing is done, and a fresh preview comes back.
   *
   * @throws UserError where there is no such import any more
   */
  async apply(actor: Actor, planId: number): Promise<{ preview: VpsImportPreview; isStale: boolean }> {
    return withRetry(() =>
      this.#db.transaction(async (tx) => {
        const plan = await this.#find(tx, planId, true);
        if (plan.state !== 'open') return { preview: previewOf(plan), isStale: false };
        const input = storedInput.parse(plan.input);
        const effect = await weighMappings(tx, input.rows);
        if (!isDeepStrictEqual(effect, input.effect)) {
          await updatePlan(tx, planId, { input: { ...input, effect } });
          return { preview: previewOf(await this.#find(tx, planId)), isStale: true };
        }
        await writeMappingRows(tx, input.rows, actor.id);
        const result = { by: actor.id, at: new Date().toISOString() };
        await updatePlan(tx, planId, { state: 'applied', result, input: { ...input, rows: [] } });
        await insertAudit(tx, actor, { action: KIND, entity: 'plan', entityId: planId, after: effect });
        return { preview: previewOf(await this.#find(tx, planId)), isStale: false };
      }),
    );
  }

  async cancel(planId: number): Promise<VpsImportPreview> {
    return this.#db.transaction(async (tx) => {
      const plan = await this.#find(tx, planId, true);
      if (plan.state === 'open') await updatePlan(tx, planId, { state: 'cancelled' });
      return previewOf(await this.#find(tx, planId));
    });
  }

  async #find(tx: Tx, planId: number, lock = false): Promise<PlanRow> {
    const plan = await findPlan(tx, KIND, planId, lock);
    if (!plan) throw new UserError('import_unknown', 'This import is no longer there.', 'Run /vps import again.');
    return plan;
  }
}

/** The rows that can be written, and why the others cannot. */
function sortOut(resolved: readonly ResolvedMapping[]): { taken: MappingRow[]; refused: RejectedMapping[] } {
  const taken: MappingRow[] = [];
  const refused: RejectedMapping[] = [];
  const homes = new Map<number, ResolvedMapping>();
  for (const row of resolved) {
    const { line, vps, environment, proxyId, accountId, isDocumented, notes } = row;
    const home = accountId === null ? row : (homes.get(accountId) ?? row);
    const reason = refusalOf(row, home);
    if (reason === null) {
      if (accountId !== null) homes.set(accountId, home);
      taken.push({ vps, environment, proxyId, accountId, isDocumented, notes });
    } else refused.push({ line, reason });
  }
  return { taken, refused };
}

/** Why a row is not taken; null: it is. `home` is the first row that names its account. */
function refusalOf(
  { vps, proxy, proxies, proxyId, account, accountId }: ResolvedMapping,
  home: ResolvedMapping,
): string | null {
  if (proxy !== null && proxies > 1) return `${proxies} proxies stand behind this address: name one by its number.`;
  if (proxy !== null && proxyId === null) return 'There is no such proxy.';
  if (account !== null && accountId === null) return 'There is no such account.';
  if (vpsKey(home.vps) !== vpsKey(vps)) return `Line ${home.line} has this account on another VPS; it has one.`;
  return null;
}

function previewOf(plan: PlanRow): VpsImportPreview {
  const { fileName, count, rejected, effect } = storedInput.parse(plan.input);
  const result = storedResult.safeParse(plan.result);
  return {
    ...{ planId: plan.id, fileName, state: plan.state as VpsImportPreview['state'], rows: count },
    ...effect,
    rejected,
    result: result.success ? result.data : null,
  };
}
