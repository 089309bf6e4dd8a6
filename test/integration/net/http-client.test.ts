import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/proxies/certificate.ts';
import { type HttpGetOptions, type HttpPolicy, HttpSession, httpGet } from '../../../src/net/http-client.ts';
import { HttpRequestError } from '../../../src/net/http-request-error.ts';
import { type Script, type ScriptedServer, serve } from '../probe/scripted-server.ts';

const authority = createCertificateAuthority();

type Options = Partial<Omit<HttpGetOptions, 'policy'>> & { policy?: Partial<HttpPolicy> };

const get = (address: string, { policy, ...options }: Options = {}) =>
  httpGet(address, {
    timeoutMs: 10_000,
    maxBytes: 1_000,
    redirects: 'follow',
    ...options,
    policy: { isPrivateAllowed: true, ca: authority.caPem, ...policy },
  });

const failing = async (address: string, options: Options = {}): Promise<HttpRequestError> => {
  const error: unknown = await get(address, options).then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof HttpRequestError)) throw error;
  return error;
};

const addressOf = ({ port }: ScriptedServer, host = '127.0.0.1', scheme = 'http') => `${scheme}://${host}:${port}/`;

const answering =
  (heads: string[], ...lines: string[]): Script =>
  async (socket, incoming) => {
    heads.push(await incoming.readHead());
    socket.end([...lines, '', ''].join('\r\n'));
  };

describe('an HTTP request', () => {
  it('resolves to status, headers and body, and leaves no connection open', async () => {
    const server = await serve(async (socket, incoming) => {
      await incoming.readHead();
      socket.write('HTTP/1.1 418 Teapot\r\nX-Kind: a\r\nX-Kind: b\r\nTransfer-Encoding: chunked\r\n\r\n');
      socket.write('3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n');
    });
    const { status, headers, body } = await get(addressOf(server));
    expect([status, headers.get('x-kind'), body.toString()]).toEqual([418, 'a, b', 'abcdef']);
    await server.idle();
  });

  it('takes its headers to its own origin, and not along with a redirect to another one', async () => {
    const [own, other] = [[], []] as string[][];
    const elsewhere = await serve(answering(other ?? [], 'HTTP/1.1 204 No Content'));
    const server = await serve(answering(own ?? [], 'HTTP/1.1 302 Found', `Location: ${addressOf(elsewhere)}`));
    const headers = { 'x-api-key': 'pl4nted' };
    expect(await get(addressOf(server), { headers })).toMatchObject({ status: 204 });
    expect(own?.[0]).toContain('x-api-key: pl4nted');
    expect(other?.[0]).not.toContain('pl4nted');
  });

  it('leaves a redirect to its caller if it is not to follow any', async () => {
    const server = await serve(answering([], 'HTTP/1.1 302 Found', 'Location: /on', 'Content-Length: 0'));
    const { status, headers } = await get(addressOf(server), { redirects: 'return' });
    expect([status, headers.get('location'), server.taken()]).toEqual([302, '/on', 1]);
  });
});

describe('the reach of an HTTP request', () => {
  const PRIVATE = ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', 'localhost'];

  it.each(PRIVATE)('does not include %s, however it is spelt, if private addresses are refused', async (host) => {
    const server = await serve(answering([], 'HTTP/1.1 204 No Content'));
    const policy = { isPrivateAllowed: false };
    expect((await failing(addressOf(server, host), { policy })).fault).toBe('private_address');
    expect(server.taken()).toBe(0);
  });

  it('ends at this machine in the sandbox, whether an address or a name leads away', async () => {
    const resolver = { resolve: async () => ['192.0.2.1'], close() {} };
    const policy = { isLoopbackOnly: true, resolver };
    expect((await failing('http://192.0.2.1/', { policy })).fault).toBe('not_loopback');
    expect((await failing('http://api.example.net/', { policy })).fault).toBe('not_loopback');
    const server = await serve(answering([], 'HTTP/1.1 204 No Content'));
    expect(await get(addressOf(server), { policy })).toMatchObject({ status: 204 });
  });

  it('includes https whose certificate is for the name, at the address that was checked', async () => {
    const names: string[] = [];
    const server = await serve(answering([], 'HTTP/1.1 204 No Content'), authority.issue(['api.example.net']));
    const resolve = async (name: string) => {
      names.push(name);
      return ['127.0.0.1'];
    };
    const resolver = { resolve, close() {} };
    const address = addressOf(server, 'api.example.net', 'https');
    expect(await get(address, { policy: { resolver } })).toMatchObject({ status: 204 });
    expect(names).toEqual(['api.example.net']);
    const other = addressOf(server, 'other.example.net', 'https');
    expect((await failing(other, { policy: { resolver } })).fault).toBe('wrong_host');
    expect((await failing(address, { policy: { resolver, ca: undefined } })).fault).toBe('untrusted');
    await server.idle();
  });
});

