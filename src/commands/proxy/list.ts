import { choice } from '../../discord/define/options.ts';
import { PROXY_SORTS } from '../../domain/proxies/proxy-view.ts';
import { listJumpId, listOpenId, listPageId, proxyList } from '../../views/proxy/list.ts';
import { defineCommand, defineComponent } from '../define.ts';
import { filterOptions } from './filter-options.ts';
import { showProxy } from './show.ts';

export const listCommand = defineCommand({
  name: 'proxy list',
  description: 'List proxies',
  options: { ...filterOptions, sort: choice('Sort by', PROXY_SORTS, {}) },
  requires: 'viewer',
  ack: 'public',
  run: async ({ actor, services }, { sort = 'number', ...filter }) =>
    proxyList(await services.proxies.list({ ...filter, sort, isMasked: actor.level === 'viewer' || undefined })),
});

export const listButtons = [
  defineComponent({
    id: listPageId,
    requires: 'viewer',
    ack: 'update',
    run: async ({ services }, { list, ...from }) => proxyList(await services.proxies.page(list, from)),
  }),
  defineComponent({
    id: listJumpId,
    requires: 'viewer',
    ack: 'update',
    run: async ({ services }, { list }, [model = '0']) =>
      proxyList(await services.proxies.page(list, { side: 'group', id: Number(model) })),
  }),
  defineComponent({
    id: listOpenId,
    requires: 'viewer',
    ack: 'public',
    run: (context, _params, [chosen = '']) => showProxy(context, chosen),
  }),
];
