import type { Config, HttpConfig } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import type { Shutdown } from '../base/shutdown.ts';
import { registry } from '../commands/index.ts';
import type { Db } from '../db/client.ts';
import { OnlyBot } from '../db/lanes/only-bot.ts';
import {
  deleteClickedMessage,
  insertClickedMessage,
  takeClickedMessages,
} from '../db/queries/messages/clicked-messages.ts';
import { MESSAGE_CHANNEL } from '../db/queries/messages/outbox.ts';
import { writeSettings } from '../db/queries/settings.ts';
import { Listener } from '../db/reads.ts';
import { startBot } from '../discord/client.ts';
import { type ClickedMessage, QUICK_MS, type WorkJournal, waitingFor } from '../discord/dispatch/working.ts';
import { DiscordOpsChannel } from '../discord/ops-channel.ts';
import { findSetupProblems, hasGuildRole } from '../discord/setup-check.ts';
import type { Alert } from '../domain/incidents/incident.ts';
import type { Message } from '../domain/messages/message.ts';
import { setupLine } from '../domain/messages/setup.ts';
import { DEFAULT_CURRENCY } from '../domain/parse/fields/currency.ts';
import type { Chart } from '../domain/picture.ts';
import { Metrics } from '../http/state/metrics.ts';
import type { ScheduledJob } from '../jobs/scheduled-jobs.ts';
import type { SyncPace } from '../jobs/sync-jobs.ts';
import type { View } from '../kit/view.ts';
import { alertMessages } from '../services/alerts/alert-message.ts';
import { type DeliveryPace, MessageDeliverer } from '../services/messages/message-deliverer.ts';
import type { Services } from '../services/services.ts';
import { DatabaseStatus } from '../services/shared/database-status.ts';
import { sourceMessage } from '../services/sources/announce-sync.ts';
import { FiguresService } from '../services/stats/figures-service.ts';
import { alertCard } from '../views/alerts/alert-card.ts';
import { escalationCard } from '../views/alerts/incident/escalation-card.ts';
import { incidentUpdate } from '../views/alerts/incident/incident-update.ts';
import { threadEntry, threadName } from '../views/alerts/incident/thread-entry.ts';
import { maintenanceCard } from '../views/alerts/maintenance-card.ts';
import { statsChart } from '../views/charts/stats-chart.ts';
import { weeklyChart } from '../views/charts/weekly-chart.ts';
import { syncCard } from '../views/sources/sync-card.ts';
import { startApi } from './api.ts';
import { buildServices } from './build-services.ts';
import { type CoreDeps, openCore } from './core.ts';
import { startJobs } from './jobs.ts';

export interface AppDeps extends Pick<CoreDeps, 'ownerUrl' | 'yields'> {
  config: Pick<Config, 'checks' | 'modelCooldownDays' | 'accountsPerProxy' | 'allowPrivateProxies' | 'roles'> & {
    discord: Config['discord'] & { token: string };
    /** Undefined: no API. */
    http?: HttpConfig;
    sourceApiUrls?: Config['sourceApiUrls'];
    shareMs?: number;
    /** The unit of costs; `DEFAULT_CURRENCY` if left out. */
    currency?: string;
    /** How long the work behind a button may take before its message says that it goes on. */
    quickMs?: number;
    deliveryPace?: DeliveryPace;
    syncPace?: SyncPace;
    /** Tells when alerts are due; the clock of the database if left out. */
    now?: () => Date;
  };
  databaseUrl: string;
  encryptionKey: Uint8Array;
  log: Logger;
  /** Collects the steps that stop what was started. */
  shutdown: Shutdown;
  /** Ends the process, because Discord no longer accepts the bot. Without it, the reason is only logged. */
  end?: (reason: string) => void;
}

/** The running bot. */
export interface App {
  services: Services;
  /** Address of the API; undefined if it is off. */
  apiUrl: string | undefined;
  /** The work that recurs. */
  jobs: readonly ScheduledJob[];
}

