import type { Logger } from '../../base/logger.ts';
import type { Db, Tx } from '../../db/client.ts';
import { readAlertSettings } from '../../db/queries/alerts/alert-settings.ts';
import {
  type ConflictingProxy,
  claimExpiring,
  findExitIpConflicts,
  findSettledProxies,
  isMiscounted,
  purgeAlerts,
  readOpenExitIpConflicts,
} from '../../db/queries/alerts/alert-upkeep.ts';
import {
  addAlertProxies,
  endAlertProxies,
  findOpenAlert,
  hasAlert,
  insertAlert,
  lockAlerts,
} from '../../db/queries/alerts/alerts.ts';
import { readDigest } from '../../db/queries/alerts/digest.ts';
import { hasCalmIncidents } from '../../db/queries/alerts/incident-returns.ts';
import { readWeek } from '../../db/queries/alerts/weekly.ts';
import { readNow } from '../../db/queries/clock.ts';
import { readSettings } from '../../db/queries/settings.ts';
import { transact } from '../../db/transaction.ts';
import { WEEKDAYS } from '../../domain/incidents/weekly.ts';
import { type BulkRunner, runHere } from '../bulk/bulk-runner.ts';
import { escalate } from './escalation.ts';
import { countMovable, isFailoverDue, isUncounted, runFailover } from './failover.ts';
import { settleIncidents } from './incident-returns.ts';
import { endFailures, recountIncidents } from './incident-updates.ts';
import { keepMaintenances } from './maintenance/maintenance-service.ts';

/** Days for which resolved alerts can be read. */
const KEPT_DAYS = 90;
/** A digest that was missed in its hour is sent up to this much later. */
const DIGEST_LATE_HOURS = 3;

/** The hour of the weekly report in UTC, unless there is a digest, whose hour it then has. */
const WEEKLY_HOUR = 7;

/**
 * Updates alerts for reasons other than checks: deactivated proxies leave their incidents, account counts are
 * refreshed, exit IP conflicts are found, the failover moves accounts, expiries and the digest are announced. Any
 * number of processes may run it: a second run has no effect.
 */
export class AlertWatch {
  readonly #db: Db;
  readonly #bulk: BulkRunner;
  readonly #log: Logger;
  readonly #now: (db: Db | Tx) => Date | Promise<Date>;

  constructor(deps: {
    db: Db;
    bulk?: BulkRunner;
    log: Logger;
    now?: ((db: Db | Tx) => Date | Promise<Date>) | undefined;
  }) {
    this.#db = deps.db;
    this.#bulk = deps.bulk ?? runHere;
    this.#log = deps.log;
    this.#now = deps.now ?? readNow;
  }

