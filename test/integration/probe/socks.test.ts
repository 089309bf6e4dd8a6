import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/proxies/certificate.ts';
import type { Incoming } from '../../../sandbox/proxies/incoming.ts';
import { type LocalTarget, startLocalTarget } from '../../../sandbox/proxies/local-target.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import type { CheckProxy } from '../../../src/probe/check-proxy.ts';
import { createProbe, type Probe } from '../../../src/probe/probe.ts';
import { dribble, type Script, type ScriptedServer, serve, tunnel } from './scripted-server.ts';

let target: LocalTarget;
let probe: Probe;

function probeFor(url: string): Probe {
  return createProbe({ targets: [parseTarget(url)], ca: target.caPem, timeoutMs: 10_000, isPrivateAllowed: true });
}

beforeAll(async () => {
  target = await startLocalTarget(createCertificateAuthority(), () => undefined);
  probe = probeFor(target.remoteUrl);
});

afterAll(async () => {
  probe.close();
  await target.stop();
});

const at = (type: 'socks4' | 'socks5', { host, port }: ScriptedServer, username = '', password = ''): CheckProxy => ({
  type,
  host,
  port,
  username,
  password,
});

/** Reads what the client says in turn, each piece as long as it is expected to be, and answers each with bytes. */
function dialogue(heard: Buffer[], turns: readonly (readonly [length: number, answer: readonly number[]])[]): Script {
  return async (socket, incoming) => {
    for (const [length, answer] of turns) {
      heard.push(await incoming.read(length));
      socket.write(Buffer.from(answer));
    }
    await nothingMore(incoming);
  };
}

/** Ends with the client. */
const nothingMore = async (incoming: Incoming) => void (await incoming.read(1));

const NAME = 'check.test';
const portBytes = () => [target.port >> 8, target.port & 255];
const GRANTED_4 = [0, 90, 0, 0, 0, 0, 0, 0];

describe('SOCKS4', () => {
  it('hands a name to the proxy (4a), with the user id before it', async () => {
    const heard: Buffer[] = [];
    const length = 8 + 'kunde\0'.length + NAME.length + 1;
    const server = await serve(dialogue(heard, [[length, [0, 91, 0, 0, 0, 0, 0, 0]]]));
    await probe.check(at('socks4', server, 'kunde', 'ignored'));
    const head = Buffer.from([4, 1, ...portBytes(), 0, 0, 0, 1]);
    expect(heard[0]).toEqual(Buffer.concat([head, Buffer.from(`kunde\0${NAME}\0`)]));
  });

  it('asks for an address without the extension', async () => {
    const heard: Buffer[] = [];
    const server = await serve(async (socket, incoming) => {
      heard.push(await incoming.read(9));
      socket.write(Buffer.from(GRANTED_4));
      tunnel(socket, incoming, target.port);
    });
    const result = await probeFor(`https://127.0.0.1:${target.port}/`).check(at('socks4', server));
    expect(result.outcome).toBe('ok');
    expect(heard[0]).toEqual(Buffer.from([4, 1, ...portBytes(), 127, 0, 0, 1, 0]));
  });

  const REPLIES = [
    [[0, 91], 'proxy_error', /91/],
    [[0, 92], 'auth', /92/],
    [[0, 93], 'auth', /93/],
    [[4, 91], 'proxy_error', /91/],
    [[0, 7], 'protocol', /7/],
    [[5, 0xff], 'protocol', /version/],
    [[...Buffer.from('HTTP/1.1 400 Bad Request')], 'protocol', /type may be http/],
  ] as const;

  it.each(REPLIES)('calls the reply %j: %s', async (reply, outcome, detail) => {
    const server = await serve(dialogue([], [[8, reply]]));
    const result = await probe.check(at('socks4', server));
    expect(result).toMatchObject({ outcome, detail: expect.stringMatching(detail) });
  });

  it('says of a username that the protocol cannot carry: auth', async () => {
    const server = await serve(dialogue([], [[8, GRANTED_4]]));
    expect((await probe.check(at('socks4', server, 'a\0b'))).outcome).toBe('auth');
  });
});

