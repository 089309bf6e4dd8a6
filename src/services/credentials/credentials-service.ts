import { UserError } from '../../base/errors.ts';
import { ambiguousAccount, notFound } from '../../base/not-found.ts';
import type { Db } from '../../db/client.ts';
import type { Keyring } from '../../db/keyring.ts';
import {
  type AssignedCredentials,
  type CredentialsRow,
  findCredentials,
  markFirstLookup,
} from '../../db/queries/assignments/credentials.ts';
import { readNow } from '../../db/queries/clock.ts';
import type { Reads } from '../../db/reads.ts';
import { readAccountPath } from '../../domain/accounts/account-ref.ts';
import { writeUrl } from '../../domain/export/template.ts';
import type { CheckOutcome } from '../../domain/health/outcome.ts';
import { reportDetail } from '../../domain/health/report-detail.ts';
import type { ProxyHealth, ProxyType } from '../../domain/proxies/proxy.ts';
import type { HealthService } from '../health/health-service.ts';
import type { Caller } from '../vps/token-service.ts';
import type { UseLog } from './use-log.ts';

/** The data that a program needs to send an account's traffic through its proxy. */
export interface AccountCredentials {
  account: string;
  model: string;
  proxy: {
    id: number;
    type: ProxyType;
    host: string;
    port: number;
    username: string | null;
    password: string | null;
    /** All parts in one URL, the form that most programs accept. */
    url: string;
  };
  assignedAt: Date;
  /** Changes whenever any field above changes. */
  version: string;
}

/** Identifies an account by its number, its username, or a value that may be either. */
export interface AccountName {
  named: string;
  by?: 'id' | 'username' | undefined;
}

/** Result of the use of a proxy, as reported by a program. */
export interface AccountReport {
  outcome: CheckOutcome;
  /** Description of the failure; the password is removed from it. */
  detail: string;
  /** The current time if undefined. */
  at?: Date | undefined;
  /** The proxy that was used; the account's current proxy if undefined. */
  proxyId?: number | undefined;
}

/** An older report is rejected, because the proxy may have changed since. */
const MAX_REPORT_AGE_MS = 15 * 60_000;
const MAX_SKEW_MS = 2 * 60_000;
/** An account that moves this often during one lookup indicates a fault. */
const MAX_TRIES = 5;

/** Looks up the proxy of an account with its credentials for programs, and accepts their reports about it. */
export class CredentialsService {
  readonly #db: Db;
  readonly #reads: Pick<Reads, 'query'>;
  readonly #keyring: Pick<Keyring, 'open'>;
  readonly #useLog: Pick<UseLog, 'noteAccess' | 'noteUse'>;
  readonly #health: Pick<HealthService, 'report'>;
  readonly #now: () => Date | Promise<Date>;

  constructor(deps: {
    db: Db;
    reads: Pick<Reads, 'query'>;
    keyring: Pick<Keyring, 'open'>;
    useLog: Pick<UseLog, 'noteAccess' | 'noteUse'>;
    health: Pick<HealthService, 'report'>;
    /** By default the time of the database. */
    now?: () => Date | Promise<Date>;
  }) {
    this.#db = deps.db;
    this.#reads = deps.reads;
    this.#keyring = deps.keyring;
    this.#useLog = deps.useLog;
    this.#health = deps.health;
    this.#now = deps.now ?? (() => readNow(deps.db));
  }

  /**
   * The proxy of an account with its credentials.
   *
   * @throws UserError with the reason if there is none: a response always has a proxy (R11)
   */
  async find(caller: Caller, name: AccountName): Promise<AccountCredentials> {
    const row = await this.#placed(caller, name);
    const { accountId, account, model, proxyId: id, type, host, port, username } = row;
    const password = await this.#password(row);
    this.#useLog.noteAccess(caller, accountId, id);
    const url = writeUrl({ type, host, port, credentials: { username, password } });
    return {
      account,
      model,
      proxy: { id, type, host, port, username: username || null, password, url },
      assignedAt: row.assignedAt,
      version: `${id}.${row.proxyVersion}.${row.assignedAt.getTime().toString(36)}`,
    };
  }

  /**
   * Records a program's report about the proxy of an account; it counts as a check.
   *
   * @returns the proxy, and its health if that has changed
   * @throws UserError if the report is old, or if the account has left that proxy
   */
  async report(
    caller: Caller,
    name: AccountName,
    { outcome, detail, at, proxyId: meant }: AccountReport,
  ): Promise<{ proxyId: number; health: ProxyHealth | null }> {
    const row = await this.#placed(caller, name);
    const { proxyId, assignedAt } = row;
    const now = await this.#now();
    const age = now.getTime() - (at ?? now).getTime();
    if (age > MAX_REPORT_AGE_MS || age < -MAX_SKEW_MS) {
      throw new UserError(
        'report_age',
        'The report must be at most 15 minutes old and not in the future.',
        'Check the clock of this machine.',
      );
    }
    const happened = at && age > 0 ? at : now;
    if ((meant !== undefined && meant !== proxyId) || happened < assignedAt) {
      throw new UserError('report_moved', `The account is now on proxy #${proxyId}.`, 'Request its proxy again.');
    }
    const shown = reportDetail(detail, await this.#password(row));
    const changes = await this.#health.report({
      proxyId,
      outcome,
      detail: shown,
      reporter: caller.actor.id,
      at: happened,
    });
    this.#useLog.noteUse(caller, proxyId);
    return { proxyId, health: changes.at(-1)?.to ?? null };
  }

  async #password({ passwordSealed, credentialId }: AssignedCredentials): Promise<string | null> {
    return passwordSealed ? this.#keyring.open(passwordSealed, credentialId, 'password') : null;
  }

  /** The account with its current proxy, after the first lookup has been recorded. */
  async #placed(caller: Caller, name: AccountName): Promise<AssignedCredentials> {
    for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
      const row = await this.#read(caller, name);
      const { account, model, isHeld } = row;
      if (row.assignedAt === null) {
        throw isHeld
          ? new UserError('account_held', `${account} is on hold and has no proxy.`)
          : new UserError('account_waiting', `${account} is waiting: no proxy has a free slot for ${model}.`);
      }
      // A concurrent move of the account has to see that its proxy was handed to a program, so this write is not
      // deferred.
      if (!row.isFirst || (await markFirstLookup(this.#db, row.accountId, row.proxyId))) return row;
    }
    throw new UserError('account_moving', 'The account is being moved.', 'Try again.');
  }

  async #read(caller: Caller, { named, by }: AccountName): Promise<CredentialsRow> {
    const found = await findCredentials(this.#reads, readAccountPath(named, by));
    const rows = caller.kind === 'operator' ? found : found.filter((row) => row.vpsId === caller.vpsId);
    const [row, other] = rows;
    if (other) {
      throw ambiguousAccount(named, 'Add ?by=id or ?by=username.');
    }
    if (row) return row;
    if (caller.kind === 'operator') throw notFound('account');
    // One answer, whether the account exists or not: a token must not reveal the names of other VPS' accounts.
    throw new UserError('account_of_another', 'The VPS of this token has no such account.');
  }
}
