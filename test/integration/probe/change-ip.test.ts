import { describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/proxies/certificate.ts';
import { type ChangeIpOptions, callChangeIpLink } from '../../../src/probe/change-ip.ts';
import { type Script, type ScriptedServer, serve } from './scripted-server.ts';

const authority = createCertificateAuthority();
const SECRET = 'k3y-9f2c';

const call = (link: string, options: Partial<ChangeIpOptions> = {}) =>
  callChangeIpLink(link, { timeoutMs: 10_000, isPrivateAllowed: true, ca: authority.caPem, ...options });

const linkTo = ({ port }: ScriptedServer, scheme = 'http') => `${scheme}://127.0.0.1:${port}/rotate?token=${SECRET}`;

const response = (status: string, body = '', ...headers: string[]) =>
  [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body].join('\r\n');

const answering =
  (answer: string, heads: string[] = []): Script =>
  async (socket, incoming) => {
    heads.push(await incoming.readHead());
    socket.end(answer);
  };

describe('a change-IP link', () => {
  it('is called once, over http', async () => {
    const heads: string[] = [];
    const server = await serve(answering(response('200 OK', 'New IP in 30 s'), heads));
    expect(await call(linkTo(server))).toEqual({
      ok: true,
      status: 200,
      detail: 'The provider answered 200: New IP in 30 s',
    });
    expect(heads).toHaveLength(1);
    expect(heads[0]).toContain(`GET /rotate?token=${SECRET} HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\n`);
    expect(heads[0]).not.toMatch(/authorization/i);
    await server.idle();
  });

  it('is called over verified https', async () => {
    const server = await serve(answering(response('204 No Content')), authority.issue(['127.0.0.1']));
    expect(await call(linkTo(server, 'https'))).toEqual({
      ok: true,
      status: 204,
      detail: 'The provider answered 204.',
    });
    const forged = await serve(answering(response('200 OK')), authority.issue(['other.test']));
    expect(await call(linkTo(forged, 'https'))).toMatchObject({
      ok: false,
      status: null,
      detail: expect.stringContaining('certificate'),
    });
  });

  it('carries its own credentials in a header', async () => {
    const heads: string[] = [];
    const server = await serve(answering(response('200 OK'), heads));
    await call(linkTo(server).replace('//', '//kunde:100%25@'));
    expect(heads[0]).toContain(`\r\nauthorization: Basic ${Buffer.from('kunde:100%').toString('base64')}`);
    expect(heads[0]).not.toContain('kunde');
  });

  it.each(['400 Bad Request', '404 Not Found', '429 Too Many Requests', '503 Service Unavailable', '302 Found'])(
    'has not worked where the provider answers %s',
    async (status) => {
      const server = await serve(answering(response(status, '{"error":"wait 60 s"}')));
      const number = Number(status.slice(0, 3));
      const detail = `The provider answered ${number}: {"error":"wait 60 s"}`;
      expect(await call(linkTo(server))).toEqual({ ok: false, status: number, detail });
    },
  );

  const ANSWERS = [
    ['the link', response('200 OK', `called /rotate?token=${SECRET}`)],
    ['a part of the link, spelt otherwise', response('200 OK', `token ${encodeURIComponent(SECRET.toUpperCase())}`)],
    ['a page', response('200 OK', '<h1>Done</h1>', 'Content-Type: text/html')],
    ['bytes that are no text', 'HTTP/1.1 200 OK\r\n\r\n\u0000\u0001'],
    ['more than is read', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(100_000)}`],
    ['less than it announced', 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nDone'],
  ] as const;

  it.each(ANSWERS)('has worked and is not repeated where the answer is %s', async (_what, answer) => {
    const server = await serve(answering(answer));
    expect(await call(linkTo(server))).toEqual({ ok: true, status: 200, detail: 'The provider answered 200.' });
  });

  it('shows of a long answer only its start, on one line', async () => {
    const server = await serve(answering(response('200 OK', `first line\r\n\tsecond ${'and on '.repeat(60)}`)));
    const { detail } = await call(linkTo(server));
    expect(detail).toMatch(/^The provider answered 200: first line second .*…$/);
    expect(detail.length).toBeLessThan(160);
  });
});

describe('redirects of a change-IP link', () => {
  it('are followed, at most three of them', async () => {
    let left = 3;
    const server = await serve(async (socket, incoming) => {
      await incoming.readHead();
      socket.end(left-- > 0 ? response('302 Found', '', `Location: /step/${left}`) : response('200 OK'));
    });
    expect(await call(linkTo(server))).toMatchObject({ ok: true, status: 200 });
    expect(server.taken()).toBe(4);
    left = 4;
    const tooMany = await call(linkTo(server));
    expect(tooMany).toEqual({
      ok: false,
      status: null,
      detail: 'The link redirects too many times.',
    });
    expect(server.taken()).toBe(8);
  });

  it('into a private network are refused', async () => {
    const inside = await serve(answering(response('200 OK')));
    const outside = await serve(answering(response('307 Temporary Redirect', '', `Location: ${linkTo(inside)}`)));
    // There is no public address on this machine: the first place counts as one, the second does not.
    const result = await callChangeIpLink(linkTo(outside), {
      timeoutMs: 10_000,
      get isPrivateAllowed() {
        return outside.taken() === 0;
      },
    });
    expect(result).toMatchObject({ ok: false, status: null, detail: expect.stringContaining('private address') });
    expect(inside.taken()).toBe(0);
    expect(await call(linkTo(outside))).toMatchObject({ ok: true });
    expect(inside.taken()).toBe(1);
  });

  it.each([
    ['http://127.0.0.1:9/', /from https to http/],
    ['ftp://127.0.0.1/', /something other than/],
    ['http://', /something other than/],
  ])('do not lead from https to %s', async (location, detail) => {
    const answer = response('301 Moved Permanently', '', `Location: ${location}`);
    const server = await serve(answering(answer), authority.issue(['127.0.0.1']));
    const result = await call(linkTo(server, 'https'));
    expect(result).toEqual({ ok: false, status: null, detail: expect.stringMatching(detail) });
  });
});

describe('a change-IP link that fails', () => {
  const resolving = (...addresses: string[]) => ({ resolve: async () => addresses, close() {} });

  it('into a private network is refused before anything is connected', async () => {
    const server = await serve(answering(response('200 OK')));
    const isPrivateAllowed = false;
    const detail = 'The link leads to a private address, which is not allowed.';
    expect(await call(linkTo(server), { isPrivateAllowed })).toEqual({ ok: false, status: null, detail });
    for (const addresses of [['127.0.0.1'], ['203.0.113.7', '10.0.0.8'], ['::ffff:127.0.0.1'], ['fd00::1']]) {
      const resolver = resolving(...addresses);
      const link = linkTo(server).replace('127.0.0.1', 'api.example.net');
      expect((await call(link, { isPrivateAllowed, resolver })).detail).toBe(detail);
    }
    expect(server.taken()).toBe(0);
  });

  it('goes to the address that was checked, whatever the name says later', async () => {
    const server = await serve(answering(response('200 OK')));
    const asked: string[] = [];
    const resolver = {
      async resolve(host: string) {
        asked.push(host);
        return asked.length === 1 ? ['127.0.0.1'] : ['203.0.113.7'];
      },
      close() {},
    };
    const link = linkTo(server).replace('127.0.0.1', 'api.example.net');
    expect(await call(link, { resolver })).toMatchObject({ ok: true });
    expect(asked).toEqual(['api.example.net']);
  });

  const SILENT: Script = () => {};
  const FAILURES: [what: string, script: Script, detail: RegExp][] = [
    ['without a word', (socket) => socket.end(), /closed the connection/],
    ['with a reset', (socket) => socket.resetAndDestroy(), /closed the connection/],
    ['in another language', (socket) => socket.end('220 mail.example.com ESMTP\r\n'), /does not speak HTTP/],
    [
      'after an endless head',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(99_999)}`),
      /not speak HTTP/,
    ],
    ['not at all', SILENT, /did not respond in time/],
  ];

  it.each(FAILURES)('says so of a provider that answers %s', async (_how, script, detail) => {
    const server = await serve(script);
    const result = await call(linkTo(server), script === SILENT ? { timeoutMs: 200 } : {});
    expect(result).toEqual({ ok: false, status: null, detail: expect.stringMatching(detail) });
    await server.idle();
  });

  it('reports a closed port, an unknown name and a missing link', async () => {
    const nowhere = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
    const resolver = { resolve: () => Promise.reject(nowhere), close() {} };
    expect((await call('http://api.example.net/x', { resolver })).detail).toMatch(/does not resolve/);
    expect((await call('http://127.0.0.1:1/x')).detail).toMatch(/refused/);
    expect((await call(SECRET)).detail).toBe('The link must be an http:// or https:// URL.');
  });

  it('ends in time as a whole, however many places it leads to', async () => {
    const server = await serve(async (socket, incoming) => {
      await incoming.readHead();
      if (server.taken() < 3) socket.end(response('302 Found', '', 'Location: /on'));
    });
    const result = await call(linkTo(server), { timeoutMs: 300 });
    expect(result.detail).toMatch(/in time/);
    await server.idle();
  });

  it('rejects with the reason of an abort alone', async () => {
    const abort = new AbortController();
    const server = await serve(() => abort.abort(new Error('cancelled')));
    await expect(call(linkTo(server), { signal: abort.signal })).rejects.toThrow('cancelled');
    await server.idle();
  });

  it('never names the link', async () => {
    const closing = await serve((socket) => socket.end());
    const plain = await serve((socket) => socket.end('no TLS here'));
    const links = [linkTo(closing), linkTo(plain, 'https'), `${SECRET}://x`, `http://${SECRET}.invalid:0/${SECRET}`];
    for (const link of links) {
      const resolver = { resolve: () => Promise.reject(new Error(`cannot resolve ${link}`)), close() {} };
      expect((await call(link, { resolver })).detail).not.toContain(SECRET);
    }
  });
});
