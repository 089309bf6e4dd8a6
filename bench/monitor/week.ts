import { createLogger } from '../../src/base/logger.ts';
import { connect, type Database } from '../../src/db/client.ts';
import type { CheckResult } from '../../src/domain/health/check-result.ts';
import { parseTarget } from '../../src/domain/health/check-target.ts';
import type { CheckOutcome } from '../../src/domain/health/outcome.ts';
import type { ProxyHealth } from '../../src/domain/proxies/proxy.ts';
import type { Probe } from '../../src/probe/probe.ts';
import { AlertService } from '../../src/services/alerts/alert-service.ts';
import { runFailover } from '../../src/services/alerts/failover.ts';
import { Checker } from '../../src/services/health/checker.ts';
import { HealthService } from '../../src/services/health/health-service.ts';
import { Monitor } from '../../src/services/health/monitor.ts';
import { OwnNetworkCheck } from '../../src/services/health/own-network.ts';
import { Sweep } from '../../src/services/health/sweep.ts';
import { assignAccounts } from '../../test/helpers/pool/pool-rows.ts';
import { withDatabase } from '../kit/database.ts';
import type { Figure } from '../kit/figures.ts';
import { percentiles } from '../kit/percentiles.ts';
import { type PlannedFailure, planWeek, type WeekPool } from './week-pool.ts';

const DAY_MS = 24 * 3_600_000;
const START = Date.UTC(2026, 0, 1);
/** The default of CHECK_INTERVAL. */
const INTERVAL_MS = 10 * 60_000;
/** Between two sweeps, as in the product, while a failure is being confirmed; the first failed check may wait for longer. */
const SHORT_STEP_MS = 5_000;
const STEP_MS = 60_000;
/** Of the used proxies; the others are free, so that accounts can move. */
const ACCOUNTS_EACH = 2;
const USED_SHARE = 0.6;
/** Three checks fail within this time, whenever the failure begins: an interval, two confirmations, and their spread. */
const DETECTED_WITHIN_MS = 15 * 60_000;
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** A failure, and when the monitor has found it. */
interface Found {
  failure: PlannedFailure;
  detectedAt?: number;
  /** Whether the proxy was still failing from the failure before, so that there was nothing to detect. */
  wasFailing?: boolean;
}

/** The time until an account had another proxy: from the start of the failure, and from its detection. */
interface Relocation {
  fromStartMs: number;
  fromDetectionMs: number;
}

/** The real monitor and failover over a simulated week; `WEEK_DAYS` and `WEEK_SEED` choose another one. */
export async function monitorWeekBench(): Promise<Figure[]> {
  const days = Number(process.env.WEEK_DAYS ?? 7);
  const end = START + days * DAY_MS;
  const pool = planWeek(Number(process.env.WEEK_SEED ?? 1), { start: START, end });
  return await withDatabase(async (url) => {
    const database = connect(url, { log: createLogger('silent') });
    try {
      const week = new Week(database, pool);
      await week.fill();
      await week.run(end);
      return figuresOf(week, { days, end });
    } finally {
      await database.close();
    }
  }, FAST);
}

class Week {
  /** The failures that were planned, by their start. */
  readonly found: Found[];
  /** Changes to failing, and how many of them without a failure of the proxy. */
  called = 0;
  wrong = 0;
  /** Of the accounts that had a proxy that failed. */
  readonly relocations: Relocation[] = [];
  checks = 0;
  readonly #database: Database;
  readonly #pool: WeekPool;
  readonly #hostOf = new Map<number, string>();
  readonly #failing = new Map<string, { failure: PlannedFailure | undefined; since: number }>();
  #now = START;
  #moves = 0;
  #isConfirming = false;
  /** When the pace of the failover was last brought up to date. */
  #paced = START;

  constructor(database: Database, pool: WeekPool) {
    this.#database = database;
    this.#pool = pool;
    this.found = pool.failures.map((failure) => ({ failure }));
  }

