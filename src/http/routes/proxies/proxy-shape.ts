import { z } from 'zod';
import { PROXY_HEALTHS, PROXY_STATUSES, PROXY_TYPES } from '../../../domain/proxies/proxy.ts';
import type { ProxySummary } from '../../../domain/proxies/proxy-view.ts';
import { moment } from '../../request/schemas.ts';

/** A proxy in the API, without password and change-IP link. */
export const proxyShape = z
  .object({
    id: z.int().describe('Number of the proxy, shown as #1042'),
    type: z.enum(PROXY_TYPES),
    host: z.string(),
    port: z.int(),
    username: z.string().nullable(),
    label: z.string().nullable(),
    provider: z.string().nullable(),
    country: z.string().nullable().describe('ISO 3166 alpha-2'),
    status: z.enum(PROXY_STATUSES),
    health: z.enum(PROXY_HEALTHS),
    latencyMs: z.int().nullable(),
    model: z.string().nullable().describe('Model whose accounts use it, or for which it is reserved during a cooldown'),
    coolingUntil: moment.nullable(),
    usage: z.object({
      accounts: z.int().describe('Number of accounts on the proxy'),
      limit: z.int().describe('Maximum number of accounts'),
    }),
    lastUsedAt: moment.nullable(),
    expiresAt: moment.nullable(),
  })
  .meta({ id: 'Proxy' });

const text = (at: Date | null) => at?.toISOString() ?? null;

export function toProxyShape(proxy: ProxySummary, limit: number): z.output<typeof proxyShape> {
  const { id, type, host, port, label, provider, country, status, health, latencyMs, model } = proxy;
  return {
    ...{ id, type, host, port, label, provider, country, status, health, latencyMs, model },
    username: proxy.username || null,
    coolingUntil: text(proxy.coolingUntil),
    usage: { accounts: proxy.load, limit },
    lastUsedAt: text(proxy.lastUsedAt),
    expiresAt: text(proxy.expiresAt),
  };
}
