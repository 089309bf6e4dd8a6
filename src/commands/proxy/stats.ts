import { integer, text } from '../../discord/define/options.ts';
import type { ProxyFilter } from '../../domain/proxies/filters.ts';
import { accountList } from '../../views/account/list.ts';
import { checksChart } from '../../views/charts/check-panels.ts';
import { statsChart } from '../../views/charts/stats-chart.ts';
import { proxyList } from '../../views/proxy/list.ts';
import { isEmptyPool, statsListId, statsView } from '../../views/proxy/stats.ts';
import { defineCommand, defineComponent } from '../define.ts';

export const statsCommand = defineCommand({
  name: 'proxy stats',
  description: 'Show pool statistics with a chart',
  options: {
    model: text('Only this model', { autocomplete: 'model' }),
    days: integer('Days of checks in the chart', { min: 1, max: 90 }),
  },
  requires: 'viewer',
  ack: 'public',
  async run({ services }, asked) {
    const stats = await services.stats.pool(asked);
    if (isEmptyPool(stats)) return statsView(stats, undefined);
    const checks = checksChart(stats);
    const [pool, recent] = await Promise.all([
      services.pictures.draw(statsChart(stats)),
      checks && services.pictures.draw(checks),
    ]);
    return statsView(stats, pool, recent);
  },
});

const PROXY_LISTS: Record<'failing' | 'expiring' | 'free', ProxyFilter> = {
  failing: { status: 'active', health: 'failing' },
  expiring: { status: 'active', usage: 'expiring' },
  free: { status: 'active', usage: 'free' },
};

export const statsButtons = [
  defineComponent({
    id: statsListId,
    requires: 'viewer',
    ack: 'public',
    async run({ actor, services }, { list, model: number }) {
      const model = number === 0 ? undefined : (await services.stats.model(number)).name;
      if (list === 'waiting')
        return accountList(await services.accounts.list({ model, state: 'waiting' }), actor.level);
      return proxyList(await services.proxies.list({ ...PROXY_LISTS[list], model, sort: 'number' }));
    },
  }),
];
