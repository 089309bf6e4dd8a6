import { z } from 'zod';
import { SourceError } from '../../domain/sources/source-error.ts';
import { readAnswer } from '../answer.ts';
import type { Provider, RawEntry, RawPage } from '../provider.ts';
import type { SourceHttp } from '../source-http.ts';
import { id, port } from './fields.ts';

/** The page size that the documentation shows; a maximum is not documented. A shorter page is the last one. */
const PAGE_SIZE = 100;
/** The lists of single proxies; `resident` is a gateway. */
const LISTS = ['ipv4', 'ipv6', 'mobile', 'isp', 'mix', 'mix_isp'];
/** The code of three errors that always come together: wrong key, address not allowed, limit reached. */
const DENIED = 503;

const answer = z.looseObject({
  status: z.string(),
  errors: z.array(z.looseObject({ code: z.coerce.number().nullish() })).nullish(),
});
const page = z.looseObject({
  data: z.looseObject({
    items: z.array(
      z.looseObject({ id, ip: z.string(), port_http: port.nullish(), port_socks: port.nullish(), login: z.string() }),
    ),
  }),
});
const ENDED = /^(?:ended|expired|finished|closed)$/i;

/** https://docs.proxy-seller.com, version 2 of the API. The key is a part of the path. */
export const proxySeller: Provider = {
  url: 'https://proxy-seller.com',
  async *list({ key = '' }, http) {
    for (const list of LISTS) yield* pagesOf(`/personal/api/v2/${encodeURIComponent(key)}/proxy/list/${list}`, http);
  },
};

async function* pagesOf(path: string, http: SourceHttp): AsyncIterable<RawPage> {
  for (let number = 1; ; number++) {
    const read = await http.getJson(`${path}?page=${number}&per_page=${PAGE_SIZE}`);
    const { status, errors } = readAnswer(http.host, answer, read);
    if (status !== 'success') throw refusal(http.host, errors ?? []);
    const { items } = readAnswer(http.host, page, read).data;
    yield { entries: items.map(entryOf), total: null };
    if (items.length < PAGE_SIZE) return;
  }
}

function entryOf(value: z.output<typeof page>['data']['items'][number]): RawEntry {
  const isEnded = typeof value.status_type === 'string' && ENDED.test(value.status_type);
  return { id: String(value.id), state: isEnded ? 'expired' : 'active', value };
}

/** Errors come with status 200. The provider's own words are not repeated, since they name the address of the caller. */
function refusal(host: string, errors: readonly { code?: number | null | undefined }[]): SourceError {
  if (!errors.some(({ code }) => code === DENIED)) {
    return new SourceError(
      'request_refused',
      `${host} refuses the request (${errors[0]?.code ?? 'without a reason'}).`,
    );
  }
  return new SourceError(
    'key_rejected',
    `${host} rejects the request: the key is wrong, the bot’s IP address is not allowed, or the request limit is reached.`,
  );
}
