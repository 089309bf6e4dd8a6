import { ignoring } from '../base/ignoring.ts';
import { unpack } from '../base/unpack.ts';
import { FileError } from '../domain/parse/file-error.ts';
import type { ParsedFile } from '../domain/parse/parsed-file.ts';
import { readProviderEntries, TWO_READINGS } from '../domain/parse/provider-entries.ts';
import { parseProxyFile } from '../domain/parse/proxy-file.ts';
import {
  type ApiKind,
  type ListedPage,
  MAX_LIST_BYTES,
  MAX_LIST_MS,
  MAX_LISTED,
  type RefusedEntry,
  type SourceKind,
} from '../domain/sources/listed.ts';
import { SourceError } from '../domain/sources/source-error.ts';
import type { SourceKey } from '../domain/sources/source-key.ts';
import type { HttpPolicy } from '../net/http-client.ts';
import { PROVIDERS } from './apis/index.ts';
import { ListReader } from './list-reader.ts';
import type { Provider, RawPage } from './provider.ts';
import { type SourceClock, SYSTEM_CLOCK } from './source-clock.ts';
import { isWebPage, SourceHttp, type SourceLimits } from './source-http.ts';

/** A source to read, as data: it can be passed to a thread. */
export interface SourceRequest {
  kind: SourceKind;
  key: SourceKey;
  /** Addresses of APIs instead of the providers' own. They may be in private networks, since an operator has set them. */
  apiUrls: Readonly<Partial<Record<ApiKind, string>>>;
  policy: Omit<HttpPolicy, 'resolver'>;
  /** Whether proxies may be in private networks. */
  isPrivateAllowed: boolean;
}

export interface ReadOptions {
  signal?: AbortSignal;
  clock?: SourceClock;
  limits?: Partial<SourceLimits>;
  resolver?: HttpPolicy['resolver'];
}

/** A provider's list is worth as many entries at a time. */
const SLICE = 1000;

/**
 * Reads the list of a source page by page. It is complete if and only if the iteration ends without an error.
 *
 * @throws SourceError, which never contains a part of the key; the abort reason of the signal
 */
export async function* readSource(request: SourceRequest, options: ReadOptions = {}): AsyncGenerator<ListedPage> {
  const http = open(request, options);
  try {
    const reader = new ListReader(http.host);
    if (request.kind === 'url') yield* plainPages(http, reader, request);
    else yield* pages(http, reader, { ...request, kind: request.kind });
    reader.finish();
  } finally {
    await http.close();
  }
}

/**
 * Tries a key with one request.
 *
 * @returns how many proxies the list has, if the answer says so
 * @throws as `readSource`
 */
export async function testSource(request: SourceRequest, options: ReadOptions = {}): Promise<number | null> {
  const http = open(request, options);
  try {
    const reader = new ListReader(http.host);
    if (request.kind === 'url') return (await readPlain(http, request)).rows.length;
    for await (const page of listOf(request.kind).list(request.key, http)) {
      return readPage(reader, page, request).total;
    }
    return null;
  } finally {
    await http.close();
  }
}

const listOf = (kind: ApiKind): Provider => PROVIDERS[kind];

function open({ kind, key, apiUrls, policy }: SourceRequest, options: ReadOptions): SourceHttp {
  const { signal, clock = SYSTEM_CLOCK, limits, resolver } = options;
  const { base, headers, isSet } = kind === 'url' ? addressOfList(key) : addressOfApi(kind, key, apiUrls);
  return new SourceHttp({
    base,
    signal,
    clock,
    headers,
    mayLeaveOrigin: kind === 'url',
    policy: { ...policy, isPrivateAllowed: policy.isPrivateAllowed || isSet, ...(resolver && { resolver }) },
    limits: { ms: MAX_LIST_MS, bytes: MAX_LIST_BYTES, ...limits },
  });
}

interface Address {
  base: URL;
  headers: Readonly<Record<string, string>>;
  /** Whether an operator has set it. */
  isSet: boolean;
}

function addressOfApi(kind: ApiKind, key: SourceKey, apiUrls: SourceRequest['apiUrls']): Address {
  const { url, headers } = listOf(kind);
  const set = apiUrls[kind];
  return { base: new URL(set ?? url), headers: headers?.(key) ?? {}, isSet: set !== undefined };
}

function addressOfList({ url = '', header }: SourceKey): Address {
  const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(header ?? '') ?? [];
  return { base: new URL(url), headers: name === '' ? {} : { [name.toLowerCase()]: value }, isSet: false };
}

type ApiRequest = SourceRequest & { kind: ApiKind };

/** The next page is requested while the caller works on the last one. */
async function* pages(http: SourceHttp, reader: ListReader, request: ApiRequest): AsyncGenerator<ListedPage> {
  for await (const page of ahead(listOf(request.kind).list(request.key, http))) {
    for (let from = 0; from === 0 || from < page.entries.length; from += SLICE) {
      const entries = page.entries.slice(from, from + SLICE);
      const slice = page.entries.length <= SLICE ? page : { ...page, entries, counted: entries.length };
      yield readPage(reader, slice, request);
    }
  }
}

function readPage(reader: ListReader, page: RawPage, { isPrivateAllowed }: SourceRequest): ListedPage {
  const entries = page.entries.map(({ value }) => value);
  const read = readProviderEntries(entries, { isPrivateAllowed, maxRows: MAX_LISTED });
  const listed = reader.add(page, read);
  // Where an answer names a provider it means the network of the proxy, not who sells it.
  for (const { fields } of listed.proxies) fields.provider = null;
  return listed;
}

async function* ahead<T>(list: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = list[Symbol.asyncIterator]();
  let coming = iterator.next();
  for (;;) {
    const { done, value } = await coming;
    if (done) return;
    coming = iterator.next();
    coming.catch(ignoring('it is awaited after the page before it was read, unless that has failed'));
    yield value;
  }
}

/** A list in any form that an import reads: all of it is one answer. */
async function* plainPages(http: SourceHttp, reader: ListReader, request: SourceRequest): AsyncGenerator<ListedPage> {
  const { rows, rejected } = await readPlain(http, request);
  const proxies = rows.filter(({ reading }) => reading === 'both').map(({ fields }) => fields);
  const refused: RefusedEntry[] = [
    ...rows.filter(({ reading }) => reading === 'first').map(() => TWO_READINGS),
    ...rejected.filter(({ reading }) => reading !== 'second'),
  ].map(({ reason }) => ({ externalId: null, reason }));
  for (let from = 0; from < Math.max(proxies.length, refused.length); from += SLICE) {
    yield reader.addPlain(proxies.slice(from, from + SLICE), refused.slice(from, from + SLICE));
  }
}

/** @throws SourceError for an answer without a single proxy: it is something else than the list */
async function readPlain(http: SourceHttp, { isPrivateAllowed }: SourceRequest): Promise<ParsedFile> {
  const { headers, body } = await http.getBytes();
  const unreadable = (what: string) =>
    new SourceError('format_changed', `The list of ${http.host} cannot be read. ${what}`);
  if (isWebPage(headers.get('content-type'), body)) throw unreadable('It is a web page instead of a list.');
  try {
    const options = { fileName: null, defaults: {}, isPrivateAllowed, maxRows: MAX_LISTED };
    const file = parseProxyFile(unpack(body), options);
    if (file.rows.length === 0) throw unreadable('None of its lines is a proxy.');
    return file;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.code === 'too_many_rows') throw new SourceError('too_many', error.message);
    if (error.code === 'file_too_large') throw new SourceError('too_large', error.message);
    throw unreadable(error.message);
  }
}
