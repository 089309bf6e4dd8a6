import type { Services } from '../../src/services/services.ts';
import type { FiguresService } from '../../src/services/stats/figures-service.ts';
import { accountCard } from '../../src/views/account/card.ts';
import { accountList } from '../../src/views/account/list.ts';
import { modelList } from '../../src/views/account/models.ts';
import { alertList } from '../../src/views/alerts/alert-list.ts';
import { auditList } from '../../src/views/audit/audit-list.ts';
import { statsChart } from '../../src/views/charts/stats-chart.ts';
import { vpsMapChart } from '../../src/views/charts/vps-map-chart.ts';
import { historyList } from '../../src/views/history/history-list.ts';
import { proxyCard } from '../../src/views/proxy/card.ts';
import { proxyList } from '../../src/views/proxy/list.ts';
import { statsView } from '../../src/views/proxy/stats.ts';
import { vpsList } from '../../src/views/vps/vps-list.ts';
import { vpsMapView } from '../../src/views/vps/vps-map.ts';
import { FULL } from '../kit/full-pool.ts';

export type Read = Pick<
  Services,
  'proxies' | 'accounts' | 'stats' | 'history' | 'vps' | 'vpsMaps' | 'alerts' | 'audit' | 'autocomplete' | 'pictures'
> & { figures: FiguresService };

/** Something that people ask for. */
export interface Case {
  what: string;
  /** Asks the `run`-th time, for another value each time if there is a choice, and makes the message. */
  ask(services: Read, run: number): Promise<Answered>;
}

/** Makes the message of the rows that were read. */
export type Answered = () => unknown;

const COUNT = 25;
const nth = (run: number, of: number) => 1 + ((run * 7919) % of);
const model = (run: number) => `Model ${nth(run, FULL.models)}`;
const provider = (run: number) => `Provider ${run % 40}`;
const nothing = () => undefined;

type ListFilter = Parameters<Read['proxies']['list']>[0];

const listed = (what: string, filter: (run: number) => Partial<ListFilter>): Case => ({
  what: `/proxy list ${what}`.trim(),
  async ask({ proxies }, run) {
    const page = await proxies.list({ sort: 'number', ...filter(run) });
    return () => proxyList(page);
  },
});

const PROXY_LISTS: Case[] = [
  listed('', () => ({})),
  ...(['usage', 'model', 'health', 'latency', 'last_used', 'expiry'] as const).map((sort) =>
    listed(`sort ${sort}`, () => ({ sort })),
  ),
  listed('status inactive', () => ({ status: 'inactive' })),
  ...(['healthy', 'failing', 'unknown'] as const).map((health) => listed(`health ${health}`, () => ({ health }))),
  ...(['unused', 'free', 'full', 'overloaded', 'cooling', 'expiring'] as const).map((usage) =>
    listed(`usage ${usage}`, () => ({ usage })),
  ),
  listed('model', (run) => ({ model: model(run) })),
  listed('provider', (run) => ({ provider: provider(run) })),
  listed('country', () => ({ country: 'DE' })),
  listed('tag', (run) => ({ tag: `rack-${run % 30}` })),
  listed('provider and tag of none together', () => ({ provider: 'Provider 1', tag: 'rack-0' })),
  listed('provider, health failing', (run) => ({ provider: provider(run), health: 'failing' })),
  listed('usage free, sort latency', () => ({ usage: 'free', sort: 'latency' })),
  listed('health healthy, sort usage', () => ({ health: 'healthy', sort: 'usage' })),
  listed('model, usage free', (run) => ({ model: model(run), usage: 'free' })),
  listed('search an address', (run) => ({ search: `10.0.${run}.${nth(run, 255)}` })),
  listed('search a number', (run) => ({ search: String(nth(run, 9_999)) })),
  listed('search two letters', () => ({ search: 'us' })),
  listed('search of none', () => ({ search: 'nowhere.example' })),
  {
    what: '/proxy list, the page after the 9,000th',
    async ask({ proxies }, run) {
      const { queryId } = await proxies.list({ sort: 'number' });
      const page = await proxies.page(queryId, { side: 'after', id: 9_000 + run });
      return () => proxyList(page);
    },
  },
  {
    what: '/proxy list sort latency, the page before the 90,000th',
    async ask({ proxies }, run) {
      const { queryId } = await proxies.list({ sort: 'latency' });
      const page = await proxies.page(queryId, { side: 'before', id: 90_000 + run });
      return () => proxyList(page);
    },
  },
];

