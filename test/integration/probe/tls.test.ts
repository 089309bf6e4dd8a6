import { createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createCertificateAuthority, type ServerCertificate } from '../../../sandbox/proxies/certificate.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import type { CheckProxy } from '../../../src/probe/check-proxy.ts';
import { createProbe } from '../../../src/probe/probe.ts';
import { dribble, type Script, type ScriptedServer, serve, tunnel } from './scripted-server.ts';

const DAY_MS = 24 * 3600 * 1000;
const day = (n: number) => new Date(Date.now() + n * DAY_MS);

const authority = createCertificateAuthority('Checks');
const CERTIFICATES: [what: string, certificate: ServerCertificate, detail: RegExp][] = [
  ['of an authority that nobody knows', createCertificateAuthority('Nobody').issue(['check.test']), /is not trusted/],
  ['that has expired', authority.issue(['check.test'], { from: day(-9), to: day(-1) }), /expired/],
  ['that is not valid yet', authority.issue(['check.test'], { from: day(1), to: day(9) }), /not_yet_valid/],
  ['of another host', authority.issue(['other.test']), /names another host/],
];

const answersIp: Script = async (socket, incoming) => {
  await incoming.readHead();
  socket.end('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n203.0.113.9');
};

/** An HTTP proxy that leads wherever it is asked to go to this port. */
const leadingTo =
  (port: number): Script =>
  async (socket, incoming) => {
    await incoming.readHead();
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    tunnel(socket, incoming, port);
  };

/** An HTTP proxy behind whose tunnel there is this. */
const tunnelTo =
  (script: Script): Script =>
  async (socket, incoming) => {
    await incoming.readHead();
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    await script(socket, incoming);
  };

const probe = createProbe({
  targets: [parseTarget('https://check.test/')],
  ca: authority.caPem,
  timeoutMs: 10_000,
  isPrivateAllowed: true,
});

const at = (type: 'http' | 'https', { host, port }: ScriptedServer): CheckProxy => ({
  type,
  host,
  port,
  username: null,
  password: null,
});

describe('TLS with the target', () => {
  it('is verified against the name that was asked for', async () => {
    const server = await serve(answersIp, authority.issue(['check.test']));
    const result = await probe.check(at('http', await serve(leadingTo(server.port))));
    expect(result).toMatchObject({ outcome: 'ok', exitIp: '203.0.113.9' });
  });

  it.each(CERTIFICATES)('fails with a certificate %s', async (_what, certificate, detail) => {
    const server = await serve(answersIp, certificate);
    const result = await probe.check(at('http', await serve(leadingTo(server.port))));
    expect(result).toMatchObject({ outcome: 'tls', exitIp: null, detail: expect.stringMatching(detail) });
    expect(result.detail).toContain('target');
  });

  const BEHIND: [what: string, script: Script, outcome: string][] = [
    ['a page', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n<h1>Hello</h1>'), 'protocol'],
    ['a byte of a SOCKS reply too many', (socket) => socket.end(Buffer.from([0, 1, 2, 3, 4, 5, 6, 7])), 'protocol'],
    ['a record longer than may be', (socket) => socket.end(Buffer.from([22, 3, 3, 255, 255, 1, 2])), 'protocol'],
    ['a fatal alert', (socket) => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 40])), 'tls'],
    ['an alert that the name is unknown', (socket) => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 112])), 'tls'],
    ['the end', (socket) => socket.end(), 'reset'],
    ['a reset', (socket) => socket.resetAndDestroy(), 'reset'],
    ['half a server hello, then the end', (socket) => socket.end(Buffer.from([22, 3, 3, 0, 90, 2, 0])), 'reset'],
  ];

  it.each(BEHIND)('tells what %s behind the tunnel is', async (_what, script, outcome) => {
    const result = await probe.check(at('http', await serve(tunnelTo(script))));
    expect(result.outcome).toBe(outcome);
    expect(result.detail).not.toContain('own network failed');
  });

  it('fails where the target wants a certificate of us', async () => {
    const options = { ...authority.issue(['check.test']), ca: authority.caPem, requestCert: true };
    const server = createServer({ ...options, rejectUnauthorized: true });
    server.on('tlsClientError', () => {});
    const proxy = await serve(async (socket, incoming) => {
      await incoming.readHead();
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      incoming.release();
      server.emit('connection', socket);
    });
    expect(await probe.check(at('http', proxy))).toMatchObject({ outcome: 'tls' });
  });

  it('fails where the target knows only TLS 1.1', async () => {
    const alert = Buffer.from([21, 3, 2, 0, 2, 2, 70]);
    const result = await probe.check(at('http', await serve(tunnelTo((socket) => socket.end(alert)))));
    expect(result).toMatchObject({ outcome: 'tls', detail: expect.stringContaining('protocol_version') });
  });
});

describe('TLS with the proxy', () => {
  const addressed = authority.issue(['127.0.0.1']);

  it('carries the TLS of the target inside', async () => {
    const target = await serve(answersIp, authority.issue(['check.test']));
    const result = await probe.check(at('https', await serve(leadingTo(target.port), addressed)));
    expect(result).toMatchObject({ outcome: 'ok', exitIp: '203.0.113.9' });
  });

  it('carries it byte by byte too', async () => {
    const target = await serve(answersIp, authority.issue(['check.test']));
    const script: Script = async (socket, incoming) => {
      await incoming.readHead();
      await dribble(socket, 'HTTP/1.1 200 OK\r\n\r\n');
      tunnel(socket, incoming, target.port, 64);
    };
    expect(await probe.check(at('https', await serve(script, addressed)))).toMatchObject({ outcome: 'ok' });
  });

  it.each(CERTIFICATES)('fails with a certificate %s', async (_what, certificate) => {
    const result = await probe.check(at('https', await serve(answersIp, certificate)));
    expect(result).toMatchObject({ outcome: 'tls', detail: expect.stringContaining('proxy') });
    expect(result.times.handshakeMs).toBeNull();
  });

  it.each([
    ['answers in plain HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['answers in SOCKS', Buffer.from([5, 0xff, 0, 0, 0, 0])],
  ])('says of a proxy that %s: protocol', async (_what, answer) => {
    const result = await probe.check(at('https', await serve((socket) => socket.end(answer))));
    expect(result).toMatchObject({ outcome: 'protocol', detail: expect.stringContaining('not https') });
  });

  it('fails where the proxy wants a certificate of us, though TLS 1.3 says so only after the handshake', async () => {
    const options = { ...addressed, ca: authority.caPem, requestCert: true, rejectUnauthorized: true };
    const server = createServer(options);
    server.on('tlsClientError', () => {});
    const proxy = await serve((socket, incoming) => {
      incoming.release();
      server.emit('connection', socket);
    });
    const result = await probe.check(at('https', proxy));
    expect(result).toMatchObject({ outcome: 'tls', detail: expect.stringContaining('proxy') });
  });

  it('calls the end after the handshake a reset', async () => {
    const result = await probe.check(at('https', await serve((socket) => socket.end(), addressed)));
    expect(result).toMatchObject({ outcome: 'reset' });
  });
});
