import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../../sandbox/proxies/certificate.ts';
import { type LocalTarget, startLocalTarget } from '../../../../sandbox/proxies/local-target.ts';
import { parseTarget } from '../../../../src/domain/health/check-target.ts';
import type { CheckProxy } from '../../../../src/probe/check-proxy.ts';
import { createProbe, type Probe } from '../../../../src/probe/probe.ts';
import { dribble, type Script, type ScriptedServer, serve, tunnel } from '../scripted-server.ts';

let target: LocalTarget;
let probe: Probe;

beforeAll(async () => {
  target = await startLocalTarget(createCertificateAuthority(), () => undefined);
  const targets = [parseTarget(target.remoteUrl)];
  probe = createProbe({ targets, ca: target.caPem, timeoutMs: 10_000, isPrivateAllowed: true });
});

afterAll(async () => {
  probe.close();
  await target.stop();
});

const at = ({ host, port }: ScriptedServer, login: Partial<CheckProxy> = {}): CheckProxy => ({
  type: 'http',
  host,
  port,
  username: null,
  password: null,
  ...login,
});

/** Answers CONNECT with these bytes and ends. */
const answering =
  (answer: string | Uint8Array): Script =>
  async (socket, incoming) => {
    await incoming.readHead();
    socket.end(answer);
  };

