import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import { sameKeys } from '../../base/values.ts';
import type { Db, Tx } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { findModelId } from '../../db/queries/accounts/models.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import {
  deleteVps,
  findVps,
  findVpsId,
  insertVps,
  listVps,
  lockVps,
  moveAccounts,
  updateVps,
} from '../../db/queries/vps/vps.ts';
import { transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import type { PageFrom } from '../../domain/page.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import { readNewVps, readVpsEdit, type WrittenVps } from '../../domain/vps/vps-fields.ts';
import type { VpsFilter, VpsPage, VpsSummary } from '../../domain/vps/vps-map.ts';
import type { SharedResults } from '../shared/shared-results.ts';
import { StoredList } from '../shared/stored-list.ts';
import { requireEnvironment, requireVps } from './required.ts';

const PAGE_SIZE = 20;
const UNIQUE_VIOLATION = '23505';

const storedFilter = z.strictObject({ environment: z.string().optional() });

/** VPS and the accounts that they manage. */
export class VpsService {
  readonly #db: Db;
  readonly #list: StoredList<VpsPage>;

  constructor(deps: { db: Db; shared?: SharedResults }) {
    this.#db = deps.db;
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
        if (!now) throw notFound('vps');
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
    // The bot documents accounts of the VPS at the same time, so that this may have to be repeated.
    return transact(this.#db, async (tx) => {
      const before = await findVps(tx, id);
      if (!before || !(await deleteVps(tx, id))) return undefined;
      await insertAudit(tx, actor, { action: 'vps.remove', entity: 'vps', entityId: id, before });
      return before;
    });
  }

  /** @throws UserError if the VPS does not exist */
  async show(id: number): Promise<VpsSummary> {
    return requireVps(this.#db, id);
  }

  /** The first page, and the number under which `page` goes on. @throws UserError if no VPS has this environment */
  async list(filter: VpsFilter): Promise<VpsPage> {
    if (filter.environment !== undefined) await requireEnvironment(this.#db, filter.environment);
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
  oneOf(environment: string): Promise<number> {
    return requireEnvironment(this.#db, environment);
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
}

async function modelIdOf(tx: Tx, model: string): Promise<number> {
  const id = await findModelId(tx, model);
  if (id !== undefined) return id;
  throw notFound('model', model);
}

function known(name: string): UserError {
  return new UserError('vps_known', `The VPS “${name}” already exists.`, 'Names that look the same are the same.');
}
