import type { AccountService } from './account-service.ts';
import type { AssignmentService } from './assignment-service.ts';
import type { AttachmentFetcher } from './attachment-fetcher.ts';
import type { Pictures } from './pictures/pictures.ts';
import type { PoolChangeService } from './pool-changes/pool-change-service.ts';
import type { ProxyImportService } from './proxy-import/proxy-import-service.ts';
import type { ProxyService } from './proxy-service.ts';

/** What commands work with. */
export interface Services {
  accounts: AccountService;
  assignments: AssignmentService;
  attachments: AttachmentFetcher;
  pictures: Pictures;
  imports: ProxyImportService;
  poolChanges: PoolChangeService;
  proxies: ProxyService;
}
