import type { Details, PlainDetails, SecretKey } from '../proxies/fields.ts';
import type { ProxyFields, ProxyStatus } from '../proxies/proxy.ts';

/** A proxy in an exported file. `credentials` is null in an export without them. */
export interface ExportedProxy extends Pick<ProxyFields, 'host' | 'port' | 'type'>, PlainDetails {
  id: number;
  status: ProxyStatus;
  model: string | null;
  credentials: ({ username: string; password: string | null } & Pick<Details, SecretKey>) | null;
}

export const EXPORT_FORMATS = ['csv', 'json', 'text'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
