import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { UserError } from '../../base/errors.ts';
import { notFound } from '../../base/not-found.ts';
import type { Db, Tx } from '../../db/client.ts';
import {
  endMutes,
  forgetChannel,
  insertMute,
  listMutes,
  type MuteTarget,
  readAlertSettings,
  writeAlertSettings,
} from '../../db/queries/alerts/alert-settings.ts';
import { countUndelivered, listAlertProxies, listAlerts, openProxiesOf } from '../../db/queries/alerts/alert-views.ts';
import {
  addAlertProxies,
  closeAlert,
  findOpenAlert,
  insertAlert,
  lockAlerts,
  readOpenIncidents,
} from '../../db/queries/alerts/alerts.ts';
import { insertEvents, readEvents } from '../../db/queries/alerts/incident-events.ts';
import { insertAudit } from '../../db/queries/audit.ts';
import { readNow } from '../../db/queries/clock.ts';
import { listMaintenances } from '../../db/queries/maintenance/maintenances.ts';
import { leaveChannel, redrawForMute, releaseMessages } from '../../db/queries/messages/messages.ts';
import { transact } from '../../db/transaction.ts';
import type { Actor } from '../../domain/actor.ts';
import type { HealthChange } from '../../domain/health/health-change.ts';
import type {
  Alert,
  AlertPage,
  AlertProxy,
  AlertSettings,
  AlertSummary,
  LostChannel,
  Notice,
} from '../../domain/incidents/incident.ts';
import type { IncidentEvent } from '../../domain/incidents/incident-event.ts';
import { groupFailures } from '../../domain/incidents/incident-grouping.ts';
import type { PageFrom } from '../../domain/page.ts';
import { StoredList } from '../shared/stored-list.ts';
import { describeAlert } from './describe-alert.ts';
import { returnToIncidents } from './incident-returns.ts';
import { endFailures, recountIncidents } from './incident-updates.ts';
import { recordCovered } from './maintenance/covered-failures.ts';

/** As many as fit into one message, with a link and long names in each. */
const PAGE_SIZE = 8;
/** Maximum number of rows in a list of an alert's proxies. */
const MAX_DETAILS = 100_000;
const SYSTEM: Actor = { id: 'system', name: 'Alerts' };
/** Maximum number of entries of a timeline in the details. */
const MAX_EVENTS = 10;

/**
 * Writes alerts and announcements for the ops channel in the transaction of the change that causes them. The deliverer
 * sends them later, even if this process ends.
 */
export class AlertService {
  readonly #db: Db;
  readonly #defaultChannelId: string;
  readonly #guildId: string;
  readonly #list: StoredList<AlertPage>;

