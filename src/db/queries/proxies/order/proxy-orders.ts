import { sql } from 'drizzle-orm';
import { MAX_ACCOUNTS_PER_PROXY } from '../../../../domain/proxies/proxy.ts';
import type { ProxySort } from '../../../../domain/proxies/proxy-view.ts';
import { c, h, ld, m, p, u } from '../../../sql/aliases.ts';
import type { Stretch } from '../../stretches.ts';

const LOADS = Array.from({ length: MAX_ACCOUNTS_PER_PROXY + 1 }, (_, index) => MAX_ACCOUNTS_PER_PROXY - index);

/** The orders of `/proxy list`, over `JOINED`: each stretch follows an index, and proxies without the value come last. */
export const ORDERS: Record<ProxySort, readonly Stretch[]> = {
  number: [{ id: p.id }],
  usage: LOADS.map((load) => ({ id: ld.proxyId, where: sql`${ld.load} = ${sql.raw(String(load))}` })),
  model: [
    { id: c.proxyId, where: sql`${m.key} is not null`, key: { column: m.key, type: 'text' } },
    // A proxy without a model has no accounts, and an index has those without accounts in the order of their numbers.
    { id: ld.proxyId, where: sql`${c.proxyId} is null and ${ld.load} = 0` },
  ],
  health: [
    { id: h.proxyId, where: sql`${h.health} = 'failing'` },
    { id: h.proxyId, where: sql`${h.health} = 'degraded'` },
    { id: h.proxyId, where: sql`${h.health} = 'unknown'` },
    { id: p.id, where: sql`${h.proxyId} is null` },
    { id: h.proxyId, where: sql`${h.health} = 'healthy'` },
  ],
  latency: [
    { id: h.proxyId, where: sql`${h.latencyMs} is not null`, key: { column: h.latencyMs, type: 'int' } },
    { id: p.id, where: sql`${h.latencyMs} is null` },
  ],
  last_used: [
    {
      id: u.proxyId,
      where: sql`${u.proxyId} is not null`,
      key: { column: u.lastUsedAt, type: 'timestamptz' },
      isDescending: true,
    },
    { id: p.id, where: sql`${u.proxyId} is null` },
  ],
  expiry: [
    { id: p.id, where: sql`${p.expiresAt} is not null`, key: { column: p.expiresAt, type: 'timestamptz' } },
    { id: p.id, where: sql`${p.expiresAt} is null` },
  ],
};

/** The orders by columns of the proxies themselves. */
export const OWN_ORDERS: ReadonlySet<ProxySort> = new Set<ProxySort>(['number', 'expiry']);
