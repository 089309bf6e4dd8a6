import { describe, expect, it } from 'vitest';
import { MAX_LISTED, type SourceKind } from '../../../src/domain/sources/listed.ts';
import type { SourceErrorCode } from '../../../src/domain/sources/source-error.ts';
import type { ReadOptions } from '../../../src/providers/read-source.ts';
import { type ProviderAnswer, serveProvider } from '../../helpers/providers/provider-server.ts';
import { PLANTED, requestOf, runSource } from '../../helpers/providers/source-run.ts';

const item = (n: number) => ({
  id: `d-${n}`,
  proxy_address: `203.0.${n >> 8}.${n & 255}`,
  port: 80,
  username: 'u',
  password: 'p',
  valid: true,
});

/** Webshare's pages of two entries each, of a list with these entries. */
function pagesOf(base: string, entries: number[], change: (page: object, number: number) => object = (page) => page) {
  return (url: URL): ProviderAnswer => {
    if (url.pathname.includes('/replaced/')) return { body: { count: 0, next: null, results: [] } };
    const number = Number(url.searchParams.get('page') ?? 1);
    const results = entries.slice(2 * number - 2, 2 * number).map(item);
    const next = 2 * number < entries.length ? `${base}/api/v2/proxy/list/?mode=direct&page=${number + 1}` : null;
    return { body: change({ count: entries.length, next, results }, number) };
  };
}

const fail = (status: number, headers: Record<string, string> = {}): ProviderAnswer => ({
  status,
  headers,
  body: { detail: `echo of ${PLANTED}` },
});

/** Reads Webshare's list of five proxies; `answer` may answer instead of the provider. */
async function run(
  answer: (url: URL, number: number, base: string) => ProviderAnswer | null,
  options: ReadOptions = {},
  entries = [1, 2, 3, 4, 5],
) {
  let base = '';
  const server = await serveProvider((url, number) => answer(url, number, base) ?? pagesOf(base, entries)(url));
  base = server.url;
  const result = await runSource(requestOf('webshare', server.url), options);
  return { ...result, requests: server.requests.length, host: `127.0.0.1:${server.port}` };
}

describe('a provider that fails for a moment', () => {
  it.each([500, 502, 503, 504, 408])('with %i is asked again, and the list is complete', async (status) => {
    const { proxies, error, slept } = await run((_url, number) => (number === 2 || number === 3 ? fail(status) : null));
    expect([proxies.length, error, slept]).toEqual([5, null, [1, 4]]);
  });

  it('by breaking the connection is asked again', async () => {
    const { proxies, error, slept } = await run((_url, number) => (number === 2 ? 'drop' : null));
    expect([proxies.length, error, slept]).toEqual([5, null, [1]]);
  });

  it('by breaking the connection in the middle of a page is asked again', async () => {
    const { proxies, error } = await run((url, number, base) => {
      const answer = pagesOf(base, [1, 2, 3, 4, 5])(url);
      return number === 2 && typeof answer === 'object' ? { ...answer, cutAfter: 40 } : null;
    });
    expect([proxies.length, error]).toEqual([5, null]);
  });

  it.each([
    ['in seconds', '90'],
    ['as a date', 'Thu, 26 Nov 2026 12:01:30 GMT'],
  ])('by a rate limit is asked when it says, %s', async (_how, header) => {
    const { proxies, error, slept } = await run((_url, number) =>
      number === 2 ? fail(429, { 'retry-after': header }) : null,
    );
    expect([proxies.length, error, slept]).toEqual([5, null, [90]]);
  });

  it('by a rate limit that does not say how long is asked less and less often', async () => {
    const { error, slept } = await run((_url, number) => (number === 2 || number === 3 ? fail(429) : null));
    expect([error, slept]).toEqual([null, [5, 15]]);
  });
});

