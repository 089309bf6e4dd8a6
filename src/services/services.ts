import type { AttachmentFetcher } from './attachment-fetcher.ts';
import type { ProxyImportService } from './proxy-import/proxy-import-service.ts';
import type { ProxyService } from './proxy-service.ts';

/** What commands work with. */
export interface Services {
  attachments: AttachmentFetcher;
  imports: ProxyImportService;
  proxies: ProxyService;
}
