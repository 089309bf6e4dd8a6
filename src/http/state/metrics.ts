import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Logger } from '../../base/logger.ts';
import type { MessageKind } from '../../domain/messages/message.ts';
import type { CountedEvent, CountedSync } from '../../domain/pool-figures.ts';
import type { DatabaseStatus } from '../../services/shared/database-status.ts';
import type { FiguresService, WatchedFigures } from '../../services/stats/figures-service.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10, 30];

/** The limit of the service level is among them: 5 s. */
const DELIVERY_SECONDS = [0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300];

const ACKNOWLEDGE_SECONDS = [1, 2, 5, 15, 30, 60, 240].map((minutes) => minutes * 60);

/** A completed interaction of the ops channel. */
export interface AnsweredInteraction {
  /** The declared name, never user input. */
  command: string;
  /** `ok` or an error code. */
  outcome: string;
  ms: number;
}

type CheckFigures = Awaited<ReturnType<FiguresService['checks']>>;

interface MetricsDeps {
  database: Pick<DatabaseStatus, 'connections'>;
  figures: Pick<FiguresService, 'pool' | 'checks' | 'incidentEvents' | 'syncs'>;
  log: Logger;
}

/**
 * Metrics for Prometheus. Labels have few values, all of them fixed: no names, addresses or numbers of proxies, and no secrets.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #figures: Pick<FiguresService, 'pool' | 'checks' | 'incidentEvents' | 'syncs'>;
  readonly #interactions = this.#histogram('interaction_seconds', 'Duration of interactions', ['command', 'outcome']);
  readonly #requests = this.#histogram('http_request_seconds', 'Duration of HTTP requests', [
    'method',
    'route',
    'status',
  ]);
  readonly #isDatabaseUp = this.#gauge('database_up', '1 if the database could be read, otherwise 0');
  readonly #proxies = this.#gauge('proxies', 'Proxies by status and health', ['status', 'health']);
  readonly #outcomes = this.#gauge('proxies_by_outcome', 'Proxies by outcome of their last check', ['outcome']);
  readonly #accounts = this.#gauge('accounts', 'Accounts by state', ['state']);
  readonly #alerts = this.#gauge('alerts_open', 'Open alerts');
  readonly #undelivered = this.#gauge('alerts_undelivered', 'Alerts with an undelivered update');
  readonly #lag = this.#gauge('alert_delivery_lag_seconds', 'Age of the oldest undelivered alert update');
  readonly #incidents = this.#gauge('incidents_open', 'Open incidents that are not in maintenance', ['state']);
  readonly #unacknowledgedAge = this.#gauge(
    'incident_unacknowledged_seconds',
    'Age of the oldest open incident that is neither acknowledged nor muted',
  );
  readonly #acknowledged: Histogram;
  readonly #delivered: Histogram<'kind'>;
  readonly #escalations: Counter;
  readonly #freeSlots = this.#gauge('free_slots', 'Free slots of proxies that take accounts');
  readonly #servable = this.#gauge(
    'accounts_waiting_with_free_slots',
    'Waiting accounts for whose model there is a free slot',
  );
  readonly #overlooked = this.#gauge(
    'accounts_waiting_with_free_slots_seconds',
    'Time for which accounts have waited although there are free slots, since the last complete run of the job that assigns them',
  );
  readonly #late = this.#gauge('checks_late', 'Active proxies whose last check is more than 1.5 intervals ago');
  readonly #due = this.#gauge('checks_due', 'Proxies whose check is due and not yet claimed');
  readonly #jobs = this.#gauge('jobs', 'Unfinished jobs by state', ['state']);
  readonly #syncAge = this.#gauge('source_complete_age_seconds', 'Age of the oldest last complete sync', ['kind']);
  readonly #missing = this.#gauge('source_missing_proxies', 'Active proxies that their source lacks', ['kind']);
  readonly #syncs: Counter<'kind' | 'outcome'>;
  readonly #connections = this.#gauge(
    'database_connections',
    'Database connections by state, and statements waiting for one',
    ['state'],
  );
  readonly #checks: Counter<'result'>;
  readonly #database: Pick<DatabaseStatus, 'connections'>;
  readonly #log: Logger;

  constructor({ database, figures, log }: MetricsDeps) {
    this.#log = log;
    this.#database = database;
    this.#figures = figures;
    const registers = [this.#registry];
    const name = 'proxy_ops_checks_total';
    this.#checks = new Counter({ name, help: 'Checks of all processes by result', labelNames: ['result'], registers });
    this.#acknowledged = new Histogram({
      name: 'proxy_ops_incident_acknowledge_seconds',
      help: 'Time from the opening of an incident to its acknowledgement',
      buckets: ACKNOWLEDGE_SECONDS,
      registers,
    });
    this.#delivered = new Histogram({
      name: 'proxy_ops_message_delivery_seconds',
      help: 'Time from the commit of an alert or another message of the ops channel until Discord has it',
      labelNames: ['kind'],
      buckets: DELIVERY_SECONDS,
      registers,
    });
    this.#escalations = new Counter({
      name: 'proxy_ops_escalations_total',
      help: 'Incidents about which a role was mentioned',
      registers,
    });
    this.#syncs = new Counter({
      name: 'proxy_ops_source_syncs_total',
      help: 'Syncs of sources by kind and outcome',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  interaction({ command, outcome, ms }: AnsweredInteraction): void {
    this.#interactions.observe({ command, outcome }, ms / 1000);
  }

  request(method: string, route: string | undefined, status: number, ms: number): void {
    this.#requests.observe({ method, route: route ?? 'none', status }, ms / 1000);
  }

  delivered(kind: MessageKind, ms: number): void {
    this.#delivered.observe({ kind }, ms / 1000);
  }

  /** All metrics as text. While the database is unavailable, its figures are omitted rather than repeated. */
  async text(): Promise<string> {
    const read = await this.#read();
    this.#isDatabaseUp.set(read ? 1 : 0);
    this.#forget();
    if (read) this.#show(...read);
    for (const [state, count] of Object.entries(this.#database.connections())) this.#connections.set({ state }, count);
    return this.#registry.metrics();
  }

  async #read(): Promise<[WatchedFigures, CheckFigures, readonly CountedEvent[], readonly CountedSync[]] | undefined> {
    try {
      const pool = await this.#figures.pool();
      return [pool, await this.#figures.checks(), await this.#figures.incidentEvents(), await this.#figures.syncs()];
    } catch (err) {
      this.#log.warn({ err }, 'the figures of the database could not be read');
      return undefined;
    }
  }

  #show(
    {
      proxies,
      outcomes,
      accounts,
      alerts,
      incidents,
      freeSlots,
      waitingWithSlots,
      overlookedSeconds,
      checksDue,
      checksLate,
      jobs,
      sources,
    }: WatchedFigures,
    { checks, succeeded }: CheckFigures,
    events: readonly CountedEvent[],
    syncs: readonly CountedSync[],
  ): void {
    for (const { kind, outcome } of syncs) this.#syncs.inc({ kind, outcome });
    for (const { kind, completeAgeSeconds, missing } of sources) {
      this.#syncAge.set({ kind }, completeAgeSeconds);
      this.#missing.set({ kind }, missing);
    }
    for (const { kind, afterSeconds } of events) {
      if (kind === 'escalated') this.#escalations.inc();
      else this.#acknowledged.observe(Math.max(0, afterSeconds));
    }
    this.#incidents.set({ state: 'acknowledged_or_muted' }, incidents.open - incidents.unacknowledged);
    this.#incidents.set({ state: 'unacknowledged' }, incidents.unacknowledged);
    this.#unacknowledgedAge.set(incidents.unacknowledgedSeconds);
    this.#freeSlots.set(freeSlots);
    this.#servable.set(waitingWithSlots);
    this.#overlooked.set(overlookedSeconds);
    this.#checks.inc({ result: 'success' }, succeeded);
    this.#checks.inc({ result: 'failure' }, checks - succeeded);
    for (const { status, health, count } of proxies) this.#proxies.set({ status, health }, count);
    for (const { outcome, count } of outcomes) this.#outcomes.set({ outcome }, count);
    for (const [state, count] of Object.entries(accounts)) this.#accounts.set({ state }, count);
    for (const { state, count } of jobs) this.#jobs.set({ state }, count);
    this.#alerts.set(alerts.open);
    this.#undelivered.set(alerts.undelivered);
    this.#lag.set(alerts.lagSeconds);
    this.#due.set(checksDue);
    this.#late.set(checksLate);
  }

  #forget(): void {
    for (const gauge of [
      this.#proxies,
      this.#outcomes,
      this.#accounts,
      this.#jobs,
      this.#incidents,
      this.#syncAge,
      this.#missing,
    ])
      gauge.reset();
    const single = [this.#alerts, this.#undelivered, this.#lag, this.#due, this.#freeSlots, this.#servable];
    for (const gauge of [...single, this.#unacknowledgedAge, this.#overlooked, this.#late]) gauge.remove();
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name: `proxy_ops_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[]): Histogram {
    const registers = [this.#registry];
    return new Histogram({ name: `proxy_ops_${name}`, help, labelNames, buckets: SECONDS, registers });
  }
}