const accountsListed = (what: string, filter: (run: number) => Parameters<Read['accounts']['list']>[0]): Case => ({
  what: `/account list ${what}`.trim(),
  async ask({ accounts }, run) {
    const page = await accounts.list(filter(run));
    return () => accountList(page, 'operator');
  },
});

const ACCOUNT_LISTS: Case[] = [
  accountsListed('', () => ({})),
  accountsListed('model', (run) => ({ model: model(run) })),
  accountsListed('vps', (run) => ({ vps: `vps-${nth(run, 500)}` })),
  ...(['assigned', 'waiting', 'held'] as const).map((state) => accountsListed(`state ${state}`, () => ({ state }))),
  accountsListed('model, state held', (run) => ({ model: model(run), state: 'held' })),
  accountsListed('search a name', (run) => ({ search: `count.${nth(run, 299_000)}` })),
  accountsListed('search of none', () => ({ search: 'nobody' })),
];

const CARDS: Case[] = [
  {
    what: '/proxy show',
    async ask({ proxies }, run) {
      const { proxy, ...settings } = await proxies.show(nth(run, FULL.proxies));
      return () => proxyCard(proxy, settings, { id: 'bench', level: 'operator' });
    },
  },
  {
    what: '/proxy show by address',
    async ask({ proxies }, run) {
      await proxies.resolve(`10.0.${run}.7:8080`);
      return nothing;
    },
  },
  {
    what: '/account show',
    async ask({ accounts }, run) {
      const account = await accounts.show(await accounts.resolve(`account.${nth(run, 299_000)}`));
      return () => accountCard(account, { id: 'bench', level: 'operator' });
    },
  },
];

const FIGURES: Case[] = [
  {
    what: '/account models',
    async ask({ stats }) {
      const counted = await stats.models();
      return () => modelList(counted);
    },
  },
  {
    what: '/proxy stats',
    async ask({ stats }) {
      const counted = await stats.pool();
      return () => statsChart(counted) && statsView(counted, undefined);
    },
  },
  {
    what: '/proxy stats model',
    async ask({ stats }, run) {
      const counted = await stats.pool({ model: model(run) });
      return () => statsChart(counted) && statsView(counted, undefined);
    },
  },
  {
    what: '/metrics of the HTTP API',
    async ask({ figures }) {
      await figures.pool();
      return nothing;
    },
  },
  {
    what: 'the picture of /proxy stats',
    async ask({ stats, pictures }, run) {
      const counted = await stats.pool({ model: model(run) });
      await pictures.draw(statsChart(counted));
      return nothing;
    },
  },
];

const LOGS: Case[] = [
  {
    what: '/proxy history',
    async ask({ history }) {
      const page = await history.list({});
      return () => historyList(page, 'operator');
    },
  },
  {
    what: '/proxy history of an account',
    async ask({ history }, run) {
      const page = await history.list({ accountId: nth(run, 299_000) });
      return () => historyList(page, 'operator');
    },
  },
  {
    what: '/proxy history of a proxy',
    async ask({ history }, run) {
      const page = await history.list({ proxyId: nth(run, FULL.proxies) });
      return () => historyList(page, 'operator');
    },
  },
  {
    what: '/proxy history of a day',
    async ask({ history }) {
      const page = await history.list({ day: new Date().toISOString().slice(0, 10) });
      return () => historyList(page, 'operator');
    },
  },
  {
    what: '/audit',
    async ask({ audit }) {
      const page = await audit.list({});
      return () => auditList(page);
    },
  },
  {
    what: '/audit of an actor, 30 days',
    async ask({ audit }) {
      const page = await audit.list({ actor: 'discord:7', days: 30 });
      return () => auditList(page);
    },
  },
  {
    what: '/audit of a kind',
    async ask({ audit }) {
      const page = await audit.list({ entity: 'vps' });
      return () => auditList(page);
    },
  },
  {
    what: '/alerts list',
    async ask({ alerts }) {
      const list = await alerts.list();
      return () => alertList(list);
    },
  },
];