/** The fault of the provider, the code, the sentence, and how many proxies of five were read before. */
const FAILURES: [
  string,
  (url: URL, number: number, base: string) => ProviderAnswer | null,
  SourceErrorCode,
  string,
  number,
][] = [
  ['401', () => fail(401), 'key_rejected', 'HOST rejects the key (401).', 0],
  ['403 in the middle', (_, n) => (n === 2 ? fail(403) : null), 'key_rejected', 'HOST rejects the key (403).', 2],
  [
    '404 in the middle',
    (_, n) => (n === 2 ? fail(404) : null),
    'request_refused',
    'HOST refuses the request (404).',
    2,
  ],
  ['500 always', () => fail(500), 'unreachable', 'HOST answers with an error of its own (500).', 0],
  [
    '429 for an hour',
    (_, n) => (n === 2 ? fail(429, { 'retry-after': '3600' }) : null),
    ...(['rate_limited', 'HOST limits the rate of requests, and asks to wait 3600 s.', 2] as const),
  ],
  ['429 always', () => fail(429), 'rate_limited', 'HOST limits the rate of requests.', 0],
  ['no whole answer ever', () => 'drop', 'unreachable', 'HOST closed the connection before the end of its answer.', 0],
  [
    'a web page with status 200',
    () => ({ headers: { 'content-type': 'text/html' }, body: `<html>${PLANTED}</html>` }),
    ...(['format_changed', 'The answer of HOST cannot be read: it is a web page instead of JSON.', 0] as const),
  ],
  [
    'JSON that is cut off',
    (_, n) => (n === 2 ? { body: `{"count":5,"results":[{"password":"${PLANTED}` } : null),
    ...(['format_changed', 'The answer of HOST cannot be read: it is not valid JSON, or is cut off.', 2] as const),
  ],
  [
    'an answer without what is needed',
    (url, n, base) => {
      const { port: _port, ...rest } = item(3);
      return n === 2 ? pagesOf(base, [1, 2, 3, 4, 5], (page) => ({ ...page, results: [rest] }))(url) : null;
    },
    ...(['format_changed', 'The provider’s answer has changed: results[].port is missing (HOST).', 2] as const),
  ],
  [
    'an answer of another kind',
    () => ({ body: { count: 5, next: null, results: { [PLANTED]: 1 } } }),
    ...(['format_changed', 'The provider’s answer has changed: results is not what it was (HOST).', 0] as const),
  ],
  [
    'a page that repeats',
    (url, n, base) => {
      const repeat = (page: object) => ({ ...page, results: [item(1), item(2)] });
      return n === 2 ? pagesOf(base, [1, 2, 3, 4, 5], repeat)(url) : null;
    },
    ...(['incomplete', 'The list of HOST is incomplete: a page repeats another one.', 2] as const),
  ],
  [
    'pages that overlap',
    (url, n, base) => {
      const overlap = (page: object) => ({ ...page, results: [item(2), item(3)] });
      return n === 2 ? pagesOf(base, [1, 2, 3, 4, 5], overlap)(url) : null;
    },
    ...(['incomplete', 'The list of HOST is incomplete: its pages overlap in 1 entry.', 4] as const),
  ],
  [
    'a list that shrinks while it is read',
    (url, n, base) => (n >= 2 && n <= 3 ? pagesOf(base, [1, 2, 4, 5])(url) : null),
    ...(['incomplete', 'The list of HOST is incomplete: it changed while it was read.', 4] as const),
  ],
  [
    'a count that differs',
    (url, _, base) => pagesOf(base, [1, 2, 3, 4, 5], (page) => ({ ...page, count: 7 }))(url),
    ...(['incomplete', 'The list of HOST is incomplete: it has 5 entries, and its own count is 7.', 5] as const),
  ],
  [
    'a next page on another host',
    (url, n, base) => {
      const away = (page: object) => ({ ...page, next: `http://127.0.0.2/?key=${PLANTED}` });
      return n === 1 ? pagesOf(base, [1, 2, 3, 4, 5], away)(url) : null;
    },
    ...(['unsafe_address', 'The next page of HOST is on another server.', 2] as const),
  ],
  [
    'a next page in a circle',
    (url, n, base) => {
      const back = (page: object) => ({ ...page, next: `${base}/api/v2/proxy/list/?mode=direct&page=2` });
      return n === 2 ? pagesOf(base, [1, 2, 3, 4, 5], back)(url) : null;
    },
    ...(['incomplete', 'The list of HOST is incomplete: its pages lead in a circle.', 4] as const),
  ],
  [
    'a redirect to another server',
    (_, n) => (n === 2 ? { status: 302, headers: { location: `http://127.0.0.2/${PLANTED}` } } : null),
    ...(['unsafe_address', 'HOST redirects to another server, which must not get the key.', 2] as const),
  ],
  [
    'a redirect without an end',
    (_, n) => ({ status: 302, headers: { location: `/${n}` } }),
    ...(['unsafe_address', 'HOST redirects too many times.', 0] as const),
  ],
  [
    'more proxies than a source may have',
    (url, _, base) => pagesOf(base, [1, 2, 3, 4, 5], (page) => ({ ...page, count: MAX_LISTED + 1 }))(url),
    ...(['too_many', 'The list of HOST has more than 200,000 proxies, which is the limit.', 0] as const),
  ],
];

