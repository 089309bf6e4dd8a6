import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import { sqlState } from '../../db/errors.ts';
import { findModel, removeModel, renameModel } from '../../db/queries/accounts/models.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { transact } from '../../db/transaction.ts';
import { readModel } from '../../domain/accounts/account-fields.ts';
import type { Actor } from '../../domain/actor.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';

const UNIQUE_VIOLATION = '23505';

/** Renames and removes models. */
export class ModelService {
  readonly #db: Db;

  constructor(deps: { db: Db }) {
    this.#db = deps.db;
  }

  /**
   * @returns the former and the new name
   * @throws UserError for an unknown model, or if another model has the new name
   */
  async rename(actor: Actor, named: string, written: string): Promise<{ before: string; after: string }> {
    const after = readModel(written);
    if (after instanceof Refusal) throw new UserError('bad_field', after.reason, 'Nothing was changed.');
    try {
      return await this.#db.transaction(async (tx) => {
        const { id, name: before } = await this.#find(tx, named);
        await renameModel(tx, id, after);
        const names = { before: { name: before }, after: { name: after } };
        await insertAudit(tx, actor, { action: 'model.rename', entity: 'model', entityId: id, ...names });
        return { before, after };
      });
    } catch (error) {
      if (sqlState(error) === UNIQUE_VIOLATION) throw taken(after);
      throw error;
    }
  }

  /** @returns the name of the removed model @throws UserError for an unknown model, or for one with accounts */
  async remove(actor: Actor, named: string): Promise<string> {
    return transact(this.#db, async (tx) => {
      // Accounts are added under the same lock, so that none comes in between.
      await lockAssignments(tx);
      const { id, name } = await this.#find(tx, named);
      if (!(await removeModel(tx, id))) throw inUse(name);
      await insertAudit(tx, actor, { action: 'model.remove', entity: 'model', entityId: id, before: { name } });
      return name;
    });
  }

  async #find(tx: Tx, named: string): Promise<{ id: number; name: string }> {
    const model = await findModel(tx, named);
    if (!model) throw notFound('model', named);
    return model;
  }
}

function taken(name: string): UserError {
  return new UserError(
    'model_known',
    `The name “${name}” belongs to another model, or to a removed one.`,
    'Use another name, or move the accounts with /account edit model.',
  );
}

function inUse(name: string): UserError {
  return new UserError(
    'model_in_use',
    `The model “${name}” has accounts.`,
    'Run /account list with this model, and move or remove its accounts first.',
  );
}
