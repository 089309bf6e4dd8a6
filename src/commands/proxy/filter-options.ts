import { choice, text } from '../../discord/define/options.ts';
import { USAGE_FILTERS } from '../../domain/proxies/filters.ts';
import { PROXY_HEALTHS, PROXY_STATUSES } from '../../domain/proxies/proxy.ts';

/** The filters that every command over many proxies takes. */
export const filterOptions = {
  status: choice('Only with this status', PROXY_STATUSES, {}),
  health: choice('Only with this health', PROXY_HEALTHS, {}),
  usage: choice('Only with this usage', USAGE_FILTERS, {}),
  model: text('Only of this model', { autocomplete: 'model' }),
  provider: text('Only of this provider', { autocomplete: 'provider' }),
  country: text('Only in this country', { autocomplete: 'country' }),
  tag: text('Only with this tag', { autocomplete: 'tag' }),
  search: text('Part of a host, username or label', {}),
};
