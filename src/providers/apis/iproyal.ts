import { z } from 'zod';
import { formatAddress } from '../../domain/proxies/address.ts';
import { readAnswer } from '../answer.ts';
import type { Provider, RawEntry } from '../provider.ts';
import { count, id } from './fields.ts';

const PAGE_SIZE = 100;
/** A proxy of an order is a text or an object. An order of traffic has none. */
const order = z.looseObject({
  id,
  proxy_data: z
    .looseObject({
      ports: z.record(z.string(), z.unknown()),
      proxies: z.array(z.union([z.string(), z.record(z.string(), z.unknown())])),
    })
    .nullable(),
});
const page = z.looseObject({
  data: z.array(order),
  meta: z.looseObject({ current_page: count, last_page: count, total: count }),
});

/** Static proxies of https://docs.iproyal.com. An order holds several proxies, and the provider counts orders. */
export const iproyal: Provider = {
  url: 'https://apid.iproyal.com',
  headers: ({ key = '' }) => ({ 'x-access-token': key }),
  async *list(_key, http) {
    for (let number = 1; ; number++) {
      const path = `/v1/reseller/orders?status=confirmed&page=${number}&per_page=${PAGE_SIZE}`;
      const { data, meta } = readAnswer(http.host, page, await http.getJson(path));
      const filled = data.filter(({ proxy_data }) => proxy_data && proxy_data.proxies.length > 0);
      yield { entries: filled.map(entryOf), total: meta.total, counted: data.length };
      if (number >= meta.last_page) return;
    }
  },
};

/** The proxies of an order have no id of their own. */
function entryOf(value: z.output<typeof order>): RawEntry {
  return { id: ({ host, port }) => `${value.id}/${formatAddress(host, port)}`, state: 'active', value };
}
