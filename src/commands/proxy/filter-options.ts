import { choice, text } from '../../discord/define/options.ts';
import { USAGE_FILTERS } from '../../domain/proxies/filters.ts';
import { PROXY_HEALTHS, PROXY_STATUSES } from '../../domain/proxies/proxy.ts';

/** Filters of commands that apply to many proxies. */
export const filterOptions = {
  status: choice('Only proxies with this status', PROXY_STATUSES, {}),
  health: choice('Only proxies with this health', PROXY_HEALTHS, {}),
  usage: choice('Only proxies with this usage', USAGE_FILTERS, {}),
  model: text('Only proxies of this model', { autocomplete: 'model' }),
  provider: text('Only proxies of this provider', { autocomplete: 'provider' }),
  country: text('Only proxies in this country', { autocomplete: 'country' }),
  tag: text('Only proxies with this tag', { autocomplete: 'tag' }),
  search: text('Part of a host, username or label', {}),
};