/** Starts the bot: the core, the services, the connection to Discord, the jobs and the API. */
export async function startApp({ config, end, ...deps }: AppDeps): Promise<App> {
  const { log, shutdown } = deps;
  const core = await openCore({ ...deps, config });
  const { db, databaseUrl, lanes } = core;
  const upkeep = lanes.upkeep.db;
  const { token, apiUrl, guildId, opsChannelId } = config.discord;
  const onLost = end ?? ((reason) => log.fatal(reason));
  const onlyBot = new OnlyBot({ databaseUrl, bot: idIn(token), log, onLost: () => onLost(TAKEN_OVER) });
  shutdown.add('lock of the bot', () => onlyBot.leave());
  await onlyBot.enter();
  await writeSettings(db, {
    limit: config.accountsPerProxy,
    cooldownDays: config.modelCooldownDays,
    currency: config.currency ?? DEFAULT_CURRENCY,
  });
  const services = buildServices(core, config);
  const database = new DatabaseStatus({ pools: [lanes.upkeep.pool, lanes.people.pool, lanes.bulk.pool], log });
  const metrics = new Metrics({ database, figures: new FiguresService({ db: upkeep }), log });
  const bot = await startBot({
    registry,
    services,
    token,
    apiUrl,
    guildId,
    roles: config.roles,
    log,
    work: { journal: workJournal(upkeep), patience: waitingFor(config.quickMs ?? QUICK_MS) },
    onAnswered: (interaction) => metrics.interaction(interaction),
    onLost,
  });
  shutdown.add('discord', () => bot.stop(), ANSWERS_MS);
  const { roles } = config;
  services.setup.use((used) => findSetupProblems(bot.client, { guildId, roles, ...used }));
  for (const problem of await services.setup.problems()) log.warn(setupLine(problem));
  const channel = new DiscordOpsChannel({
    client: bot.client,
    render: renderer(services),
    threadName: ({ content }) => threadName(content),
  });
  const hasRole = (id: string) => hasGuildRole(bot.client, guildId, id);
  const sources = { ...alertMessages(upkeep, { hasRole, now: config.now }), source: sourceMessage(upkeep) };
  const deliverer = new MessageDeliverer({
    db: upkeep,
    channel,
    sources,
    opsChannelId,
    log,
    onDelivered: (kind, afterMs) => metrics.delivered(kind, afterMs),
    onChannelLost: (channelId, problem) => services.alerts.loseChannel(channelId, problem),
    ...(config.deliveryPace && { pace: config.deliveryPace }),
  });
  deliverer.start();
  shutdown.add('delivery of messages', () => deliverer.stop());
  const listener = new Listener({ url: databaseUrl, log, channels: { [MESSAGE_CHANNEL]: () => deliverer.wake() } });
  shutdown.add('notifications of the database', () => listener.close());
  const jobs = await startJobs(core);
  const api = config.http && (await startApi({ core, config: config.http, services, database, metrics, discord: bot }));
  return { services, apiUrl: api?.url, jobs };
}

/** Time for the commands and clicks in progress, such as a large import. */
const ANSWERS_MS = 15_000;

/** The id of the application, which is the first part of a token. */
const idIn = (token: string) => token.split('.')[0] ?? '';

const TAKEN_OVER =
  'Another process with this DISCORD_TOKEN has taken over. Run one bot per token, or let this one stand by.';

/** The journal is a table, so that it outlives the process. */
const workJournal = (db: Db): WorkJournal => ({
  begin: (message) => insertClickedMessage(db, message),
  end: (messageId) => deleteClickedMessage(db, messageId),
  take: async () => (await takeClickedMessages(db)) as ClickedMessage[],
});

/** Draws the messages of the ops channel. A digest has the picture of `/proxy stats`, a weekly report one of its own. */
function renderer({ pictures, stats }: Services): (message: Message) => Promise<View> {
  const draw = async (chart: Chart) => (await pictures.draw(chart)) ?? null;
  const chartOf = async (alert: Alert) => {
    if (alert.kind === 'digest') return draw(statsChart(await stats.pool()));
    if (alert.kind !== 'weekly') return undefined;
    const chart = weeklyChart(alert.figures);
    return chart === null ? undefined : draw(chart);
  };
  return async ({ kind, content }) => {
    if (kind === 'incident_update') return incidentUpdate(content);
    if (kind === 'escalation') return escalationCard(content);
    if (kind === 'maintenance') return maintenanceCard(content);
    if (kind === 'source') return syncCard(content);
    if (kind === 'thread_entry') return threadEntry(content);
    return alertCard(content, await chartOf(content));
  };
}
