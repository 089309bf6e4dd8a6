import type { Config, HttpConfig } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import type { Shutdown } from '../base/shutdown.ts';
import { registry } from '../commands/index.ts';
import { connect } from '../db/client.ts';
import { openKeyring } from '../db/keyring.ts';
import { migrate } from '../db/migrate.ts';
import { writeSettings } from '../db/queries/settings.ts';
import { startBot } from '../discord/client.ts';
import { DiscordOpsChannel } from '../discord/ops-channel.ts';
import { Metrics } from '../http/state/metrics.ts';
import { callChangeIpLink } from '../probe/change-ip.ts';
import { AccountImportService } from '../services/account-import/account-import-service.ts';
import { AccountEditService } from '../services/accounts/account-edit-service.ts';
import { AccountService } from '../services/accounts/account-service.ts';
import { AlertDeliverer } from '../services/alerts/alert-deliverer.ts';
import { AlertService } from '../services/alerts/alert-service.ts';
import { AlertWatch } from '../services/alerts/alert-watch.ts';
import { AssignmentService } from '../services/assignments/assignment-service.ts';
import { WaitingServer } from '../services/assignments/waiting-server.ts';
import { AttachmentFetcher } from '../services/attachment-fetcher.ts';
import { BulkThread } from '../services/bulk/bulk-thread.ts';
import { FileWorkers } from '../services/file-worker/file-workers.ts';
import { ProxyTestService } from '../services/health/proxy-test-service.ts';
import { Housekeeping } from '../services/housekeeping.ts';
import { AuditService } from '../services/logs/audit-service.ts';
import { HistoryService } from '../services/logs/history-service.ts';
import { Pictures } from '../services/pictures/pictures.ts';
import { PoolChangeService } from '../services/pool-changes/pool-change-service.ts';
import { ExportService } from '../services/proxies/export-service.ts';
import { IpChangeService } from '../services/proxies/ip-change-service.ts';
import { ProxyService } from '../services/proxies/proxy-service.ts';
import { ImportReader } from '../services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../services/proxy-import/proxy-import-service.ts';
import type { Services } from '../services/services.ts';
import { FiguresService } from '../services/stats/figures-service.ts';
import { StatsService } from '../services/stats/stats-service.ts';
import { TokenService } from '../services/vps/token-service.ts';
import { VpsImportService } from '../services/vps/vps-import-service.ts';
import { VpsService } from '../services/vps/vps-service.ts';
import { statsChart } from '../views/charts/stats-chart.ts';
import { startApi } from './api.ts';
import { buildMonitoring } from './monitoring.ts';

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

/** Providers take up to half a minute to give a proxy another address. */
const CHANGE_IP_TIMEOUT_MS = 40_000;

/** What runs. */
export interface App {
  services: Services;
  /** Where the API listens; undefined: nowhere. */
  apiUrl: string | undefined;
}

/** The only wiring: opens the database, builds the services, logs the bot in. */
export async function startApp({ config, databaseUrl, encryptionKey, log, shutdown }: AppDeps): Promise<App> {
  await migrate(databaseUrl, log);
  const { db, pool, close } = connect(databaseUrl, { log });
  shutdown.add('database', close);
  const keyring = await openKeyring(db, encryptionKey);
  await writeSettings(db, {
    accounts_per_proxy: config.accountsPerProxy,
    model_cooldown_days: config.modelCooldownDays,
  });
  const workers = new FileWorkers();
  const reader = new ImportReader({
    workers,
    fingerprintKey: keyring.fingerprintKey,
    isPrivateAllowed: config.allowPrivateProxies,
  });
  const { token, apiUrl, guildId, opsChannelId } = config.discord;
  const bulk = new BulkThread({ db, databaseUrl, log });
  shutdown.add('large tasks', () => bulk.stop());
  const assignments = new AssignmentService({ db, bulk });
  const pictures = new Pictures({ log });
  shutdown.add('pictures', () => pictures.stop());
  const alerts = new AlertService({ db, opsChannelId, guildId });
  const monitoring = buildMonitoring({ config, db, databaseUrl, keyring, alerts, log, shutdown });
  const { health, monitor, concurrency } = monitoring;
  const tests = new ProxyTestService({ db, monitor, concurrency });
  const services: Services = {
    accountEdits: new AccountEditService({ db, assignments }),
    accountImports: new AccountImportService({ db, pool, workers, assignments, bulk }),
    accounts: new AccountService({ db, assignments }),
    alerts,
    assignments,
    attachments: new AttachmentFetcher(config.discord.apiUrl),
    audit: new AuditService({ db }),
    exports: new ExportService({ db, keyring }),
    health,
    history: new HistoryService({ db }),
    imports: new ProxyImportService({ db, pool, keyring, reader, assignments }),
    ipChanges: new IpChangeService({ db, keyring, callLink: changeIpCaller(config), tests, log }),
    pictures,
    poolChanges: new PoolChangeService({ db, assignments, bulk }),
    proxies: new ProxyService({ db, keyring }),
    stats: new StatsService({ db }),
    tests,
    vps: new VpsService({ db }),
    vpsImports: new VpsImportService({ db, workers }),
    tokens: new TokenService({ db, operatorToken: config.http?.apiToken }),
  };
  const housekeeping = new Housekeeping({ db, log });
  housekeeping.start();
  shutdown.add('housekeeping', () => housekeeping.stop());
  const waiting = new WaitingServer({ assignments, alerts, log });
  waiting.start();
  shutdown.add('serving who waits', () => waiting.stop());
  const metrics = new Metrics({ pool, figures: new FiguresService({ db }) });
  const bot = await startBot({
    ...{ registry, services, token, apiUrl, guildId, roles: config.roles, log },
    onAnswered: (interaction) => metrics.interaction(interaction),
  });
  shutdown.add('discord', () => bot.stop());
  const watch = new AlertWatch({ db, log });
  watch.start();
  shutdown.add('looking after alerts', () => watch.stop());
  const drawDigest = async () => pictures.draw(statsChart(await services.stats.pool()));
  const channel = new DiscordOpsChannel({ client: bot.client, drawDigest });
  const deliverer = new AlertDeliverer({ db, channel, opsChannelId, log });
  deliverer.start();
  shutdown.add('delivering alerts', () => deliverer.stop());
  await monitoring.start();
  const isDiscordConnected = () => bot.isConnected();
  const api =
    config.http &&
    (await startApi({ config: config.http, db, pool, keyring, services, metrics, isDiscordConnected, log, shutdown }));
  return { services, apiUrl: api?.url };
}

function changeIpCaller({ checks, allowPrivateProxies }: AppDeps['config']) {
  const options = {
    timeoutMs: CHANGE_IP_TIMEOUT_MS,
    isPrivateAllowed: allowPrivateProxies,
    isLoopbackOnly: checks.reach === 'loopback',
    ca: checks.ca,
  };
  return (link: string) => callChangeIpLink(link, options);
}
