import type { CheckConfig, Config, HttpConfig } from '../base/config.ts';
import { Reads } from '../db/reads.ts';
import { callChangeIpLink } from '../probe/change-ip.ts';
import { AccountChangeService } from '../services/account-changes/account-change-service.ts';
import { AccountImportService } from '../services/account-import/account-import-service.ts';
import { AccountEditService } from '../services/accounts/account-edit-service.ts';
import { AccountService } from '../services/accounts/account-service.ts';
import { ModelService } from '../services/accounts/model-service.ts';
import { IncidentDesk } from '../services/alerts/incident-desk.ts';
import { MaintenanceService } from '../services/alerts/maintenance/maintenance-service.ts';
import { AttachmentFetcher } from '../services/attachment-fetcher.ts';
import { AutocompleteService } from '../services/autocomplete-service.ts';
import { FileWorkers } from '../services/file-worker/file-workers.ts';
import { ProxyTestService } from '../services/health/proxy-test-service.ts';
import { AuditService } from '../services/logs/audit-service.ts';
import { HistoryService } from '../services/logs/history-service.ts';
import { Pictures } from '../services/pictures/pictures.ts';
import { PoolChangeService } from '../services/pool-changes/pool-change-service.ts';
import { ExportService } from '../services/proxies/export-service.ts';
import { IpChangeService } from '../services/proxies/ip-change-service.ts';
import { ProxyEditService } from '../services/proxies/proxy-edit-service.ts';
import { ProxyService } from '../services/proxies/proxy-service.ts';
import { ImportReader } from '../services/proxy-import/import-reader.ts';
import { ProxyImportService } from '../services/proxy-import/proxy-import-service.ts';
import type { Services } from '../services/services.ts';
import { SetupStatus } from '../services/setup-status.ts';
import { SharedResults } from '../services/shared/shared-results.ts';
import { SourceService } from '../services/sources/source-service.ts';
import { SyncDecisions } from '../services/sources/sync-decisions.ts';
import { StatsService } from '../services/stats/stats-service.ts';
import { TokenService } from '../services/vps/token-service.ts';
import { VpsImportService } from '../services/vps/vps-import-service.ts';
import { VpsMapService } from '../services/vps/vps-map-service.ts';
import { VpsService } from '../services/vps/vps-service.ts';
import type { Core } from './core.ts';

/** Providers take up to half a minute to change the exit IP of a proxy. */
const CHANGE_IP_TIMEOUT_MS = 40_000;
/** How long a result is shared. A change by another process may be shown that much later. */
const SHARE_MS = 1_000;

/** Discord drops the choices of autocomplete after three seconds. */
const AUTOCOMPLETE_DEADLINE_MS = 2_500;

export interface ServicesConfig {
  checks: CheckConfig;
  allowPrivateProxies: boolean;
  discord: Pick<Config['discord'], 'apiUrl'>;
  http?: HttpConfig;
  /** How old a list, a figure or a suggestion may be that people share, in milliseconds. */
  shareMs?: number;
}

/** The services for commands and the API. */
export function buildServices(core: Core, config: ServicesConfig): Services {
  const { db, lanes, databaseUrl, lookups, keyring, alerts, assignments, bulk, log, shutdown } = core;
  const { health, monitor, concurrency } = core.monitoring;
  const { db: bulkDb, pool: bulkPool } = lanes.bulk;
  const workers = new FileWorkers();
  const { fingerprintKey } = keyring;
  const reader = new ImportReader({ workers, fingerprintKey, isPrivateAllowed: config.allowPrivateProxies });
  const pictures = new Pictures({ log });
  shutdown.add('pictures', () => pictures.stop());
  const choices = new Reads({ url: databaseUrl, log, deadlineMs: AUTOCOMPLETE_DEADLINE_MS, plansForValues: true });
  shutdown.add('autocomplete', () => choices.close());
  const tests = new ProxyTestService({ db, monitor, concurrency });
  const shared = new SharedResults({ shareMs: config.shareMs ?? SHARE_MS });
  const poolChanges = new PoolChangeService({ db, assignments, bulk });
  return {
    accountChanges: new AccountChangeService({ db, assignments, bulk }),
    accountEdits: new AccountEditService({ db, assignments }),
    models: new ModelService({ db }),
    accountImports: new AccountImportService({ db: bulkDb, pool: bulkPool, workers, assignments, bulk }),
    accounts: new AccountService({ db, assignments, shared }),
    alerts,
    desk: new IncidentDesk({ db }),
    maintenance: new MaintenanceService({ db, now: core.config.now }),
    assignments,
    attachments: new AttachmentFetcher(config.discord.apiUrl),
    audit: new AuditService({ db, shared }),
    autocomplete: new AutocompleteService({ reads: choices, shared }),
    exports: new ExportService({ db: bulkDb, keyring }),
    health,
    history: new HistoryService({ db, shared }),
    imports: new ProxyImportService({ db: bulkDb, pool: bulkPool, keyring, reader, assignments }),
    ipChanges: new IpChangeService({ db, keyring, callLink: changeIpCaller(config), tests, log }),
    pictures,
    poolChanges,
    proxies: new ProxyService({ db, keyring, shared }),
    proxyEdits: new ProxyEditService({ db, keyring, changes: poolChanges }),
    setup: new SetupStatus({ alerts }),
    sources: new SourceService({ db, keyring, syncs: core.syncs }),
    syncDecisions: new SyncDecisions({ db, changes: poolChanges, assignments }),
    stats: new StatsService({ db: bulkDb, shared }),
    tests,
    vps: new VpsService({ db, shared }),
    vpsMaps: new VpsMapService({ db, bulk, shared }),
    vpsImports: new VpsImportService({ db: bulkDb, workers }),
    tokens: new TokenService({ db, reads: lookups, operatorToken: config.http?.apiToken }),
  };
}

function changeIpCaller({ checks, allowPrivateProxies }: ServicesConfig) {
  const options = {
    timeoutMs: CHANGE_IP_TIMEOUT_MS,
    isPrivateAllowed: allowPrivateProxies,
    isLoopbackOnly: checks.reach === 'loopback',
    ca: checks.ca,
  };
  return (link: string) => callChangeIpLink(link, options);
}
