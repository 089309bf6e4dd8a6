import type { ProviderApi } from './provider-api.ts';
import type { Supplied } from './supply.ts';

const DAY_MS = 86_400_000;
/** All proxies end on one day, so that a change of the list is the only difference between two syncs. */
const DAYS_LEFT = 40;
const DENIED = [
  { message: 'Error api key', code: 503, customData: null },
  { message: 'IP not allowed 127.0.0.1', code: 503, customData: null },
  { message: 'Request limit reached', code: 503, customData: null },
];
const PATH = /^\/personal\/api\/v2\/([^/]+)\/proxy\/list\/(\w+)$/;
const started = Date.now();

/** Proxy-Seller's API, version 2: the key is in the path, errors come with status 200, and a replaced proxy keeps its id. */
export const proxySellerApi: ProviderApi = {
  title: 'Proxy-Seller',
  keyOf: ({ url }) => PATH.exec(url.pathname)?.[1],
  wrongKey: { body: { status: 'error', data: null, errors: DENIED } },
  answer({ url }, supply) {
    const list = PATH.exec(url.pathname)?.[2];
    if (list === undefined) return { status: 404, body: {} };
    const isListed = list === 'ipv4' && Number(url.searchParams.get('page') ?? 1) === 1;
    return { body: { status: 'success', data: { items: isListed ? supply.listed.map(item) : [] }, errors: [] } };
  },
};

function item({ id, proxy }: Supplied): object {
  return {
    id: `69fa4b7f256cae5b${String(id).padStart(8, '0')}`,
    order_id: '69fa4b7f',
    order_number: '2000096_1',
    ip: proxy.host,
    ip_only: proxy.host,
    protocol: 'HTTP',
    port_http: proxy.port,
    port_socks: null,
    login: proxy.username,
    password: proxy.password,
    auth_ip: '',
    rotation: null,
    link_reboot: '#',
    country: 'France',
    country_alpha3: 'FRA',
    status: 'Active',
    status_type: 'ACTIVE',
    can_prolong: true,
    date_end: dayOf(started + DAYS_LEFT * DAY_MS),
    comment: '',
    auto_renew: 'N',
    auto_renew_period: '',
  };
}

/** `31.12.2026` */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).split('-').toReversed().join('.');
}
