import type { Config, HttpConfig } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import type { Shutdown } from '../base/shutdown.ts';
import { registry } from '../commands/index.ts';
import { writeSettings } from '../db/queries/settings.ts';
import { startBot } from '../discord/client.ts';
import { type AlertMessages, DiscordOpsChannel } from '../discord/ops-channel.ts';
import { Metrics } from '../http/state/metrics.ts';
import { AlertDeliverer } from '../services/alerts/alert-deliverer.ts';
import type { Services } from '../services/services.ts';
import { DatabaseStatus } from '../services/shared/database-status.ts';
import { FiguresService } from '../services/stats/figures-service.ts';
import { alertCard, alertMark } from '../views/alerts/alert-card.ts';
import { statsChart } from '../views/charts/stats-chart.ts';
import { startApi } from './api.ts';
import { buildServices } from './build-services.ts';
import { openCore } from './core.ts';
import { startJobs } from './jobs.ts';

export interface AppDeps {
  config: Pick<Config, 'checks' | 'modelCooldownDays' | 'accountsPerProxy' | 'allowPrivateProxies' | 'roles'> & {
    discord: Config['discord'] & { token: string };
    /** Undefined: no API. */
    http?: HttpConfig;
  };
  databaseUrl: string;
  encryptionKey: Uint8Array;
  log: Logger;
  /** Gets a step for everything that is started. */
  shutdown: Shutdown;
}

/** The running bot. */
export interface App {
  services: Services;
  /** Address of the API; undefined if it is off. */
  apiUrl: string | undefined;
}

/** Starts the bot: the core, the services, the connection to Discord, the jobs and the API. */
export async function startApp({ config, ...deps }: AppDeps): Promise<App> {
  const { log, shutdown } = deps;
  const core = await openCore({ ...deps, config });
  const { db, pool } = core;
  await writeSettings(db, {
    accountsPerProxy: config.accountsPerProxy,
    modelCooldownDays: config.modelCooldownDays,
  });
  const services = buildServices(core, config);
  const database = new DatabaseStatus({ pool });
  const metrics = new Metrics({ database, figures: new FiguresService({ db }) });
  const { token, apiUrl, guildId, opsChannelId } = config.discord;
  const bot = await startBot({
    ...{ registry, services, token, apiUrl, guildId, roles: config.roles, log },
    onAnswered: (interaction) => metrics.interaction(interaction),
  });
  shutdown.add('discord', () => bot.stop());
  const channel = new DiscordOpsChannel({ client: bot.client, messages: alertMessages(services) });
  const deliverer = new AlertDeliverer({ db, channel, opsChannelId, log });
  deliverer.start();
  shutdown.add('delivery of alerts', () => deliverer.stop());
  await startJobs(core);
  const isDiscordConnected = () => bot.isConnected();
  const api =
    config.http && (await startApi({ core, config: config.http, services, database, metrics, isDiscordConnected }));
  return { services, apiUrl: api?.url };
}

/** A digest has the picture of `/proxy stats`. */
function alertMessages({ pictures, stats }: Services): AlertMessages {
  return {
    render: async (alert) =>
      alertCard(alert, alert.kind === 'digest' ? await pictures.draw(statsChart(await stats.pool())) : undefined),
    markOf: alertMark,
  };
}
