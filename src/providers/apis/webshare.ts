import { z } from 'zod';
import type { ListedReplacement } from '../../domain/sources/listed.ts';
import { SourceError } from '../../domain/sources/source-error.ts';
import { readAnswer } from '../answer.ts';
import type { Provider, RawPage } from '../provider.ts';
import { addressOf, endOfChains } from '../replacements.ts';
import type { SourceHttp } from '../source-http.ts';
import { count, id, port } from './fields.ts';

/** The page size that programs in the field use; no maximum is documented. */
const PAGE_SIZE = 100;
const envelope = { count, next: z.string().nullable() };
const page = z.looseObject({
  ...envelope,
  results: z.array(
    z.looseObject({ id, proxy_address: z.string().nullable(), port, username: z.string(), password: z.string() }),
  ),
});
const replacedPage = z.looseObject({
  ...envelope,
  results: z.array(
    z.looseObject({
      proxy: z.string().nullish(),
      proxy_port: port.nullish(),
      replaced_with: z.string().nullish(),
      replaced_with_port: port.nullish(),
      created_at: z.iso.datetime({ offset: true }),
    }),
  ),
});
/** Replacements that are older were in an earlier sync. */
const REMEMBER_MS = 30 * 86_400_000;

/** https://apidocs.webshare.io, version 2 of the API. */
export const webshare: Provider = {
  url: 'https://proxy.webshare.io',
  headers: ({ key = '' }) => ({ authorization: `Token ${key}` }),
  async *list(_key, http) {
    let listed = 0;
    for await (const each of pagesOf(http)) {
      listed += each.entries.length;
      yield each;
    }
    // A plan without proxies has replaced none.
    if (listed > 0) yield { entries: [], total: null, replacements: endOfChains(await readReplaced(http)) };
  },
};

/** Residential plans only have the mode `backbone`; they refuse the other one, or list nothing in it. */
async function* pagesOf(http: SourceHttp): AsyncIterable<RawPage> {
  const direct = await firstPage(http, 'direct');
  const first = direct && direct.count > 0 ? direct : ((await firstPage(http, 'backbone')) ?? direct);
  for (let each = first; each; ) {
    yield {
      entries: each.results.map((value) => ({ id: String(value.id), state: 'active', value })),
      total: each.count,
    };
    each = each.next === null ? null : readAnswer(http.host, page, await http.follow(each.next));
  }
}

/** Null if the provider refuses this mode. */
async function firstPage(http: SourceHttp, mode: string): Promise<z.output<typeof page> | null> {
  try {
    const path = `/api/v2/proxy/list/?mode=${mode}&page=1&page_size=${PAGE_SIZE}`;
    return readAnswer(http.host, page, await http.getJson(path));
  } catch (error) {
    if (mode === 'direct' && error instanceof SourceError && error.code === 'request_refused') return null;
    throw error;
  }
}

/** The replacements of the last weeks, the earliest first. */
async function readReplaced(http: SourceHttp): Promise<ListedReplacement[]> {
  const since = http.date().getTime() - REMEMBER_MS;
  const replaced: { at: number; replacement: ListedReplacement }[] = [];
  let answer: unknown = await http.getJson(`/api/v2/proxy/list/replaced/?page=1&page_size=${PAGE_SIZE}`);
  for (;;) {
    const { results, next } = readAnswer(http.host, replacedPage, answer);
    const times = results.map(({ created_at }) => Date.parse(created_at));
    for (const [at, each] of results.entries()) {
      const from = addressOf(each.proxy, each.proxy_port);
      const to = addressOf(each.replaced_with, each.replaced_with_port);
      if (from && to) replaced.push({ at: times[at] ?? 0, replacement: { from, to } });
    }
    if (next === null || isLatestFirst(times, since)) break;
    answer = await http.follow(next);
  }
  return replaced.toSorted((a, b) => a.at - b.at).map(({ replacement }) => replacement);
}

/** Whether a page ends before `since`, and the pages behind it are older still. */
function isLatestFirst(times: readonly number[], since: number): boolean {
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return last < since && first >= last && times.length > 1;
}
