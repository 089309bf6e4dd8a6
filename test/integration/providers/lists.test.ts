import { describe, expect, it } from 'vitest';
import type { ListedProxy, SourceKind } from '../../../src/domain/sources/listed.ts';
import { testSource } from '../../../src/providers/read-source.ts';
import { type ProviderAnswer, serveProvider } from '../../helpers/providers/provider-server.ts';
import { EMPTY_SELLER, RECORDED_LISTS, recorded } from '../../helpers/providers/recorded-lists.ts';
import { PLANTED, requestOf, runSource } from '../../helpers/providers/source-run.ts';

/** A proxy as one line: id, URL, country, expiry. */
function lineOf({ externalId, state, fields }: ListedProxy): string {
  const { type, username, password, host, port, country, expiresAt } = fields;
  const login = username === null ? '' : `${username}:${password}@`;
  return [externalId, state, `${type}://${login}${host}:${port}`, country, expiresAt?.toISOString()].join(' ').trim();
}

const WANTED: Record<SourceKind, string[]> = {
  webshare: ['d-10513 active http://u:p@203.0.113.4:8168 US', 'd-10514 active http://u:p@203.0.113.5:8168 US'],
  'proxy-seller': ['69fa4b7f256cae5b70a79478 active http://l:p@203.0.113.7:49452 FR 2027-04-26T23:59:59.999Z'],
  px6: ['11 active http://u:p@203.0.113.250:7330 RU 2026-07-12T10:50:41.000Z'],
  'proxy-cheap': ['12345 active http://u:p@203.0.113.18:46000  2027-01-31T10:00:00.000Z'],
  iproyal: ['7/203.0.113.5:12323 active http://u:p@203.0.113.5:12323 DE 2026-12-01T10:00:00.000Z'],
  url: ['active http://l:p@m.example.com:8080  2027-01-02T00:04:05.000Z'],
};

const KINDS = Object.keys(RECORDED_LISTS) as SourceKind[];

async function serveList(kind: SourceKind) {
  const server = await serveProvider((url) => ({
    body: RECORDED_LISTS[kind](url.pathname + url.search, server.url) as object,
  }));
  return server;
}

describe.each(KINDS)('a source of the kind %s', (kind) => {
  it('lists the proxies of the recorded answer, completely', async () => {
    const server = await serveList(kind);
    const { proxies, error } = await runSource(requestOf(kind, server.url));
    expect(error).toBe(null);
    expect(proxies.map(lineOf)).toEqual(WANTED[kind]);
    expect(proxies.map(({ fields }) => fields.provider)).toEqual(proxies.map(() => null));
  });

  it('sends the key with each request', async () => {
    const server = await serveList(kind);
    await runSource(requestOf(kind, server.url));
    for (const request of server.requests) expect(JSON.stringify(request)).toContain(PLANTED);
  });

  it('tests its key with one request', async () => {
    const server = await serveList(kind);
    const total = await testSource(requestOf(kind, server.url));
    expect([server.requests.length, total]).toEqual([1, { webshare: 2, iproyal: 1, url: 1 }[kind as 'url'] ?? null]);
  });
});

const list = (answer: (url: URL, number: number) => unknown) =>
  serveProvider((url, number) => ({ body: answer(url, number) as object }) as ProviderAnswer);

describe('Webshare', () => {
  it('names the successors of replaced proxies, at the end of their chains', async () => {
    const at = (hour: number) => `2026-11-20T0${hour}:00:00-08:00`;
    const replaced = (from: number, to: number, hour: number) => ({
      proxy: `203.0.113.${from}`,
      proxy_port: 80,
      replaced_with: `203.0.113.${to}`,
      replaced_with_port: 81,
      created_at: at(hour),
    });
    const back = { ...replaced(7, 0, 5), replaced_with: '203.0.113.7', replaced_with_port: 80 };
    const one = { ...replaced(1, 0, 1), replaced_with: '203.0.113.2', replaced_with_port: 80 };
    const server = await list((url) =>
      url.pathname.includes('/replaced/')
        ? { count: 3, next: null, results: [replaced(2, 3, 2), one, back] }
        : RECORDED_LISTS.webshare('page=2', ''),
    );
    const { pages } = await runSource(requestOf('webshare', server.url));
    expect(pages.at(-1)?.replacements).toEqual([
      { from: { host: '203.0.113.2', port: 80 }, to: { host: '203.0.113.3', port: 81 } },
      { from: { host: '203.0.113.1', port: 80 }, to: { host: '203.0.113.3', port: 81 } },
    ]);
  });

  it('lists a residential plan in the mode that it has', async () => {
    const server = await serveProvider((url) => {
      if (url.searchParams.get('mode') === 'direct') return { status: 400, body: { mode: ['Not for this plan.'] } };
      return {
        body: recorded(url.pathname.includes('/replaced/') ? 'webshare/replaced.json' : 'webshare/backbone.json'),
      };
    });
    const { proxies, error } = await runSource(requestOf('webshare', server.url));
    expect(error).toBe(null);
    expect(proxies.map(lineOf)).toEqual([
      'b-1 active http://u-us-1:p@p.webshare.io:10001 US',
      'b-2 active http://u-de-2:p@p.webshare.io:10002 DE',
    ]);
  });
});

