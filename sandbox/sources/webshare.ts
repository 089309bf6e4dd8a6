import type { ProviderApi } from './provider-api.ts';
import type { Supplied, Swap } from './supply.ts';

/** Smaller than the provider's own, so that a short list has several pages too. */
const PAGE_SIZE = 10;
const VERIFIED = '2026-11-20T08:00:00.000000-08:00';

/** Webshare's API, version 2: a header has the key, and a list of replacements names successors. */
export const webshareApi: ProviderApi = {
  title: 'Webshare',
  keyOf: ({ request }) => /^Token (.+)$/.exec(request.headers.authorization ?? '')?.[1],
  wrongKey: { status: 401, body: { detail: 'Invalid token.' } },
  answer({ url }, supply, base) {
    if (url.pathname === '/api/v2/proxy/list/replaced/')
      return { body: envelope(supply.swaps.map(replacement), url, base) };
    if (url.pathname !== '/api/v2/proxy/list/') return { status: 404, body: { detail: 'Not found.' } };
    if (url.searchParams.get('mode') !== 'direct') return { status: 400, body: { mode: ['Not for this plan.'] } };
    return { body: envelope(supply.listed.map(item), url, base) };
  },
};

function envelope(all: readonly object[], url: URL, base: string): object {
  const page = Math.max(1, Number(url.searchParams.get('page') ?? 1));
  const at = (number: number) => {
    const address = new URL(url.pathname + url.search, base);
    address.searchParams.set('page', String(number));
    return address.href;
  };
  return {
    count: all.length,
    next: page * PAGE_SIZE < all.length ? at(page + 1) : null,
    previous: page > 1 ? at(page - 1) : null,
    results: all.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE),
  };
}

/** A successor has an id of its own. */
const idOf = ({ host, port }: Supplied['proxy']) => `d-${host.split('.').join('')}${port}`;

function item({ proxy }: Supplied): object {
  return {
    id: idOf(proxy),
    username: proxy.username,
    password: proxy.password,
    proxy_address: proxy.host,
    port: proxy.port,
    valid: true,
    last_verification: VERIFIED,
    country_code: 'US',
    city_name: 'Denver',
    created_at: VERIFIED,
  };
}

function replacement({ id, from, to, at }: Swap): object {
  return {
    id,
    reason: 'auto_invalidated',
    proxy: from.host,
    proxy_port: from.port,
    proxy_country_code: 'US',
    replaced_with: to.host,
    replaced_with_port: to.port,
    replaced_with_country_code: 'US',
    created_at: at.toISOString(),
  };
}
