import { choice, text } from '../../discord/options.ts';
import { PROXY_HEALTHS, PROXY_STATUSES } from '../../domain/proxy.ts';
import { PROXY_SORTS, USAGE_FILTERS } from '../../domain/proxy-view.ts';
import { listOpenId, listPageId, proxyList } from '../../views/proxy/list.ts';
import { defineCommand, defineComponent } from '../define.ts';
import { showProxy } from './show.ts';

/** The filters that every command over many proxies takes. */
const filterOptions = {
  status: choice('Only with this status', PROXY_STATUSES, {}),
  health: choice('Only with this health', PROXY_HEALTHS, {}),
  usage: choice('Only with this usage', USAGE_FILTERS, {}),
  model: text('Only of this model', { suggestions: 'model' }),
  provider: text('Only of this provider', { suggestions: 'provider' }),
  country: text('Only in this country', { suggestions: 'country' }),
  tag: text('Only with this tag', { suggestions: 'tag' }),
  search: text('Part of a host, username or label', {}),
};

export const listCommand = defineCommand({
  name: 'proxy list',
  description: 'Page through proxies',
  options: { ...filterOptions, sort: choice('Order', PROXY_SORTS, {}) },
  requires: 'viewer',
  ack: 'public',
  async run({ services }, { sort, ...filter }) {
    return proxyList(await services.proxies.list(filter, sort ?? 'number'), new Date());
  },
});

export const listButtons = [
  defineComponent({
    id: listPageId,
    requires: 'viewer',
    ack: 'update',
    async run({ services }, { list, side, proxy }) {
      return proxyList(await services.proxies.page(list, { side, id: proxy }), new Date());
    },
  }),
  defineComponent({
    id: listOpenId,
    requires: 'viewer',
    ack: 'public',
    run: (context, _params, [chosen = '']) => showProxy(context, chosen),
  }),
];
