import { z } from 'zod';
import type { KindName } from '../../../domain/parse/fields/kinds.ts';
import { detail, type KindOf, PLAIN_KEYS, type PlainDetails, type PlainKey } from '../../../domain/proxies/fields.ts';
import { PROXY_HEALTHS, PROXY_STATUSES, PROXY_TYPES } from '../../../domain/proxies/proxy.ts';
import type { ProxySummary } from '../../../domain/proxies/proxy-view.ts';
import { moment } from '../../request/schemas.ts';

/** How a value of a kind is sent. */
const SENT = {
  text: z.string().nullable(),
  list: z.array(z.string()),
  moment: moment.nullable(),
  amount: z.number().nullable(),
} satisfies Record<KindName, z.ZodType>;

type SentDetails = { [K in PlainKey]: (typeof SENT)[KindOf<K>] };
const details = Object.fromEntries(
  PLAIN_KEYS.map((key) => [key, SENT[detail(key).kind.name].describe(detail(key).label)]),
) as SentDetails;

/** A proxy in the API, without password and change-IP link. */
export const proxyShape = z
  .object({
    id: z.int().describe('Number of the proxy, shown as #1042'),
    type: z.enum(PROXY_TYPES),
    host: z.string(),
    port: z.int(),
    username: z.string().nullable(),
    ...details,
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
  })
  .meta({ id: 'Proxy' });

const text = (at: Date | null) => at?.toISOString() ?? null;

function sentDetails(proxy: PlainDetails) {
  const entries = PLAIN_KEYS.map((key) => {
    const value = proxy[key];
    return [key, value instanceof Date ? text(value) : value];
  });
  return Object.fromEntries(entries) as { [K in PlainKey]: z.output<SentDetails[K]> };
}

export function toProxyShape(proxy: ProxySummary, limit: number): z.output<typeof proxyShape> {
  const { id, type, host, port, status, health, latencyMs, model } = proxy;
  return {
    id,
    type,
    host,
    port,
    status,
    health,
    latencyMs,
    model,
    ...sentDetails(proxy),
    username: proxy.username || null,
    coolingUntil: text(proxy.coolingUntil),
    usage: { accounts: proxy.load, limit },
    lastUsedAt: text(proxy.lastUsedAt),
  };
}
