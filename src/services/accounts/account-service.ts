import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { ambiguousAccount, notFound, removed } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import {
  ensureModel,
  findAccount,
  findAccounts,
  insertAccount,
  listAccounts,
  removeAccount,
} from '../../db/queries/accounts/accounts.ts';
import { findModelId, findModelLike } from '../../db/queries/accounts/models.ts';
import { lockAssignments } from '../../db/queries/assignments/assignments.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { findVpsId } from '../../db/queries/vps/vps.ts';
import { transact } from '../../db/transaction.ts';
import { readAccount } from '../../domain/accounts/account-fields.ts';
import { accountFilter } from '../../domain/accounts/account-filter.ts';
import { readAccountRef } from '../../domain/accounts/account-ref.ts';
import type { AccountDetails, AccountPage, ListedAccounts } from '../../domain/accounts/account-view.ts';
import { readUsername } from '../../domain/accounts/username.ts';
import type { Actor } from '../../domain/actor.ts';
import type { PageFrom } from '../../domain/page.ts';
import { Refusal } from '../../domain/parse/fields/refusal.ts';
import type { AssignmentService } from '../assignments/assignment-service.ts';
import type { SharedResults } from '../shared/shared-results.ts';
import { StoredList } from '../shared/stored-list.ts';
import { readAccountFilter } from './read-account-filter.ts';

const PAGE_SIZE = 15;

const storedFilter = accountFilter.extend({ isMasked: z.literal(true).optional() });

/** Accounts and their models. */
export class AccountService {
  readonly #db: Db;
  readonly #assignments: AssignmentService;
  readonly #list: StoredList<AccountPage>;

  constructor(deps: { db: Db; assignments: AssignmentService; shared?: SharedResults }) {
    this.#db = deps.db;
    this.#assignments = deps.assignments;
    this.#list = new StoredList<AccountPage>(deps.db, {
      kind: 'account.list',
      filter: storedFilter,
      again: 'Run /account list again.',
      size: PAGE_SIZE,
      shared: deps.shared,
      read: (filter, from) => listAccounts(this.#db, filter, { size: PAGE_SIZE, from }),
    });
  }

  /** Adds one account and assigns the best proxy; without a free slot, the account waits. */
  async add(
    actor: Actor,
    account: { username: string; model: string; vps?: string | undefined; label?: string | undefined },
    { isNewModel = false }: { isNewModel?: boolean | undefined } = {},
  ): Promise<AccountDetails> {
    const read = readAccount(account, {});
    if (read instanceof Refusal) throw new UserError('bad_field', read.reason, 'Nothing was added.');
    const { username, model, vps, label } = read;
    const id = await transact(this.#db, async (tx) => {
      await lockAssignments(tx);
      const known = await findModelId(tx, model);
      if (known === undefined && !isNewModel) await assertNotAlike(tx, model);
      // Models are removed under the same lock, so a known one stays.
      const modelId = known ?? (await ensureModel(tx, model));
      const vpsId = vps === null ? null : await findVpsId(tx, vps);
      if (vpsId === undefined) {
        throw notFound('vps', vps);
      }
      const inserted = await insertAccount(tx, { username, modelId, vpsId, label });
      if (inserted === undefined)
        throw new UserError(
          'account_known',
          `The account “${username}” already exists.`,
          'Run /account show to see it.',
        );
      await insertAudit(tx, actor, {
        action: 'account.add',
        entity: 'account',
        entityId: inserted,
        after: { username, model },
      });
      await this.#assignments.assignWaitingIn(tx, actor, { id: inserted, modelId });
      return inserted;
    });
    return this.show(id);
  }

  /** @throws UserError if the account does not exist */
  async show(id: number): Promise<AccountDetails> {
    const account = await findAccount(this.#db, id);
    if (!account) throw notFound('account');
    return account;
  }

  /**
   * The number of an account by its username, by the address of its profile, or by `#12`.
   *
   * @param options.withRemoved for what shows the past
   * @throws UserError if there is none, it was removed, or several match
   */
  async resolve(typed: string, { withRemoved = false }: { withRemoved?: boolean } = {}): Promise<number> {
    const name = readUsername(typed);
    const found = await findAccounts(this.#db, readAccountRef(name instanceof Refusal ? typed : name));
    const [account, other] = withRemoved || found.every(({ isRemoved }) => isRemoved) ? found : present(found);
    if (!account) throw notFound('account', typed);
    if (other) throw ambiguousAccount(typed, 'Use the other name of the account: its number or its username.');
    if (account.isRemoved && !withRemoved) throw removed('account', account.username);
    return account.id;
  }

  /**
   * The first page, in the order of the usernames, and the number under which `page` goes on.
   *
   * @throws UserError for a model or VPS that does not exist
   */
  async list({ isMasked, ...filter }: ListedAccounts): Promise<AccountPage> {
    return this.#list.first({ ...(await readAccountFilter(this.#db, filter)), isMasked });
  }

  /** @throws UserError if the list has expired */
  page(queryId: number, from: PageFrom): Promise<AccountPage> {
    return this.#list.page(queryId, from);
  }

  /** Removes an account and keeps its history. Its slot goes to waiting accounts. A second call has no effect. */
  async remove(actor: Actor, id: number): Promise<{ account: AccountDetails; served: number }> {
    const served = await transact(this.#db, async (tx) => {
      await lockAssignments(tx);
      await this.#assignments.endIn(tx, actor, [id], 'account removed');
      if (!(await removeAccount(tx, id))) return 0;
      await insertAudit(tx, actor, { action: 'account.remove', entity: 'account', entityId: id });
      return this.#assignments.assignWaitingIn(tx, actor);
    });
    return { account: await this.show(id), served };
  }
}

/** @throws UserError if the name of a model that does not exist is so like that of another that it may be a typing error */
async function assertNotAlike(tx: Tx, model: string): Promise<void> {
  const like = await findModelLike(tx, model);
  if (like === null) return;
  throw new UserError(
    'model_alike',
    `The model “${model}” does not exist yet. “${like.name}” does.`,
    'Choose that model, or set `new_model` to create another one.',
  );
}

const present = <T extends { isRemoved: boolean }>(found: readonly T[]): T[] => found.filter((each) => !each.isRemoved);