const VPS: Case[] = [
  {
    what: '/vps list',
    async ask({ vps }) {
      const page = await vps.list({});
      return () => vpsList(page);
    },
  },
  {
    what: '/vps map',
    async ask({ vpsMaps }) {
      const map = await vpsMaps.map({});
      return () => vpsMapChart(map) && vpsMapView(map, { vps: 0, environment: 0 });
    },
  },
  {
    what: '/vps map vps',
    async ask({ vpsMaps }, run) {
      const map = await vpsMaps.map({ vpsId: nth(run, 500) });
      return () => vpsMapChart(map) && vpsMapView(map, { vps: 1, environment: 0 });
    },
  },
  {
    what: 'the picture of /vps map',
    async ask({ vpsMaps, pictures }, run) {
      const chart = vpsMapChart(await vpsMaps.map({ vpsId: nth(run, 500) }));
      if (chart) await pictures.draw(chart);
      return nothing;
    },
  },
];

const typing = (what: string, suggest: (services: Read, run: number) => Promise<unknown>): Case => ({
  what: `autocomplete ${what}`,
  async ask(services, run) {
    await suggest(services, run);
    return nothing;
  },
});

const AUTOCOMPLETE: Case[] = [
  typing('proxy: nothing', ({ autocomplete }) => autocomplete.proxies('', COUNT)),
  typing('proxy: one digit', ({ autocomplete }, run) => autocomplete.proxies(String(run % 10), COUNT)),
  typing('proxy: two letters', ({ autocomplete }) => autocomplete.proxies('us', COUNT)),
  typing('proxy: four digits', ({ autocomplete }, run) => autocomplete.proxies(String(nth(run, 9_999)), COUNT)),
  typing('proxy: a part of an address', ({ autocomplete }, run) =>
    autocomplete.proxies(`10.0.${nth(run, 255)}`, COUNT),
  ),
  typing('proxy: of none', ({ autocomplete }) => autocomplete.proxies('10.0.9999', COUNT)),
  typing('account: nothing', ({ autocomplete }) => autocomplete.accounts('', COUNT)),
  typing('account: one letter', ({ autocomplete }) => autocomplete.accounts('a', COUNT)),
  typing('account: a name', ({ autocomplete }, run) => autocomplete.accounts(`account.${nth(run, 9_999)}`, COUNT)),
  typing('account: the end of a name', ({ autocomplete }, run) =>
    autocomplete.accounts(`nt.${nth(run, 9_999)}`, COUNT),
  ),
  typing('account: of none', ({ autocomplete }) => autocomplete.accounts('account.9999999', COUNT)),
  typing('model', ({ autocomplete }) => autocomplete.values('model', 'el 1', COUNT)),
  typing('provider', ({ autocomplete }) => autocomplete.values('provider', 'prov', COUNT)),
  typing('country', ({ autocomplete }) => autocomplete.values('country', '', COUNT)),
  typing('tag', ({ autocomplete }) => autocomplete.values('tag', 'ra', COUNT)),
  typing('vps', ({ autocomplete }) => autocomplete.vps('vps-1', COUNT)),
  typing('environment', ({ autocomplete }) => autocomplete.environments('p', COUNT)),
  typing('actor', ({ autocomplete }) => autocomplete.actors('', COUNT)),
];

export const CASES: readonly Case[] = [
  ...PROXY_LISTS,
  ...ACCOUNT_LISTS,
  ...CARDS,
  ...FIGURES,
  ...LOGS,
  ...VPS,
  ...AUTOCOMPLETE,
];