  /** @param deps.opsChannelId `OPS_CHANNEL_ID`, the ops channel until `/alerts settings` sets another */
  constructor(deps: { db: Db; opsChannelId: string; guildId: string }) {
    this.#db = deps.db;
    this.#defaultChannelId = deps.opsChannelId;
    this.#guildId = deps.guildId;
    this.#list = new StoredList<AlertPage>(deps.db, {
      kind: 'alerts.list',
      filter: z.strictObject({}),
      again: 'Run /alerts list again.',
      size: PAGE_SIZE,
      read: (_filter, from) => this.#read(from),
    });
  }

  /**
   * Opens, extends and resolves incidents for changes of health. A proxy that begins to fail joins the incident of its
   * provider, network or minute, or goes on in the one from which it has just recovered; a recovered proxy leaves its incident. A
   * failure in maintenance joins the incident of the maintenance.
   */
  async recordIn(tx: Tx, changes: readonly HealthChange[]): Promise<void> {
    const failures = changes.filter(({ from, to }) => to === 'failing' && from !== 'failing');
    const recovered = changes.filter(({ from, to }) => from === 'failing' && to !== 'failing');
    if (failures.length + recovered.length === 0) return;
    await lockAlerts(tx);
    // Recoveries first: a proxy that fails again in the same batch does not join an incident that this batch resolves.
    const ended = recovered.map(({ proxyId, at }) => ({ proxyId, ending: 'recovered' as const, at }));
    await endFailures(tx, ended);
    if (failures.length === 0) return;
    const others = await recordCovered(tx, failures);
    await this.#join(tx, await returnToIncidents(tx, others));
    await recountIncidents(tx);
  }

  /** Lets failures join open incidents, or opens incidents for them. */
  async #join(tx: Tx, failures: readonly HealthChange[]): Promise<void> {
    if (failures.length === 0) return;
    const timed = failures.map((change) => ({ ...change, at: change.at.getTime() }));
    const joining = [];
    for (const group of groupFailures(await readOpenIncidents(tx), timed)) {
      const at = new Date(Math.min(...group.failures.map((failure) => failure.at)));
      const alertId = group.incidentId ?? (await insertAlert(tx, { kind: 'failing', at, isClosed: false }));
      if (alertId === undefined) throw new Error('the incident was not written');
      joining.push(...group.failures.map((failure) => ({ ...failure, alertId, since: new Date(failure.at) })));
    }
    await addAlertProxies(tx, joining);
  }

  /** Opens the alert of a monitoring problem, or resolves it. */
  async monitorFaultIn(tx: Tx, fault: { isOver: boolean; reason: string; at: Date }): Promise<void> {
    const { isOver, reason, at } = fault;
    await lockAlerts(tx);
    const open = await findOpenAlert(tx, 'monitor');
    if (isOver && open !== undefined) await closeAlert(tx, open, at);
    if (!isOver && open === undefined) {
      await insertAlert(tx, { kind: 'monitor', data: { reason }, at, isClosed: false });
    }
  }

  /**
   * The channel of the settings was deleted, or the bot may not post there any more: messages go to the configured channel, which
   * says so, and those that may still change are sent there again. A channel that was changed since then stays.
   */
  async loseChannel(channelId: string, problem: LostChannel): Promise<void> {
    if (channelId === this.#defaultChannelId) return;
    await transact(this.#db, async (tx) => {
      await lockAlerts(tx);
      const before = await readAlertSettings(tx);
      if (!(await forgetChannel(tx, channelId))) return;
      const after = await readAlertSettings(tx);
      const change = { entity: 'settings', entityId: 'alerts', before, after } as const;
      await insertAudit(tx, SYSTEM, { action: 'settings.edit', reason: problem, ...change });
      await this.noticeIn(tx, { kind: 'channel_lost', channelId, problem });
      await leaveChannel(tx, channelId, { isDeleted: problem === 'channel_gone' });
      await releaseMessages(tx);
    });
  }

  /** Writes a one-line announcement for the channel. */
  async noticeIn(tx: Tx, notice: Notice): Promise<void> {
    await insertAlert(tx, { kind: 'notice', data: notice, at: await readNow(tx), isClosed: true });
  }

  /** The first page of open alerts and those that could not be delivered, and the number under which `page` goes on. */
  list(): Promise<AlertPage> {
    return this.#list.first({});
  }

  /** @throws UserError if the list has expired */
  page(queryId: number, from: PageFrom): Promise<AlertPage> {
    return this.#list.page(queryId, from);
  }

  /** Open alerts and those that could not be delivered, the newest first. */
  async open(limit: number): Promise<readonly AlertSummary[]> {
    return (await listAlerts(this.#db, { size: limit })).rows;
  }

  async #read(from?: PageFrom) {
    const [alerts, undelivered, mutes, maintenances, { channelId }] = await Promise.all([
      listAlerts(this.#db, { size: PAGE_SIZE, from }),
      countUndelivered(this.#db),
      listMutes(this.#db),
      listMaintenances(this.#db),
      this.settings(),
    ]);
    return { ...alerts, undelivered, mutes, maintenances, channelId, guildId: this.#guildId };
  }

  /** @throws UserError if the alert does not exist */
  async details(id: number): Promise<{ alert: Alert; proxies: AlertProxy[]; events: IncidentEvent[] }> {
    const alert = await describeAlert(this.#db, id);
    if (!alert) throw unknownAlert(id);
    const [proxies, events] = await Promise.all([
      listAlertProxies(this.#db, id, MAX_DETAILS),
      readEvents(this.#db, id, MAX_EVENTS),
    ]);
    return { alert, proxies, events };
  }

  /**
   * The proxies that an alert still concerns.
   *
   * @throws UserError if no proxy is left
   */
  async openProxies(id: number): Promise<number[]> {
    const proxies = await openProxiesOf(this.#db, id);
    if (proxies.length > 0) return proxies;
    throw new UserError(
      'alert_over',
      'This alert is resolved: none of its proxies is failing any more.',
      'Run /alerts list to see open alerts.',
    );
  }

  /** The settings, and whether they name a channel instead of the configured one. */
  async settings(): Promise<AlertSettings & { channelId: string; isOwnChannel: boolean }> {
    const settings = await readAlertSettings(this.#db);
    const { channelId } = settings;
    return { ...settings, channelId: channelId ?? this.#defaultChannelId, isOwnChannel: channelId !== undefined };
  }

  /**
   * Changes the given settings. If the channel changes, alerts that could not be delivered are tried again.
   *
   * @throws UserError if the role to mention is everyone
   */
  async changeSettings(
    actor: Actor,
    change: Partial<AlertSettings>,
  ): Promise<Awaited<ReturnType<AlertService['settings']>>> {
    if (change.escalateRole === this.#guildId) {
      throw new UserError('not_allowed', 'Everyone cannot be mentioned.', 'Choose a role of those on call.');
    }
    await transact(this.#db, async (tx) => {
      await lockAlerts(tx);
      const before = await readAlertSettings(tx);
      await writeAlertSettings(tx, change);
      const after = await readAlertSettings(tx);
      if (isDeepStrictEqual(after, before)) return;
      await insertAudit(tx, actor, {
        action: 'settings.edit',
        entity: 'settings',
        entityId: 'alerts',
        before,
        after,
      });
      if (after.channelId !== before.channelId) await releaseMessages(tx);
    });
    return this.settings();
  }

  /**
   * Mutes an alert, a proxy, a provider or everything for some minutes; with 0 minutes the mute ends.
   *
   * @returns the end of the mute; null if nothing is muted any more
   */
  async mute(actor: Actor, target: Partial<MuteTarget>, minutes: number): Promise<Date | null> {
    const whole: MuteTarget = { alertId: null, proxyId: null, provider: null, ...target };
    return transact(this.#db, async (tx) => {
      await lockAlerts(tx);
      const ended = await endMutes(tx, whole);
      if (minutes === 0 && ended === 0)
        throw new UserError('not_muted', 'This is not muted.', 'Run /alerts list to see what is muted.');
      const until = minutes > 0 ? await insertMute(tx, whole, minutes, actor.id) : null;
      await redrawForMute(tx, whole.alertId ?? undefined);
      if (whole.alertId !== null) {
        const kind = until ? 'muted' : 'unmuted';
        await insertEvents(tx, [{ alertId: whole.alertId, kind, actorId: actor.id }]);
      }
      const action = until ? 'alert.mute' : 'alert.unmute';
      await insertAudit(tx, actor, { action, entity: 'settings', entityId: 'alerts', after: { ...target, until } });
      return until;
    });
  }
}

function unknownAlert(id: number): UserError {
  return notFound('alert', id);
}