  async fill(): Promise<void> {
    const { rows } = await this.#database.pool.query<{ id: number; host: string }>(
      `insert into proxies (host, port, type, username, provider, credential_id, password_fingerprint)
       select host, 8080, 'http', '', provider, gen_random_uuid(), '' from json_to_recordset($1) as t(host text, provider text) returning id, host`,
      [JSON.stringify(this.#pool.proxies)],
    );
    for (const { id, host } of rows) this.#hostOf.set(id, host);
    const used = rows.filter((_, index) => index % 10 < USED_SHARE * 10).map(({ id }) => id);
    await assignAccounts(this.#database, used, { model: 'Amber', each: ACCOUNTS_EACH });
  }

  async run(end: number): Promise<void> {
    const { db } = this.#database;
    const alerts = new AlertService({ db, opsChannelId: '1', guildId: '2' });
    await alerts.changeSettings({ id: 'bench', name: 'bench' }, { failover: 'auto' });
    const monitor = this.#monitor(alerts);
    const handed: (readonly number[])[] = [];
    const hand = async (_tx: unknown, batches: readonly number[][]) => void handed.push(...batches);
    const sweep = new Sweep({ db, intervalMs: INTERVAL_MS, hand });
    for (; this.#now < end; this.#now += this.#isConfirming ? SHORT_STEP_MS : STEP_MS) {
      await sweep.run(new Date(this.#now));
      for (const ids of handed.splice(0)) await monitor.checkBatch(ids);
      await this.#look();
    }
  }

  #monitor(alerts: AlertService): Monitor {
    const { db } = this.#database;
    const now = () => new Date(this.#now);
    const elapsed = () => this.#now;
    const probe = this.#probe();
    const keyring = { open: () => Promise.reject(new Error('there is nothing sealed')) };
    return new Monitor({
      db,
      intervalMs: INTERVAL_MS,
      log: createLogger('silent'),
      now,
      elapsed,
      checker: new Checker({ db, probe, keyring, concurrency: 1_000, now }),
      ownNetwork: new OwnNetworkCheck({ probe, elapsed }),
      health: new HealthService({ db, alerts, intervalMs: INTERVAL_MS }),
    });
  }

  #probe(): Probe {
    return {
      targets: [parseTarget('https://check.test/')],
      check: async ({ host }) => {
        this.checks++;
        return resultOf(this.#pool.outcomeOf(host, this.#now));
      },
      checkDirect: async () => resultOf('ok'),
      close: () => undefined,
    };
  }

  /** Notes the findings of the monitor, and lets the failover act on them. */
  async #look(): Promise<void> {
    const { rows } = await this.#database.pool.query<{ id: number; health: ProxyHealth }>(
      `select proxy_id as id, health from proxy_health where health in ('failing', 'degraded')`,
    );
    this.#isConfirming = rows.some(({ health }) => health === 'degraded');
    const failing = new Set(
      rows.filter(({ health }) => health === 'failing').map(({ id }) => this.#hostOf.get(id) ?? ''),
    );
    for (const host of this.#failing.keys()) if (!failing.has(host)) this.#failing.delete(host);
    for (const host of failing) {
      if (this.#failing.has(host)) this.#goOn(host);
      else this.#call(host);
    }
    if (failing.size > 0) await this.#failOver();
  }

  #call(host: string): void {
    this.called++;
    const failure = this.#pool.failureOf(host, this.#now);
    this.#failing.set(host, { failure, since: this.#now });
    const found = this.found.find((each) => each.failure === failure);
    if (found) found.detectedAt = this.#now;
    else this.wrong++;
  }

  /** The proxy is still failing: by now perhaps in another failure than the one that was detected. */
  #goOn(host: string): void {
    const failure = this.#pool.failureOf(host, this.#now);
    if (failure === undefined || failure === this.#failing.get(host)?.failure) return;
    const found = this.found.find((each) => each.failure === failure);
    if (found) found.wasFailing = true;
  }

  async #failOver(): Promise<void> {
    // The pace of the failover is that of the clock of the database, which has hardly moved.
    await this.#database.pool.query(
      `update alert_moves set at = at - make_interval(secs => $1) where at > now() - interval '1 hour'`,
      [(this.#now - this.#paced) / 1000],
    );
    this.#paced = this.#now;
    await runFailover(this.#database.db);
    const { rows } = await this.#database.pool.query<{ from: number }>(
      'select from_proxy_id as from from alert_moves order by id offset $1',
      [this.#moves],
    );
    this.#moves += rows.length;
    for (const { from } of rows) {
      const { failure, since = this.#now } = this.#failing.get(this.#hostOf.get(from) ?? '') ?? {};
      if (failure)
        this.relocations.push({ fromStartMs: this.#now - failure.start, fromDetectionMs: this.#now - since });
    }
  }
}

function resultOf(outcome: CheckOutcome): CheckResult {
  const ms = outcome === 'ok' ? 80 : null;
  const times = { connectMs: ms, handshakeMs: ms, firstByteMs: ms, totalMs: ms };
  return { outcome, detail: outcome, times, exitIp: null, target: 'check.test' };
}

function figuresOf({ found, called, wrong, relocations, checks }: Week, { days, end }: { days: number; end: number }) {
  const long = found.filter(({ failure }) => Math.min(failure.end, end) - failure.start >= DETECTED_WITHIN_MS);
  const missed = long.filter(({ detectedAt, wasFailing }) => detectedAt === undefined && !wasFailing);
  const detected = long.flatMap(({ failure, detectedAt }) =>
    detectedAt === undefined ? [] : detectedAt - failure.start,
  );
  const atOnce = relocations.filter(({ fromDetectionMs }) => fromDetectionMs === 0);
  const minutes = (ms: number) => `${(ms / 60_000).toFixed(1)} min`;
  const times = (durations: readonly number[]) => {
    const { count, p50, p99, max } = percentiles(durations);
    return `${count}: p50 ${minutes(p50)}, p99 ${minutes(p99)}, max ${minutes(max)}`;
  };
  const figure = (what: string, ours: string, about: Partial<Figure> = {}): Figure => ({
    what,
    ours,
    floor: '',
    limit: '',
    isMet: true,
    ...about,
  });
  return [
    figure(`${days} days, interval ${minutes(INTERVAL_MS)}`, `${checks} checks, ${found.length} failures`),
    figure('precision of “failing”', `${called - wrong} of ${called}`, { limit: 'all', isMet: wrong === 0 }),
    figure(
      `recall, failures of ${minutes(DETECTED_WITHIN_MS)} or more`,
      `${long.length - missed.length} of ${long.length}`,
      {
        limit: 'all',
        isMet: missed.length === 0,
      },
    ),
    figure('time to detect', times(detected)),
    figure('time to relocate an account', times(relocations.map(({ fromStartMs }) => fromStartMs))),
    figure('  if the pace of the failover allowed it at once', times(atOnce.map(({ fromStartMs }) => fromStartMs))),
  ];
}
