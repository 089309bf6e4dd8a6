import type { AccountFilter } from '../../domain/accounts/account-filter.ts';
import type { ProxyFilter } from '../../domain/proxies/filters.ts';
import { code, truncate } from '../../kit/text.ts';

/** The parts of a filter that are set, such as `provider acme`. */
export function filterWords(filter: ProxyFilter | AccountFilter): string[] {
  return Object.entries(filter).flatMap(([key, value]) => (value ? [`${key} ${code(truncate(value, 60))}`] : []));
}
