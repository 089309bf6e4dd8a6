import type { AccountImportService } from './account-import/account-import-service.ts';
import type { AccountEditService } from './accounts/account-edit-service.ts';
import type { AccountService } from './accounts/account-service.ts';
import type { AlertService } from './alerts/alert-service.ts';
import type { AssignmentService } from './assignments/assignment-service.ts';
import type { AttachmentFetcher } from './attachment-fetcher.ts';
import type { AutocompleteService } from './autocomplete-service.ts';
import type { HealthService } from './health/health-service.ts';
import type { ProxyTestService } from './health/proxy-test-service.ts';
import type { AuditService } from './logs/audit-service.ts';
import type { HistoryService } from './logs/history-service.ts';
import type { Pictures } from './pictures/pictures.ts';
import type { PoolChangeService } from './pool-changes/pool-change-service.ts';
import type { ExportService } from './proxies/export-service.ts';
import type { IpChangeService } from './proxies/ip-change-service.ts';
import type { ProxyEditService } from './proxies/proxy-edit-service.ts';
import type { ProxyService } from './proxies/proxy-service.ts';
import type { ProxyImportService } from './proxy-import/proxy-import-service.ts';
import type { StatsService } from './stats/stats-service.ts';
import type { TokenService } from './vps/token-service.ts';
import type { VpsImportService } from './vps/vps-import-service.ts';
import type { VpsService } from './vps/vps-service.ts';

/** The services that commands and routes use. */
export interface Services {
  accountEdits: AccountEditService;
  accountImports: AccountImportService;
  accounts: AccountService;
  alerts: AlertService;
  assignments: AssignmentService;
  attachments: AttachmentFetcher;
  audit: AuditService;
  autocomplete: AutocompleteService;
  exports: ExportService;
  health: HealthService;
  history: HistoryService;
  imports: ProxyImportService;
  ipChanges: IpChangeService;
  pictures: Pictures;
  poolChanges: PoolChangeService;
  proxies: ProxyService;
  proxyEdits: ProxyEditService;
  stats: StatsService;
  tests: ProxyTestService;
  vps: VpsService;
  vpsImports: VpsImportService;
  tokens: TokenService;
}