describe('the bounds of an HTTP request', () => {
  it.each([
    ['announced', 'HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n'],
    ['until the end of the connection', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['in chunks', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ])('end a body that is too long, %s', async (_how, head) => {
    const server = await serve(async (socket, incoming) => {
      await incoming.readHead();
      socket.write(head);
      const piece = head.includes('chunked') ? `64\r\n${'x'.repeat(100)}\r\n` : 'x'.repeat(100);
      for (let sent = 0; sent < 2_000 && !socket.destroyed; sent += 100) socket.write(piece);
    });
    const error = await failing(addressOf(server));
    expect([error.fault, error.head?.status]).toEqual(['too_large', 200]);
    await server.idle();
  });

  it('end a body that does not come to its end in time, and the head is known', async () => {
    const server = await serve(async (socket, incoming) => {
      await incoming.readHead();
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nabc');
    });
    const start = performance.now();
    const error = await failing(addressOf(server), { timeoutMs: 300 });
    expect([error.fault, error.head?.status]).toEqual(['timeout', 200]);
    expect(performance.now() - start).toBeLessThan(2_000);
    await server.idle();
  });

  it('end a name that does not resolve in time', async () => {
    const resolver = { resolve: () => new Promise<string[]>(() => undefined), close() {} };
    const error = await failing('http://api.example.net/', { timeoutMs: 100, policy: { resolver } });
    expect(error.fault).toBe('dns');
  });

  it.each([
    ['ftp://127.0.0.1/', 'bad_address'],
    ['no address', 'bad_address'],
    ['http://127.0.0.1:1/', 'refused'],
  ])('end %s with %s', async (address, fault) => {
    const error = await failing(address);
    expect([error.fault, error.message]).toEqual([fault, expect.not.stringContaining(address)]);
  });
});

describe('a session of HTTP requests', () => {
  const open = (options: { timeoutMs?: number; maxBytes?: number } = {}) => {
    const session = new HttpSession({
      isKept: true,
      timeoutMs: 10_000,
      maxBytes: 1_000,
      ...options,
      policy: { isPrivateAllowed: true, ca: authority.caPem },
    });
    onTestFinished(() => session.close());
    return session;
  };

  const answeringAll =
    (...bodies: string[]): Script =>
    async (socket, incoming) => {
      for (const body of bodies) {
        await incoming.readHead();
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      }
    };

  it('keeps one connection, and closes it at its end', async () => {
    const server = await serve(answeringAll('one', 'two'));
    const session = open();
    for (const body of ['one', 'two']) {
      const response = await session.get(addressOf(server), { redirects: 'return' });
      expect(response.body.toString()).toBe(body);
    }
    expect(server.taken()).toBe(1);
    await session.close();
    await server.idle();
  });

  it('bounds all bodies together', async () => {
    const server = await serve(answeringAll('x'.repeat(600), 'x'.repeat(600)));
    const session = open();
    await session.get(addressOf(server), { redirects: 'return' });
    const second = session.get(addressOf(server), { redirects: 'return' });
    await expect(second).rejects.toMatchObject({ fault: 'too_large' });
  });

  it('opens a new connection when the server has closed the last one', async () => {
    const server = await serve(answering([], 'HTTP/1.1 204 No Content', 'Connection: close'));
    const session = open();
    for (let sent = 0; sent < 2; sent++) {
      expect(await session.get(addressOf(server), { redirects: 'return' })).toMatchObject({ status: 204 });
    }
    expect(server.taken()).toBe(2);
  });

  it('does not follow a redirect to another origin if only its own may be called', async () => {
    const own = await serve(answering([], 'HTTP/1.1 204 No Content'));
    const server = await serve(answering([], 'HTTP/1.1 302 Found', `Location: ${addressOf(own)}`));
    const request = open().get(addressOf(server), { redirects: 'same-origin' });
    await expect(request).rejects.toMatchObject({ fault: 'foreign_redirect' });
    expect(own.taken()).toBe(0);
  });
});
