import { z } from 'zod';
import { readAnswer } from '../answer.ts';
import type { Provider } from '../provider.ts';
import { id } from './fields.ts';

/** A proxy that is still being set up has no connection. */
const list = z.looseObject({
  proxies: z.array(
    z.looseObject({
      id,
      status: z.string(),
      connection: z.record(z.string(), z.unknown()).nullable(),
      authentication: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
});
const ENDED = /^(?:expired|cancell?ed|terminated|refunded)$/i;

/** https://github.com/proxy-cheap/proxycheap-node. The whole list is one answer. */
export const proxyCheap: Provider = {
  url: 'https://api.proxy-cheap.com',
  headers: ({ key = '', secret = '' }) => ({ 'x-api-key': key, 'x-api-secret': secret }),
  async *list(_key, http) {
    const { proxies } = readAnswer(http.host, list, await http.getJson('/proxies'));
    const entries = proxies.map((value) => ({
      id: String(value.id),
      state: ENDED.test(value.status) ? ('expired' as const) : ('active' as const),
      value,
    }));
    yield { entries, total: null };
  },
};
