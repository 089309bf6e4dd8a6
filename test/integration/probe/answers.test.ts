import { afterAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/proxies/certificate.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import type { CheckOutcome } from '../../../src/domain/health/outcome.ts';
import { createProbe } from '../../../src/probe/probe.ts';
import { dribble, type Script, serve } from './scripted-server.ts';

const authority = createCertificateAuthority();
const certificate = authority.issue(['127.0.0.1']);
const probe = createProbe({
  targets: [parseTarget('https://127.0.0.1:9/')],
  ca: authority.caPem,
  timeoutMs: 10_000,
  isPrivateAllowed: true,
});
afterAll(() => probe.close());

/** Asks a target that answers with these bytes, in pieces of that size, and then closes, or keeps the connection. */
async function ask(answer: string | Buffer, options: { size?: number; isKept?: boolean; expect?: string } = {}) {
  const { size, isKept = false, expect: expected = '' } = options;
  const script: Script = async (socket, incoming) => {
    await incoming.readHead();
    await dribble(socket, answer, size ?? answer.length);
    if (!isKept) socket.end();
  };
  const server = await serve(script, certificate);
  const result = await probe.checkDirect({ target: parseTarget(`https://127.0.0.1:${server.port}/ip${expected}`) });
  await server.idle();
  return result;
}

const HEAD = 'HTTP/1.1 200 OK\r\n';
const chunked = (...parts: string[]) =>
  [...parts, ''].map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`).join('');

describe('the answer of a target', () => {
  it('is asked for in one request that keeps nothing', async () => {
    const heads: string[] = [];
    const server = await serve(async (socket, incoming) => {
      heads.push(await incoming.readHead());
      socket.end(`${HEAD}\r\n203.0.113.9`);
    }, certificate);
    await probe.checkDirect({ target: parseTarget(`https://127.0.0.1:${server.port}/ip?format=text`) });
    const [line, ...fields] = heads[0]?.split('\r\n') ?? [];
    expect(line).toBe('GET /ip?format=text HTTP/1.1');
    expect(fields).toContain(`Host: 127.0.0.1:${server.port}`);
    expect(fields).toContain('Connection: close');
    expect(fields).toContain('Accept-Encoding: identity');
    expect(heads[0]).not.toMatch(/proxy-auth|cookie|authorization/i);
  });

  const RIGHT: [what: string, answer: string][] = [
    ['up to the end of the connection', `${HEAD}\r\n203.0.113.9\n`],
    ['of a given length', `${HEAD}Content-Length: 11\r\n\r\n203.0.113.9`],
    ['of a given length, with more behind it', `${HEAD}Content-Length: 11\r\n\r\n203.0.113.9HTTP/1.1 400`],
    ['in one chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunked('203.0.113.9')}`],
    [
      'in chunks, with a trailer',
      `${HEAD}Transfer-Encoding: Chunked\r\n\r\n${chunked('203.', '0.113', '.9')}X: y\r\n\r\n`,
    ],
    [
      'in chunks, with a length that counts for nothing',
      `${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n${chunked('203.0.113.9')}`,
    ],
    ['in chunks with extensions', `${HEAD}Transfer-Encoding: chunked\r\n\r\nB;a=b\r\n203.0.113.9\r\n0\r\n\r\n`],
    ['as JSON', `${HEAD}Content-Length: 31\r\n\r\n{ "x": [1], "ip":"203.0.113.9"}`],
    ['after an interim response', `HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n${HEAD}\r\n203.0.113.9`],
    ['with another 2xx', 'HTTP/1.0 203 Non-Authoritative Information\r\n\r\n203.0.113.9'],
  ];

  it.each(RIGHT)('is read %s, whole or byte by byte', async (_what, answer) => {
    for (const size of [answer.length, 1]) {
      expect(await ask(answer, { size })).toMatchObject({ outcome: 'ok', exitIp: '203.0.113.9' });
    }
  });

  it.each([
    ['a length', `${HEAD}Content-Length: 11\r\nConnection: keep-alive\r\n\r\n203.0.113.9`],
    ['chunks', `${HEAD}Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n${chunked('203.0.113.9')}`],
  ])('does not wait for the end where %s says where it is', async (_what, answer) => {
    expect(await ask(answer, { isKept: true })).toMatchObject({ outcome: 'ok', exitIp: '203.0.113.9' });
  });

  const long = 'x'.repeat(70_000);
  const WRONG: [what: string, answer: string, outcome: CheckOutcome][] = [
    ['another page', `${HEAD}Content-Length: 5\r\n\r\nhello`, 'captive_portal'],
    ['nothing', `${HEAD}Content-Length: 0\r\n\r\n`, 'captive_portal'],
    ['204, without a body', 'HTTP/1.1 204 No Content\r\n\r\n', 'captive_portal'],
    ['no address in its JSON', `${HEAD}\r\n{"ip":"unknown"}`, 'captive_portal'],
    ['an address and more', `${HEAD}\r\n203.0.113.9, 203.0.113.10`, 'captive_portal'],
    ['too long a body, said at once', `${HEAD}Content-Length: 70000\r\n\r\n203.0.113.9`, 'captive_portal'],
    ['too long a body', `${HEAD}\r\n${long}`, 'captive_portal'],
    ['too long a chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunked(long)}`, 'captive_portal'],
    ['a wrong length', `${HEAD}Content-Length: eleven\r\n\r\n203.0.113.9`, 'captive_portal'],
    ['two lengths', `${HEAD}Content-Length: 11\r\nContent-Length: 12\r\n\r\n203.0.113.9`, 'captive_portal'],
    ['a wrong chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n203.0.113.9`, 'captive_portal'],
    [
      'a chunk that is longer than it says',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\n203.0.113.9\r\n0\r\n\r\n`,
      'captive_portal',
    ],
    ['401', 'HTTP/1.1 401 Unauthorized\r\n\r\n', 'target_blocked'],
    ['403', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 99999\r\n\r\n', 'target_blocked'],
    ['429', 'HTTP/1.1 429 Too Many Requests\r\n\r\n', 'target_blocked'],
    ['301', 'HTTP/1.1 301 Moved Permanently\r\nLocation: /\r\n\r\n', 'inconclusive'],
    ['404', 'HTTP/1.1 404 Not Found\r\n\r\n', 'inconclusive'],
    ['407, which only proxies say', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'inconclusive'],
    ['500', 'HTTP/1.1 500 Internal Server Error\r\n\r\n', 'inconclusive'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'inconclusive'],
    ['a head without end', `${HEAD}${'X: y\r\n'.repeat(5000)}`, 'inconclusive'],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-', 'inconclusive'],
    ['less than it announced', `${HEAD}Content-Length: 12\r\n\r\n203.0.113.9`, 'reset'],
    ['chunks without the last one', `${HEAD}Transfer-Encoding: chunked\r\n\r\nb\r\n203.0.113.9\r\n`, 'reset'],
    ['nothing at all', '', 'reset'],
  ];

  it.each(WRONG)('that is %s is called what it is', async (_what, answer, outcome) => {
    expect(await ask(answer)).toMatchObject({ outcome, exitIp: null });
  });

  it('is held against what the configuration expects', async () => {
    const json = `${HEAD}\r\n{"origin":{"address":"2001:DB8::9"},"ip":"203.0.113.9"}`;
    expect(await ask(json, { expect: '#json=origin.address' })).toMatchObject({ outcome: 'ok', exitIp: '2001:db8::9' });
    expect(await ask(json, { expect: '#json=origin' })).toMatchObject({ outcome: 'captive_portal' });
    const trace = `${HEAD}\r\nfl=1\nip=203.0.113.9\nts=2`;
    expect(await ask(trace, { expect: '#match=ip=(?<ip>\\S+)' })).toMatchObject({
      outcome: 'ok',
      exitIp: '203.0.113.9',
    });
    expect(await ask(trace, { expect: '#match=^fl' })).toMatchObject({ outcome: 'ok', exitIp: null });
    expect(await ask(trace, { expect: '#match=warp' })).toMatchObject({ outcome: 'captive_portal' });
  });
});