describe('Proxy-Seller', () => {
  it('reads further pages until one is shorter than the documented size', async () => {
    const [item] = recorded('proxy-seller/ipv4.json').data.items;
    const items = (first: number, count: number) =>
      Array.from({ length: count }, (_, n) => ({ ...item, id: `${first + n}`, ip: `203.0.113.${first + n}` }));
    const server = await list((url) => {
      if (!url.pathname.endsWith('/ipv4')) return EMPTY_SELLER;
      const page = Number(url.searchParams.get('page'));
      return { ...EMPTY_SELLER, data: { items: page === 1 ? items(1, 100) : items(101, 5) } };
    });
    const { proxies, error } = await runSource(requestOf('proxy-seller', server.url));
    expect([proxies.length, error]).toEqual([105, null]);
  });

  it('says what may be wrong when it refuses the key', async () => {
    const server = await list(() => recorded('proxy-seller/denied.json'));
    const { error } = await runSource(requestOf('proxy-seller', server.url));
    expect(error).toMatchObject({ code: 'key_rejected', message: expect.stringContaining('request limit') });
    expect(error?.message).not.toContain('198.51.100.2');
  });
});

describe('px6', () => {
  it('names what has expired, and reads a list without keys', async () => {
    const server = await list(() => {
      const answer = recorded('px6/nokey.json');
      return { ...answer, list: [{ ...answer.list[0], active: '0' }] };
    });
    const { proxies } = await runSource(requestOf('px6', server.url));
    expect(proxies.map(({ state }) => state)).toEqual(['expired']);
  });

  it('rejects a key in its own words', async () => {
    const server = await list(() => recorded('px6/error.json'));
    expect((await runSource(requestOf('px6', server.url))).error?.code).toBe('key_rejected');
  });
});

describe('IPRoyal', () => {
  it('reads an order whose proxies are texts', async () => {
    const server = await list(() => recorded('iproyal/strings.json'));
    const { proxies, error } = await runSource(requestOf('iproyal', server.url));
    expect([proxies.map(lineOf), error]).toEqual([WANTED.iproyal, null]);
  });

  it('passes over an order of traffic, which has no proxies', async () => {
    const server = await list(() => {
      const answer = recorded('iproyal/objects.json');
      const traffic = { ...answer.data[0], id: 8, proxy_data: null };
      return { data: [...answer.data, traffic], meta: { ...answer.meta, total: 2 } };
    });
    const { proxies, error } = await runSource(requestOf('iproyal', server.url));
    expect([proxies.length, error]).toEqual([1, null]);
  });
});

describe('Proxy-Cheap', () => {
  it('lists a proxy that is being set up as one that is there, and cannot be taken yet', async () => {
    const server = await list(() => {
      const answer = recorded('proxy-cheap/answer.json');
      const pending = { ...answer.proxies[0], id: 6, status: 'PENDING', connection: null, authentication: null };
      return { proxies: [...answer.proxies, pending, { ...answer.proxies[0], id: 7, status: 'EXPIRED' }] };
    });
    const { pages, proxies, error } = await runSource(requestOf('proxy-cheap', server.url));
    expect(error).toBe(null);
    expect(proxies.map(({ externalId, state }) => `${externalId} ${state}`)).toEqual(['12345 active', '7 expired']);
    expect(pages[0]?.refused).toEqual([{ externalId: '6', reason: 'The host is missing.' }]);
  });
});

describe('an address', () => {
  it('answers with lines, CSV or a packed file as well', async () => {
    const { gzipSync } = await import('node:zlib');
    const lines = '203.0.113.1:80:u:p\n203.0.113.2:80:u:p\n203.0.113.1:80:u:p\n';
    for (const body of [lines, gzipSync(lines), `host,port,username,password\n${lines.replaceAll(':', ',')}`]) {
      const server = await serveProvider(() => ({ body }));
      const { proxies, error } = await runSource(requestOf('url', server.url));
      expect(error).toBe(null);
      expect(proxies.map(lineOf)).toEqual(['active http://u:p@203.0.113.1:80', 'active http://u:p@203.0.113.2:80']);
    }
  });

  it('whose list has a line that cannot be read is not complete', async () => {
    const server = await serveProvider(() => ({ body: '203.0.113.1:80:u:p\n10.0.0.1:80:u:p\n' }));
    const { pages, proxies, error } = await runSource(requestOf('url', server.url));
    expect([proxies.length, pages[0]?.refused.length, error?.code]).toEqual([1, 1, 'incomplete']);
  });
});
