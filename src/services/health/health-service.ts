import type { Db, Tx } from '../../db/client.ts';
import { readAlertSettings } from '../../db/queries/alerts/alert-settings.ts';
import { ensureCheckDay, hasEqualReport, insertChecks } from '../../db/queries/health/check-log.ts';
import {
  forgiveChecks,
  type HealthUpdate,
  type KnownHealth,
  lockHealth,
  updateHealth,
} from '../../db/queries/health/health.ts';
import { transact } from '../../db/transaction.ts';
import { untilNextCheck } from '../../domain/health/check-pace.ts';
import type { CheckRecord } from '../../domain/health/check-record.ts';
import type { HealthChange } from '../../domain/health/health-change.ts';
import { findingOf, isFlapping, nextState } from '../../domain/health/health-state.ts';
import type { CheckOutcome } from '../../domain/health/outcome.ts';
import { networkOf } from '../../domain/plan/shared/network.ts';
import type { AlertService } from '../alerts/alert-service.ts';

/** Within this time the same failure counts once, since several programs, or one that retries, report it. */
const REPORT_PACE_MS = 30_000;
const NO_TIMES = { connectMs: null, handshakeMs: null, firstByteMs: null, totalMs: null };

/** A program's report about a proxy that it used. */
export interface ProxyReport {
  proxyId: number;
  outcome: CheckOutcome;
  /** One short sentence. It is shown to people, so it must contain no credentials. */
  detail: string;
  /** Name of the token. */
  reporter: string;
  /** Time of the event. */
  at: Date;
}

/** Applies the results of checks to proxies. This is the only place that changes health. */
export class HealthService {
  readonly #db: Db;
  readonly #alerts: Pick<AlertService, 'recordIn' | 'monitorFaultIn'>;
  readonly #intervalMs: number;
  readonly #random: () => number;
  /** The last day for which a partition exists. */
  #day = '';

  /** @param deps.intervalMs check interval of a healthy proxy */
  constructor(deps: {
    db: Db;
    alerts: Pick<AlertService, 'recordIn' | 'monitorFaultIn'>;
    intervalMs: number;
    random?: () => number;
  }) {
    this.#db = deps.db;
    this.#alerts = deps.alerts;
    this.#intervalMs = deps.intervalMs;
    this.#random = deps.random ?? Math.random;
  }

  /**
   * Writes checks with their effects: health, exit IPs, alerts, the figures of the hour. @returns the changes of health
   */
  async record(records: readonly CheckRecord[]): Promise<HealthChange[]> {
    if (records.length === 0) return [];
    await this.#ensureDays(records);
    return transact(this.#db, (tx) => this.#recordIn(tx, records));
  }

  /**
   * A program's report counts as a check; a reported failure makes the monitor check the proxy at once. The same report again, as from
   * a program that retries, changes nothing.
   */
  async report({ proxyId, outcome, detail, reporter, at }: ProxyReport): Promise<HealthChange[]> {
    const result = { outcome, detail, times: NO_TIMES, exitIp: null, target: '' };
    const record: CheckRecord = { proxyId, at, source: 'report', reporter, result };
    await this.#ensureDays([record]);
    return transact(this.#db, async (tx) => {
      await lockHealth(tx, [proxyId]);
      return (await hasEqualReport(tx, record, REPORT_PACE_MS)) ? [] : this.#recordIn(tx, [record]);
    });
  }

  /** Opens a monitoring problem, and takes back the failures that were counted against these proxies since it began. */
  async beginFault(reason: string, proxyIds: readonly number[], at: Date): Promise<void> {
    await this.#db.transaction(async (tx) => {
      if (proxyIds.length > 0) {
        await lockHealth(tx, proxyIds);
        await forgiveChecks(tx, proxyIds);
      }
      await this.#alerts.monitorFaultIn(tx, { isOver: false, reason, at });
    });
  }

  async endFault(at: Date): Promise<void> {
    await this.#db.transaction((tx) => this.#alerts.monitorFaultIn(tx, { isOver: true, reason: '', at }));
  }

  async #ensureDays(records: readonly CheckRecord[]): Promise<void> {
    for (const { at } of records) {
      const day = at.toISOString().slice(0, 10);
      if (day === this.#day) continue;
      await ensureCheckDay(this.#db, at);
      this.#day = day;
    }
  }

  async #recordIn(tx: Tx, records: readonly CheckRecord[]): Promise<HealthChange[]> {
    const { failuresToAlert } = await readAlertSettings(tx);
    const known = new Map(
      (
        await lockHealth(
          tx,
          records.map((each) => each.proxyId),
        )
      ).map((each) => [each.proxyId, each]),
    );
    const changes: HealthChange[] = [];
    const updates = new Map<number, HealthUpdate>();
    for (const record of records) {
      const before = known.get(record.proxyId);
      if (!before) continue;
      const after = this.#judge(before, record, failuresToAlert);
      updates.set(record.proxyId, after);
      if (before.status === 'active') changes.push(...changeOf(before, after, record));
      known.set(record.proxyId, { ...before, ...after, exitIp: after.exitIp ?? before.exitIp });
    }
    if (updates.size === 0) return [];
    await updateHealth(tx, [...updates.values()]);
    await insertChecks(
      tx,
      records.filter((each) => known.has(each.proxyId)),
    );
    await this.#alerts.recordIn(tx, changes);
    return changes;
  }

  #judge(before: KnownHealth, { proxyId, at, source, result }: CheckRecord, failuresToAlert: number): HealthUpdate {
    const { outcome, detail, times, exitIp } = result;
    const isReport = source === 'report';
    const isRepeated =
      isReport && before.reportedAt !== null && at.getTime() - before.reportedAt.getTime() < REPORT_PACE_MS;
    const finding = isRepeated ? 'inconclusive' : findingOf(outcome);
    const { health, successStreak, failureStreak, flapScore, flapAt } = nextState(before, finding, at, failuresToAlert);
    const state = { health, successStreak, failureStreak, flapScore, flapAt };
    const due = new Date(at.getTime() + untilNextCheck(state, this.#intervalMs, this.#random()));
    return {
      ...state,
      proxyId,
      at,
      outcome,
      detail,
      exitIp,
      latencyMs: finding === 'success' && times.totalMs !== null ? Math.round(times.totalMs) : null,
      nextCheckAt: isReport ? (finding === 'failure' ? at : null) : due,
      isChecked: !isReport,
      reportedAt: isReport && !isRepeated ? at : null,
    };
  }
}

function changeOf(before: KnownHealth, after: HealthUpdate, { proxyId, at, result }: CheckRecord): HealthChange[] {
  const hasMoved = result.exitIp !== null && before.exitIp !== null && result.exitIp !== before.exitIp;
  if (before.health === after.health && !hasMoved) return [];
  const exitIp = result.exitIp ?? before.exitIp;
  return [
    {
      proxyId,
      at,
      exitIp,
      provider: before.provider,
      from: before.health,
      to: after.health,
      network: networkOf({ exitIp, host: before.host }),
      outcome: result.outcome,
      detail: result.detail,
      isFlapping: isFlapping(after, at),
      exitIpBefore: hasMoved ? before.exitIp : null,
    },
  ];
}
