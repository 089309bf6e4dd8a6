import { describe, expect, it } from 'vitest';
import type { ListedPage } from '../../../src/domain/sources/listed.ts';
import { SourceReader } from '../../../src/services/source-reader/source-reader.ts';
import { type ProviderAnswer, serveProvider } from '../../helpers/providers/provider-server.ts';
import { PLANTED_KEYS } from '../../helpers/providers/source-run.ts';

const entry = (n: number) => ({
  id: n,
  status: 'ACTIVE',
  expiresAt: '2027-01-31T10:00:00+00:00',
  proxyType: 'HTTP',
  authentication: { username: 'u', password: `p-${n}` },
  connection: { connectIp: `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, httpPort: 46000 },
});

async function readerOf(answer: () => ProviderAnswer) {
  const server = await serveProvider(answer);
  const apiUrls = { 'proxy-cheap': server.url };
  const reader = new SourceReader({ apiUrls, policy: { isPrivateAllowed: false }, isPrivateAllowed: false });
  return { server, reader, source: { kind: 'proxy-cheap', key: PLANTED_KEYS['proxy-cheap'] } as const };
}

const listing = (count: number) => () => ({ body: { proxies: Array.from({ length: count }, (_, n) => entry(n)) } });

describe('a source reader', () => {
  it('reads a list in a thread, a slice at a time', async () => {
    const { reader, source } = await readerOf(listing(2500));
    const pages: ListedPage[] = [];
    for await (const page of reader.read(source)) pages.push(page);
    expect(pages.map(({ proxies }) => proxies.length)).toEqual([1000, 1000, 500]);
    expect(pages[0]?.proxies[1]?.fields).toMatchObject({
      host: '203.0.0.1',
      port: 46000,
      password: 'p-1',
      expiresAt: new Date('2027-01-31T10:00:00Z'),
    });
  });

  it('passes on why a list cannot be read', async () => {
    const { reader, source, server } = await readerOf(() => ({ status: 401 }));
    const error = {
      name: 'SourceError',
      code: 'key_rejected',
      message: `127.0.0.1:${server.port} rejects the key (401).`,
    };
    await expect(reader.read(source).next()).rejects.toMatchObject(error);
    await expect(reader.test(source)).rejects.toMatchObject(error);
  });

  it('tries a key with one request', async () => {
    const { reader, source, server } = await readerOf(listing(3));
    expect(await reader.test(source)).toBe(null);
    expect(server.requests).toHaveLength(1);
  });

  it('ends at once with the reason of its signal', async () => {
    const { reader, source } = await readerOf(() => 'hang');
    const abort = new AbortController();
    const first = reader.read(source, abort.signal).next();
    abort.abort(new Error('the process stops'));
    await expect(first).rejects.toThrow('the process stops');
  });
});
