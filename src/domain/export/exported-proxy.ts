import type { ProxyStatus, ProxyType } from '../proxies/proxy.ts';

/** A proxy as a file holds it. `credentials` is null in an export without them. */
export interface ExportedProxy {
  id: number;
  host: string;
  port: number;
  type: ProxyType;
  status: ProxyStatus;
  model: string | null;
  provider: string | null;
  country: string | null;
  city: string | null;
  label: string | null;
  notes: string | null;
  tags: readonly string[];
  expiresAt: Date | null;
  monthlyCost: number | null;
  credentials: { username: string; password: string | null; changeIpUrl: string | null } | null;
}

export const EXPORT_FORMATS = ['csv', 'json', 'text'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