describe('CONNECT', () => {
  it('leaves the name to the proxy, and sends credentials as they are', async () => {
    const heads: string[] = [];
    const server = await serve(async (socket, incoming) => {
      heads.push(await incoming.readHead());
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await probe.check(at(server));
    await probe.check(at(server, { username: 'kunde', password: 'p:ä' }));
    const authority = `check.test:${target.port}`;
    const always = 'User-Agent: proxy-ops\r\nProxy-Connection: keep-alive';
    expect(heads[0]).toBe(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${always}`);
    expect(heads[1]).toContain(`\r\nProxy-Authorization: Basic ${Buffer.from('kunde:p:ä').toString('base64')}`);
  });

  const GRANTS = [
    ['HTTP/1.0', 'HTTP/1.0 200 Connection established\r\n\r\n'],
    ['no reason', 'HTTP/1.1 200\r\n\r\n'],
    ['another 2xx', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['bare line feeds', 'HTTP/1.1 200 OK\nVia: 1.1 gate\n\n'],
    ['a length, which means nothing here (RFC 9110, 9.3.6)', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['an interim response', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
    ['a long head', `HTTP/1.1 200 OK\r\nX-Filler: ${'x'.repeat(63_000)}\r\n\r\n`],
  ] as const;

  it.each(GRANTS)('takes a tunnel granted with %s', async (_what, answer) => {
    const server = await serve(async (socket, incoming) => {
      await incoming.readHead();
      socket.write(answer);
      tunnel(socket, incoming, target.port);
    });
    expect(await probe.check(at(server))).toMatchObject({ outcome: 'ok', exitIp: '127.0.0.1' });
  });

  it.each([1, 7])('reads answers that come in pieces of %d bytes, head and TLS alike', async (size) => {
    const server = await serve(async (socket, incoming) => {
      await incoming.readHead();
      await dribble(socket, 'HTTP/1.1 200 Connection established\r\nVia: gate\r\n\r\n', size);
      tunnel(socket, incoming, target.port, size);
    });
    expect(await probe.check(at(server))).toMatchObject({ outcome: 'ok' });
  });

  const REFUSALS = [
    ['402 Payment Required', 'billing'],
    ['407 Proxy Authentication Required', 'auth'],
    ['401 Unauthorized', 'auth'],
    ['403 Forbidden', 'auth'],
    ['302 Found', 'captive'],
    ['511 Network Authentication Required', 'captive'],
    ['404 Not Found', 'protocol'],
    ['405 Method Not Allowed', 'protocol'],
    ['501 Not Implemented', 'protocol'],
    ['429 Too Many Requests', 'proxy_error'],
    ['500 Internal Server Error', 'proxy_error'],
    ['502 Bad Gateway', 'proxy_error'],
    ['503 Service Unavailable', 'proxy_error'],
    ['504 Gateway Timeout', 'proxy_error'],
  ] as const;

  it.each(REFUSALS)('calls %s: %s', async (status, outcome) => {
    const server = await serve(answering(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`));
    const result = await probe.check(at(server));
    expect(result.outcome).toBe(outcome);
    expect(result.detail).toContain(status.slice(0, 3));
  });

  const PROXY_STATUS = [
    ['502 Bad Gateway', 'gate; error=dns_error; rcode="NXDOMAIN"', 'proxy_error', 'dns_error'],
    ['504 Gateway Timeout', 'gate;error=connection_timeout', 'proxy_error', 'connection_timeout'],
    ['503 Service Unavailable', '"gate 7"; error = "connection_refused"', 'proxy_error', 'connection_refused'],
    ['400 Bad Request', 'edge, gate; error=destination_ip_prohibited', 'proxy_error', 'destination_ip_prohibited'],
    [
      '502 Bad Gateway',
      'gate; details="; error=made_up"; error=tls_alert_received',
      'proxy_error',
      'tls_alert_received',
    ],
    ['403 Forbidden', 'gate; error=http_request_denied', 'proxy_error', 'http_request_denied'],
    ['502 Bad Gateway', 'gate; error=<b>@everyone</b>', 'proxy_error', '502'],
    ['407 Proxy Authentication Required', 'gate; error=http_request_denied', 'auth', '407'],
    ['402 Payment Required', 'gate; error=http_request_denied', 'billing', '402'],
  ] as const;

  it.each(PROXY_STATUS)('reads with %s Proxy-Status: %s', async (status, field, outcome, word) => {
    const server = await serve(answering(`HTTP/1.1 ${status}\r\nproxy-STATUS:  ${field} \r\n\r\n`));
    const result = await probe.check(at(server));
    expect(result.outcome).toBe(outcome);
    expect(result.detail).toContain(word);
    expect(result.detail).not.toMatch(/everyone|made_up/);
  });

  const basic = 'Proxy-Authenticate: Basic realm="gate"';
  const MESSAGES = [
    [
      '407 Proxy Authentication Required',
      `${basic}\r\nX-Error-Description: Traffic limit reached`,
      'billing',
      'Traffic limit reached',
    ],
    ['407 Auth', 'x-brd-err-msg: Zone has reached its usage limit', 'billing', 'usage limit'],
    ['403 Forbidden', 'X-Error-Description: Not enough balance', 'billing', 'Not enough balance'],
    ['403 No traffic left', 'Via: gate', 'billing', '403'],
    ['509 Bandwidth Limit Exceeded', 'Via: gate', 'billing', '509'],
    ['407 Auth', `${basic}\r\nx-luminati-error: Wrong password of the zone`, 'auth', 'Wrong password of the zone'],
    ['407 Auth', 'Proxy-Authenticate: Digest realm="gate", qop="auth"', 'auth', 'not supported (Digest)'],
    ['407 Auth', 'Proxy-Authenticate: NTLM', 'auth', 'not supported (NTLM)'],
    [
      '407 Auth',
      'Proxy-Authenticate: Digest realm="a"\r\nProxy-Authenticate: Basic realm="a"',
      'auth',
      'requires credentials',
    ],
    ['404 Not Found', 'X-Error-Description: Domain name not found', 'proxy_error', 'could not resolve'],
    ['502 Bad Gateway', 'x-brd-err-msg: DNS resolution failed', 'proxy_error', 'could not resolve'],
    [
      '503 Service Unavailable',
      'X-Error-Description: No exit node in this country',
      'proxy_error',
      'No exit node in this country',
    ],
    ['403 Forbidden', 'X-Error-Description: This target is not allowed on your network', 'auth', 'not allowed'],
  ] as const;

  it.each(MESSAGES)('reads what a gateway says with %s, %s', async (status, fields, outcome, words) => {
    const server = await serve(answering(`HTTP/1.1 ${status}\r\n${fields}\r\nContent-Length: 0\r\n\r\n`));
    const result = await probe.check(at(server));
    expect(result.outcome).toBe(outcome);
    expect(result.detail).toContain(words);
  });

  const BODIES = [
    ['text/plain', 'Your subscription has expired', 'billing', 'subscription has expired'],
    ['application/json', '{"error":{"code":7},"message":"Insufficient balance"}', 'billing', 'Insufficient balance'],
    ['application/json', '{"message":', 'auth', '407'],
    ['text/html', '<p>Your subscription has expired</p>', 'auth', '407'],
  ] as const;

  it.each(BODIES)('reads a refusal in a body of %s: %s', async (type, body, outcome, words) => {
    const head = `HTTP/1.1 407 Auth\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}`;
    const result = await probe.check(at(await serve(answering(`${head}\r\n\r\n${body}`))));
    expect(result.outcome).toBe(outcome);
    expect(result.detail).toContain(words);
  });

  it('repeats no credentials that a gateway sends back', async () => {
    const head = 'HTTP/1.1 407 Auth\r\nX-Error-Description: no user Kunde-DE with password s3cret-77\r\n\r\n';
    const result = await probe.check(at(await serve(answering(head)), { username: 'kunde-de', password: 's3cret-77' }));
    expect(result).toMatchObject({ outcome: 'auth', detail: 'The proxy refused the credentials (407).' });
  });

  it('does not wait for a body that is announced and does not come', async () => {
    const server = await serve(answering('HTTP/1.1 407 Auth\r\nContent-Length: 50\r\n\r\nhalf'));
    expect((await probe.check(at(server))).outcome).toBe('auth');
  });

  it('joins Proxy-Status fields that are repeated', async () => {
    const fields = 'Proxy-Status: edge; received-status=502\r\nProxy-Status: gate; error=proxy_loop_detected\r\n';
    const server = await serve(answering(`HTTP/1.1 502 Bad Gateway\r\n${fields}\r\n`));
    expect((await probe.check(at(server))).detail).toContain('proxy_loop_detected');
  });

  const GARBAGE = [
    ['an empty line first', '\r\nHTTP/1.1 200 OK\r\n\r\n', /HTTP/],
    ['another version', 'HTTP/2 200\r\n\r\n', /HTTP/],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n', /HTTP/],
    ['a head that breaks off', 'HTTP/1.1 200 OK\r\nVia: ga', /HTTP/],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'X-Filler: x\r\n'.repeat(6000)}`, /HTTP/],
    ['interim responses without end', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(50), /HTTP/],
    ['a mail server', '220 mail.example.com ESMTP\r\n', /HTTP/],
    ['a TLS alert', Buffer.from([21, 3, 3, 0, 2, 2, 70]), /type may be https/],
    ['a SOCKS4 reply', Buffer.from([0, 91, 0, 0, 0, 0, 0, 0]), /type may be socks/],
    ['a SOCKS5 reply', Buffer.from([5, 0xff]), /type may be socks/],
  ] as const;

  it.each(GARBAGE)('calls %s: protocol', async (_what, answer, detail) => {
    const result = await probe.check(at(await serve(answering(answer))));
    expect(result).toMatchObject({ outcome: 'protocol', detail: expect.stringMatching(detail) });
  });

  const CLOSES = [
    ['without a word', (socket) => socket.end()],
    ['with the tunnel', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')],
    ['after a reset', (socket) => socket.resetAndDestroy()],
  ] as const satisfies readonly (readonly [string, (socket: Parameters<Script>[0]) => unknown])[];

  it.each(CLOSES)('calls a proxy that closes %s: reset', async (_how, close) => {
    const server = await serve(async (socket, incoming) => {
      await incoming.readHead();
      close(socket);
    });
    const result = await probe.check(at(server));
    expect(result.outcome).toBe('reset');
    expect(result.times.handshakeMs).toBeNull();
  });

  it('tells a page announced behind the tunnel from other things that are no TLS', async () => {
    const page = '<!doctype html><title>Top up</title>';
    const announced = `HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${page}`;
    expect((await probe.check(at(await serve(answering(announced))))).outcome).toBe('captive');
    expect((await probe.check(at(await serve(answering(`HTTP/1.1 200 OK\r\n\r\n${page}`))))).outcome).toBe('protocol');
  });
});
