import { z } from 'zod';
import type { Db } from '../db/client.ts';
import {
  ensureModel,
  findAccount,
  findAccountId,
  findVpsId,
  insertAccount,
  listAccounts,
  removeAccount,
  suggestAccounts,
} from '../db/queries/accounts.ts';
import { lockAssignments } from '../db/queries/assignments.ts';
import { insertAudit } from '../db/queries/audit.ts';
import { findListQuery, insertListQuery } from '../db/queries/list-queries.ts';
import { ACCOUNT_STATES, type AccountDetails, type AccountFilter, type AccountPage } from '../domain/account-view.ts';
import type { Actor } from '../domain/actor.ts';
import { UserError } from '../errors.ts';
import type { AssignmentService } from './assignment-service.ts';

const LIST_KIND = 'account.list';
const PAGE_SIZE = 15;

const storedFilter = z.object({
  model: z.string().optional(),
  vps: z.string().optional(),
  state: z.enum(ACCOUNT_STATES).optional(),
  search: z.string().optional(),
});

/** Accounts and the models that they belong to. */
export class AccountService {
  readonly #db: Db;
  readonly #assignments: AssignmentService;

  constructor(deps: { db: Db; assignments: AssignmentService }) {
    this.#db = deps.db;
    this.#assignments = deps.assignments;
  }

  /** Adds one account and gives it the best proxy there is; where there is none, it waits. */
  async add(
    actor: Actor,
    account: { username: string; model: string; vps?: string | undefined; label?: string | undefined },
  ): Promise<AccountDetails> {
    const id = await this.#db.transaction(async (tx) => {
      await lockAssignments(tx);
      const modelId = await ensureModel(tx, account.model);
      const vpsId = account.vps === undefined ? null : await findVpsId(tx, account.vps);
      if (vpsId === undefined) throw new UserError('vps_unknown', `There is no VPS “${account.vps}”.`);
      const inserted = await insertAccount(tx, {
        username: account.username,
        modelId,
        vpsId,
        label: account.label ?? null,
      });
      if (inserted === undefined)
        throw new UserError(
          'account_known',
          `There is an account “${account.username}” already.`,
          'Run /account show to see it.',
        );
      await insertAudit(tx, actor, {
        action: 'account.add',
        entity: 'account',
        entityId: inserted,
        after: { username: account.username, model: account.model },
      });
      await this.#assignments.fillWaiting(tx, actor, { id: inserted, modelId });
      return inserted;
    });
    return this.show(id);
  }

  /** @throws UserError where there is none */
  async show(id: number): Promise<AccountDetails> {
    const account = await findAccount(this.#db, id);
    if (!account) throw new UserError('account_unknown', 'This account is not there.');
    return account;
  }

  /** By username, or by `#` and the number that a suggestion stands for. @throws UserError where nobody has that name */
  async resolve(username: string): Promise<number> {
    const number = /^#(\d{1,9})$/.exec(username.trim())?.[1];
    if (number) return Number(number);
    const id = await findAccountId(this.#db, username.trim());
    if (id === undefined)
      throw new UserError(
        'account_unknown',
        `There is no account “${username.slice(0, 60)}”.`,
        'Pick one from the suggestions.',
      );
    return id;
  }

  async list(filter: AccountFilter): Promise<AccountPage> {
    const queryId = await insertListQuery(this.#db, LIST_KIND, filter);
    return { queryId, filter, ...(await listAccounts(this.#db, filter, PAGE_SIZE)) };
  }

  /** The page behind or in front of an account; where nothing is left there, the first. */
  async page(queryId: number, from: { side: 'after' | 'before'; id: number }): Promise<AccountPage> {
    const stored = storedFilter.safeParse(await findListQuery(this.#db, LIST_KIND, queryId));
    if (!stored.success) throw new UserError('list_expired', 'This list is too old.', 'Run /account list again.');
    const page = await listAccounts(this.#db, stored.data, PAGE_SIZE, from);
    const isShortHead = from.side === 'before' && page.before === 0 && page.rows.length < PAGE_SIZE;
    const shown = page.rows.length === 0 || isShortHead ? await listAccounts(this.#db, stored.data, PAGE_SIZE) : page;
    return { queryId, filter: stored.data, ...shown };
  }

  /** Removes an account; its proxy serves whoever waits, and its history stays. A second time changes nothing. */
  async remove(actor: Actor, id: number): Promise<AccountDetails> {
    await this.#db.transaction(async (tx) => {
      await lockAssignments(tx);
      await this.#assignments.endIn(tx, actor, [id], 'account removed');
      if (!(await removeAccount(tx, id))) return;
      await insertAudit(tx, actor, { action: 'account.remove', entity: 'account', entityId: id });
      await this.#assignments.fillWaiting(tx, actor);
    });
    return this.show(id);
  }

  suggest(typed: string, count: number): Promise<{ id: number; username: string; model: string }[]> {
    return suggestAccounts(this.#db, typed.trim(), count);
  }
}
