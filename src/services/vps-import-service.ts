import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Db, Tx } from '../db/client.ts';
import { withRetry } from '../db/errors.ts';
import { insertAudit } from '../db/queries/audit.ts';
import { findPlan, insertPlan, type PlanRow, updatePlan } from '../db/queries/plans.ts';
import {
  type MappingEffect,
  type MappingRow,
  type ResolvedMapping,
  resolveMappings,
  weighMappings,
  writeMappingRows,
} from '../db/queries/vps-imports.ts';
import type { Actor } from '../domain/actor.ts';
import { decodeText } from '../domain/parse/decode-text.ts';
import { FileError } from '../domain/parse/file-error.ts';
import { type RejectedMapping, readMappings } from '../domain/vps/mapping-file.ts';
import type { VpsImportPreview } from '../domain/vps/vps-import.ts';
import { UserError } from '../errors.ts';

const KIND = 'vps.import';
const MAX_BYTES = 10 * 1024 * 1024;

const mappingRow: z.ZodType<MappingRow> = z.object({
  vps: z.string(),
  environment: z.string().nullable(),
  proxyId: z.number().nullable(),
  accountId: z.number().nullable(),
  isDocumented: z.boolean(),
  notes: z.string().nullable(),
});
const storedInput = z.object({
  fileName: z.string().nullable(),
  rows: z.array(mappingRow),
  rejected: z.array(z.object({ line: z.number(), reason: z.string() })),
  effect: z.custom<MappingEffect>(),
});
const storedResult = z.object({ by: z.string(), at: z.string() });

/** Mappings of VPS, proxies and accounts from a spreadsheet: read, shown, then written once. */
export class VpsImportService {
  readonly #db: Db;

  constructor(deps: { db: Db }) {
    this.#db = deps.db;
  }

  /** Reads a file and shows what it would change. @throws UserError where it cannot be read */
  async stage(actor: Actor, file: { name: string | null; bytes: Uint8Array }): Promise<VpsImportPreview> {
    const { rows, rejected } = read(file.bytes);
    return this.#db.transaction(async (tx) => {
      const resolved = await resolveMappings(tx, rows);
      const good = resolved.filter((row) => refusalOf(row) === null);
      const refused = resolved.flatMap((row) => {
        const reason = refusalOf(row);
        return reason === null ? [] : [{ line: row.line, reason }];
      });
      const input = {
        fileName: file.name,
        rows: good.map(toRow),
        rejected: [...rejected, ...refused].toSorted((a, b) => a.line - b.line),
        effect: await weighMappings(tx, good.map(toRow)),
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

function read(bytes: Uint8Array): ReturnType<typeof readMappings> {
  if (bytes.length > MAX_BYTES) throw new UserError('file_too_large', 'The file has more than 10 MiB.', 'Split it.');
  try {
    return readMappings(decodeText(bytes).text);
  } catch (error) {
    if (error instanceof FileError) throw new UserError(error.code, error.message);
    throw error;
  }
}

/** Why a row is not taken; null: it is. */
function refusalOf({ proxy, proxies, proxyId, account, accountId }: ResolvedMapping): string | null {
  if (proxy !== null && proxies > 1) return `${proxies} proxies stand behind this address: name one by its number.`;
  if (proxy !== null && proxyId === null) return 'There is no such proxy.';
  if (account !== null && accountId === null) return 'There is no such account.';
  return null;
}

function toRow({ vps, environment, proxyId, accountId, isDocumented, notes }: ResolvedMapping): MappingRow {
  return { vps, environment, proxyId, accountId, isDocumented, notes };
}

function previewOf(plan: PlanRow): VpsImportPreview {
  const { fileName, rows, rejected, effect } = storedInput.parse(plan.input);
  const result = storedResult.safeParse(plan.result);
  const list: readonly RejectedMapping[] = rejected;
  return {
    ...{ planId: plan.id, fileName, state: plan.state as VpsImportPreview['state'], rows: rows.length },
    ...effect,
    rejected: list,
    result: result.success ? result.data : null,
  };
}