  /** Updates open incidents. */
  async follow(): Promise<void> {
    await keepMaintenances(this.#db, await this.#now(this.#db));
    await this.#failOver();
    await this.#settle();
    await this.#announceCalm();
    if (await isMiscounted(this.#db)) await this.#withAlertLock(recountIncidents);
    await escalate(this.#db, await this.#now(this.#db));
    if (await isUncounted(this.#db)) {
      await this.#bulk.run({ task: 'countMovable', args: [] }, () => countMovable(this.#db));
    }
  }

  /** Searches the whole pool for events to announce. */
  async survey(): Promise<void> {
    await this.#updateExitIpConflicts();
    await this.#announceExpiries();
    await this.#digest();
    await this.#weekly();
    await purgeAlerts(this.#db, KEPT_DAYS);
  }

  async #failOver(): Promise<void> {
    if (!(await isFailoverDue(this.#db))) return;
    const moved = await this.#bulk.run({ task: 'runFailover', args: [] }, () => runFailover(this.#db));
    if (moved > 0) this.#log.info({ moved }, 'failover moved accounts');
  }

  async #settle(): Promise<void> {
    if ((await findSettledProxies(this.#db)).length === 0) return;
    await this.#withAlertLock(async (tx) => {
      const at = await this.#now(tx);
      const settled = await findSettledProxies(tx);
      await endFailures(
        tx,
        settled.map((each) => ({ ...each, at })),
      );
    });
  }

  async #announceCalm(): Promise<void> {
    const now = await this.#now(this.#db);
    if (await hasCalmIncidents(this.#db, now)) await this.#withAlertLock((tx) => settleIncidents(tx, now));
  }

  /** Opens, updates and resolves the single alert about exit IP conflicts. */
  async #updateExitIpConflicts(): Promise<void> {
    const [found, reported] = [await findExitIpConflicts(this.#db), await readOpenExitIpConflicts(this.#db)];
    if (isSame(found, reported)) return;
    await this.#withAlertLock(async (tx) => {
      const now = await this.#now(tx);
      const conflicting = await findExitIpConflicts(tx);
      const known = await readOpenExitIpConflicts(tx);
      const isKnown = new Set(known.map(keyOf));
      const isInConflict = new Set(conflicting.map(({ proxyId }) => proxyId));
      const gone = known.filter(({ proxyId }) => !isInConflict.has(proxyId));
      const added = conflicting.filter((each) => !isKnown.has(keyOf(each)));
      if (added.length > 0) {
        const alertId =
          (await findOpenAlert(tx, 'exit_ip_conflict')) ??
          (await insertAlert(tx, { kind: 'exit_ip_conflict', at: now, isClosed: false }));
        if (alertId === undefined) throw new Error('the exit IP conflict was not written');
        await addAlertProxies(
          tx,
          added.map(({ proxyId, provider, address }) => ({
            alertId,
            proxyId,
            provider,
            network: address,
            since: now,
            isFlapping: false,
            outcome: 'exit_ip_conflict',
            detail: `exit IP ${address}`,
          })),
        );
      }
      const ended = gone.map(({ proxyId }) => ({ proxyId, ending: 'recovered' as const, at: now }));
      await endAlertProxies(tx, 'exit_ip_conflict', ended);
    });
  }

  /** Announces upcoming expiries, in one message per day, and in another one what would expire before the next day's. */
  async #announceExpiries(): Promise<void> {
    const { expiryDays } = await readAlertSettings(this.#db);
    if (expiryDays === 0) return;
    const now = await this.#now(this.#db);
    const today = now.toISOString().slice(0, 10);
    await transact(this.#db, async (tx) => {
      const found = await claimExpiring(tx, expiryDays, today);
      if (found.length === 0) return;
      const key = (await hasAlert(tx, 'expiry', today)) ? now.toISOString() : today;
      const alertId = await insertAlert(tx, { kind: 'expiry', key, at: now, isClosed: true });
      if (alertId === undefined) throw new Error('the expiry was announced meanwhile');
      await addAlertProxies(
        tx,
        found.map(({ proxyId, provider, expiresAt }) => ({
          alertId,
          proxyId,
          provider,
          network: null,
          since: now,
          isFlapping: false,
          outcome: 'expiry',
          detail: `expires ${expiresAt.toISOString()}`,
        })),
      );
    });
  }

  /** Sends the daily digest in the configured hour or, if no process was running then, soon after. */
  async #digest(): Promise<void> {
    const { digestHour, expiryDays } = await readAlertSettings(this.#db);
    const now = await this.#now(this.#db);
    const hoursLate = digestHour === null ? -1 : now.getUTCHours() - digestHour;
    const key = now.toISOString().slice(0, 10);
    if (hoursLate < 0 || hoursLate > DIGEST_LATE_HOURS || (await hasAlert(this.#db, 'digest', key))) return;
    await this.#db.transaction(async (tx) => {
      const { limit } = await readSettings(tx);
      const data = await readDigest(tx, limit, expiryDays);
      await insertAlert(tx, { kind: 'digest', key, data, at: now, isClosed: true });
    });
  }

  /** Sends the weekly report on its day, in the hour of the digest or, if there is none, in the morning. */
  async #weekly(): Promise<void> {
    const { weeklyDay, digestHour } = await readAlertSettings(this.#db);
    const now = await this.#now(this.#db);
    const hoursLate = now.getUTCHours() - (digestHour ?? WEEKLY_HOUR);
    const isDay = WEEKDAYS[now.getUTCDay()] === weeklyDay;
    const key = now.toISOString().slice(0, 10);
    if (!isDay || hoursLate < 0 || hoursLate > DIGEST_LATE_HOURS || (await hasAlert(this.#db, 'weekly', key))) return;
    await this.#db.transaction(async (tx) => {
      const data = await readWeek(tx, now, await readSettings(tx));
      await insertAlert(tx, { kind: 'weekly', key, data, at: now, isClosed: true });
    });
  }

  #withAlertLock(work: (tx: Tx) => Promise<void>): Promise<void> {
    return transact(this.#db, async (tx) => {
      await lockAlerts(tx);
      await work(tx);
    });
  }
}

const keyOf = ({ proxyId, address }: ConflictingProxy) => `${proxyId} ${address}`;

function isSame(a: readonly ConflictingProxy[], b: readonly ConflictingProxy[]): boolean {
  return a.length === b.length && a.every((each, index) => keyOf(each) === keyOf(b[index] as ConflictingProxy));
}