describe('a list that cannot be read to its end', () => {
  it.each(FAILURES)('because of %s says so', async (_what, answer, ...wanted) => {
    const { proxies, error, host } = await run(answer);
    expect([error?.code, error?.message.replaceAll(host, 'HOST'), proxies.length]).toEqual(wanted);
  });

  it('is complete in the next run, if the provider is well again', async () => {
    const { proxies, error } = await run(() => null);
    expect([proxies.length, error]).toEqual([5, null]);
  });

  it('because the provider hangs ends with the time of a sync', async () => {
    const { proxies, error, host } = await run((_url, n) => (n === 2 ? 'hang' : null), { limits: { ms: 500 } });
    const sentence = `${host} did not send the whole list within the time of a sync.`;
    expect([error?.code, error?.message, proxies.length]).toEqual(['took_too_long', sentence, 2]);
  });

  it('because it never ends is cut at its limit', async () => {
    const { error, host } = await run(() => 'endless', { limits: { bytes: 2_000_000 } });
    expect([error?.code, error?.message]).toEqual([
      'too_large',
      `${host} sends more than 100 MiB, which is the limit of a sync.`,
    ]);
  });

  it('because nothing listens says so', async () => {
    const { error } = await runSource(requestOf('webshare', 'http://127.0.0.1:1'));
    expect([error?.code, error?.message]).toEqual([
      'unreachable',
      '127.0.0.1:1 cannot be reached: it refuses the connection.',
    ]);
  });
});

describe('an address of a list', () => {
  const at = (url: string, isPrivateAllowed: boolean) => {
    const request = requestOf('url', url);
    return { ...request, policy: { isPrivateAllowed } };
  };

  it('may not be private unless that is allowed', async () => {
    const server = await serveProvider(() => ({ body: '203.0.113.1:80:u:p' }));
    const { error } = await runSource(at(server.url, false));
    expect([error?.code, server.requests.length]).toEqual(['unsafe_address', 0]);
  });

  it('may not redirect to a link-local address, and takes its header nowhere', async () => {
    const [metadata, other] = await Promise.all([
      serveProvider(() => ({ status: 302, headers: { location: 'http://169.254.169.254/latest' } })),
      serveProvider(() => ({ body: '203.0.113.1:80:u:p' })),
    ]);
    expect((await runSource(at(metadata.url, true))).error?.code).toBe('unsafe_address');
    const away = await serveProvider(() => ({ status: 302, headers: { location: `${other.url}/list` } }));
    const { proxies } = await runSource(at(away.url, true));
    expect([proxies.length, other.requests[0]?.headers['x-list-key']]).toEqual([1, undefined]);
    expect(away.requests[0]?.headers['x-list-key']).toBe(PLANTED);
  });

  it.each([
    ['a web page', '<!doctype html><p>203.0.113.1:80', 'It is a web page instead of a list.'],
    ['no proxy', 'Please log in again', 'None of its lines is a proxy.'],
    ['nothing', '', 'The file is empty.'],
    ['broken JSON', `[{"host":"203.0.113.1","password":"${PLANTED}`, 'The JSON is invalid in line 1.'],
  ])('that answers with %s is not a list', async (_what, body, sentence) => {
    const server = await serveProvider(() => ({ body }));
    const { pages, error } = await runSource(requestOf('url', server.url));
    expect([pages, error?.code]).toEqual([[], 'format_changed']);
    expect(error?.message).toBe(`The list of 127.0.0.1:${server.port} cannot be read. ${sentence}`);
  });
});

const KINDS: SourceKind[] = ['webshare', 'proxy-seller', 'px6', 'proxy-cheap', 'iproyal', 'url'];

/** Answers that repeat the key wherever a provider can put one. */
const ECHOES: [string, ProviderAnswer][] = [
  ['an error', fail(400)],
  ['a rejected key', fail(401)],
  ['an error of its own', fail(500)],
  ['a redirect', { status: 302, headers: { location: `http://127.0.0.2/${PLANTED}` } }],
  ['a redirect to nowhere', { status: 302, headers: { location: `${PLANTED}://` } }],
  ['a rate limit', fail(429, { 'retry-after': PLANTED })],
  ['broken JSON', { body: `{"${PLANTED}":` }],
  ['another shape', { body: { [PLANTED]: { [PLANTED]: PLANTED } } }],
  ['a refusal', { body: { status: 'no', error_id: 7, error: PLANTED, errors: [{ message: PLANTED, code: 7 }] } }],
  ['a broken connection', 'drop'],
];

describe('a planted key', () => {
  it.each(ECHOES)('is in nothing that is thrown, whatever the provider answers: %s', async (_what, answer) => {
    for (const kind of KINDS) {
      const server = await serveProvider(() => answer);
      const { error } = await runSource(requestOf(kind, server.url));
      expect(error, kind).not.toBe(null);
      const shown = [error?.message, error?.stack, JSON.stringify(error), String(error?.cause ?? '')].join('\n');
      expect(shown, kind).not.toContain(PLANTED);
    }
  });
});
