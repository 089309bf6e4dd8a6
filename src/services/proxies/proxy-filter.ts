import { z } from 'zod';
import { nameKey } from '../../domain/names.ts';
import { PROXY_HEALTHS, PROXY_STATUSES } from '../../domain/proxies/proxy.ts';
import { type ProxyFilter, USAGE_FILTERS } from '../../domain/proxies/proxy-view.ts';

/** A filter as it is stored; checked again when it is read, since the program may be newer than the row. */
export const proxyFilter = z.object({
  status: z.enum(PROXY_STATUSES).optional(),
  health: z.enum(PROXY_HEALTHS).optional(),
  usage: z.enum(USAGE_FILTERS).optional(),
  model: z.string().optional(),
  provider: z.string().optional(),
  country: z.string().optional(),
  tag: z.string().optional(),
  search: z.string().optional(),
});

/** A filter as people typed it, in the form that rows are compared with. */
export function normalizeFilter(filter: ProxyFilter): ProxyFilter {
  return {
    ...filter,
    model: filter.model === undefined ? undefined : nameKey(filter.model),
    country: filter.country?.toUpperCase(),
  };
}

export function isEmptyFilter(filter: ProxyFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}