describe('SOCKS5', () => {
  const request = () => [5, 1, 0, 3, NAME.length, ...Buffer.from(NAME), ...portBytes()];

  it('asks for a name without credentials', async () => {
    const heard: Buffer[] = [];
    const turns = [
      [3, [5, 0]],
      [request().length, [5, 4, 0, 1]],
    ] as const;
    const result = await probe.check(at('socks5', await serve(dialogue(heard, turns))));
    expect(result).toMatchObject({ outcome: 'proxy_error', detail: expect.stringContaining('host unreachable') });
    expect(heard.map((bytes) => [...bytes])).toEqual([[5, 1, 0], request()]);
  });

  it('sends credentials only where the proxy asks for them', async () => {
    const heard: Buffer[] = [];
    const login = [1, 5, ...Buffer.from('kunde'), 4, ...Buffer.from('p:ä')];
    const asking = [
      [4, [5, 2]],
      [login.length, [1, 0]],
      [request().length, [5, 5, 0, 1]],
    ] as const;
    await probe.check(at('socks5', await serve(dialogue(heard, asking)), 'kunde', 'p:ä'));
    expect(heard.map((bytes) => [...bytes])).toEqual([[5, 2, 0, 2], login, request()]);
    const open = [
      [4, [5, 0]],
      [request().length, [5, 5, 0, 1]],
    ] as const;
    const result = await probe.check(at('socks5', await serve(dialogue([], open)), 'kunde', 'p:ä'));
    expect(result.outcome).toBe('proxy_error');
  });

  it('asks for addresses of both kinds as addresses', async () => {
    for (const [url, bytes] of [
      ['https://127.0.0.1:9/', [1, 127, 0, 0, 1]],
      ['https://[2001:db8::7]:9/', [4, 0x20, 1, 0x0d, 0xb8, ...Array(11).fill(0), 7]],
    ] as const) {
      const heard: Buffer[] = [];
      const turns = [
        [3, [5, 0]],
        [3 + bytes.length + 2, [5, 3, 0, 1]],
      ] as const;
      await probeFor(url).check(at('socks5', await serve(dialogue(heard, turns))));
      expect(heard[1]).toEqual(Buffer.from([5, 1, 0, ...bytes, 0, 9]));
    }
  });

  const REPLIES = [
    [1, 'proxy_error', 'general failure'],
    [2, 'auth', 'reply 2'],
    [3, 'proxy_error', 'network unreachable'],
    [4, 'proxy_error', 'host unreachable'],
    [5, 'proxy_error', 'connection refused'],
    [6, 'proxy_error', 'time to live'],
    [7, 'proxy_error', 'command not supported'],
    [8, 'proxy_error', 'address type'],
    [200, 'proxy_error', 'unknown failure'],
  ] as const;

  it.each(REPLIES)('calls reply %d: %s', async (reply, outcome, word) => {
    const turns = [
      [3, [5, 0]],
      [10, [5, reply, 0, 1, 0, 0, 0, 0, 0, 0]],
    ] as const;
    const result = await probe.check(at('socks5', await serve(dialogue([], turns))));
    expect(result).toMatchObject({ outcome, detail: expect.stringContaining(word) });
  });

  const REFUSALS = [
    ['no method, without credentials', '', [[3, [5, 0xff]]], 'auth'],
    ['no method, with credentials', 'kunde', [[4, [5, 0xff]]], 'auth'],
    ['a method that was not offered', '', [[3, [5, 2]]], 'protocol'],
    ['GSSAPI', 'kunde', [[4, [5, 1]]], 'protocol'],
    [
      'wrong credentials',
      'kunde',
      [
        [4, [5, 2]],
        [8, [1, 1]],
      ],
      'auth',
    ],
    [
      'wrong credentials, under a wrong version',
      'kunde',
      [
        [4, [5, 2]],
        [8, [5, 1]],
      ],
      'auth',
    ],
    [
      'an unknown version of logging in',
      'kunde',
      [
        [4, [5, 2]],
        [8, [7, 0]],
      ],
      'protocol',
    ],
    ['an HTTP error', '', [[3, [...Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')]]], 'protocol'],
    [
      'an unknown address type',
      '',
      [
        [3, [5, 0]],
        [10, [5, 0, 0, 9, 1, 2, 3, 4]],
      ],
      'protocol',
    ],
  ] as const;

  it.each(REFUSALS)('calls %s what it is', async (_what, username, turns, outcome) => {
    const result = await probe.check(at('socks5', await serve(dialogue([], turns)), username));
    expect(result.outcome).toBe(outcome);
    expect(result.detail).not.toContain('kunde');
  });

  it('says which login a proxy chose that was not offered', async () => {
    const password = await probe.check(at('socks5', await serve(dialogue([], [[3, [5, 2]]]))));
    expect(password.detail).toContain('add a username and password');
    const gssapi = await probe.check(at('socks5', await serve(dialogue([], [[4, [5, 1]]])), 'kunde'));
    expect(gssapi.detail).toContain('GSSAPI, which is not supported');
  });

  const CLOSES = [
    ['closes', (socket) => socket.end()],
    ['resets', (socket) => socket.resetAndDestroy()],
  ] as const satisfies readonly (readonly [string, (socket: Parameters<Script>[0]) => unknown])[];

  it.each(CLOSES)('points to the credentials if the proxy %s the connection after the login', async (_how, close) => {
    const server = await serve(async (socket, incoming) => {
      await incoming.read(4);
      socket.write(Buffer.from([5, 2]));
      await incoming.read(9);
      close(socket);
    });
    const result = await probe.check(at('socks5', server, 'kunde', 'x'));
    expect(result).toMatchObject({ outcome: 'reset', detail: expect.stringContaining('check the credentials') });
  });

  it('says of credentials longer than the protocol carries: auth', async () => {
    const server = await serve(dialogue([], [[4, [5, 2]]]));
    expect((await probe.check(at('socks5', server, 'k'.repeat(256)))).outcome).toBe('auth');
  });

  const BOUND = [
    ['an IPv4 address', [1, 10, 0, 0, 1]],
    ['an IPv6 address', [4, ...Array<number>(16).fill(7)]],
    ['a name', [3, 3, 97, 98, 99]],
    ['an empty name', [3, 0]],
  ] as const;

  it.each(BOUND)('reads replies byte by byte, with %s in them', async (_what, bound) => {
    const server = await serve(async (socket, incoming) => {
      await incoming.read(4);
      await dribble(socket, Buffer.from([5, 2]));
      await incoming.read(9);
      await dribble(socket, Buffer.from([1, 0]));
      await incoming.read(request().length);
      await dribble(socket, Buffer.from([5, 0, 0, ...bound, 0, 80]));
      tunnel(socket, incoming, target.port);
    });
    expect(await probe.check(at('socks5', server, 'kunde', 'k'))).toMatchObject({ outcome: 'ok' });
  });
});

describe('SOCKS proxies that close', () => {
  const PLACES = [
    ['socks4', 0, []],
    ['socks4', 8, [0]],
    ['socks4', 8, [0, 90, 0]],
    ['socks5', 0, []],
    ['socks5', 3, [5]],
    ['socks5', 3, [5, 0]],
  ] as const;

  it.each(PLACES)('calls %s closed after %d bytes and the answer %j: reset', async (type, length, answer) => {
    const server = await serve(async (socket, incoming) => {
      if (length > 0) await incoming.read(length);
      socket.end(Buffer.from(answer));
    });
    expect((await probe.check(at(type, server))).outcome).toBe('reset');
  });
});
