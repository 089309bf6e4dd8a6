import { getEventListeners, once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/proxies/certificate.ts';
import { type LocalTarget, startLocalTarget } from '../../../sandbox/proxies/local-target.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import type { CheckProxy } from '../../../src/probe/check-proxy.ts';
import { createProbe, type ProbeOptions } from '../../../src/probe/probe.ts';
import { dribble, type Script, serve, tunnel } from './scripted-server.ts';

const authority = createCertificateAuthority();
let target: LocalTarget;

beforeAll(async () => {
  target = await startLocalTarget(authority, () => undefined);
});

afterAll(async () => {
  await target.stop();
});

const probeWith = (options: Partial<ProbeOptions>) =>
  createProbe({
    targets: [parseTarget(target.remoteUrl)],
    ca: target.caPem,
    timeoutMs: 10_000,
    isPrivateAllowed: true,
    ...options,
  });

const at = (type: CheckProxy['type'], { host, port }: { host: string; port: number }): CheckProxy => ({
  type,
  host,
  port,
  username: null,
  password: null,
});

const silent: Script = () => {};
const GRANTED = 'HTTP/1.1 200 OK\r\n\r\n';

const LISTEN_AND_BLOCK = `
  const { parentPort, workerData } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(workerData, 0, 0);
  });
`;

/** A port whose queue is full: it listens in a thread that is blocked and takes nothing. */
async function unaccepting(): Promise<{ host: string; port: number }> {
  const thread = new Worker(LISTEN_AND_BLOCK, { eval: true, workerData: new Int32Array(new SharedArrayBuffer(4)) });
  const [port] = (await once(thread, 'message')) as [number];
  const host = '127.0.0.1';
  const queue = Array.from({ length: 8 }, () => connect(port, host).on('error', () => {}));
  onTestFinished(async () => {
    for (const socket of queue) socket.destroy();
    await thread.terminate();
  });
  await Promise.all(queue.slice(0, 2).map((socket) => once(socket, 'connect')));
  return { host, port };
}

/** Holds this process up, as SIGSTOP does: no other code runs in it until then. */
function holdUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('a check that is held up together with its process', () => {
  /** The first check is never answered, and the process is held up while it is under way. */
  async function checkHeldUp(ms: number) {
    let checks = 0;
    const server = await serve(async (socket, incoming) => {
      if (++checks === 1) return;
      await incoming.readHead();
      socket.write(GRANTED);
      tunnel(socket, incoming, target.port);
    });
    const probe = probeWith({ timeoutMs: 1_000 });
    onTestFinished(() => probe.close());
    const checking = probe.check(at('http', server));
    setImmediate(() => holdUp(ms));
    return { result: await checking, checks };
  }

  it('is repeated, since its failure says nothing about the proxy', async () => {
    expect(await checkHeldUp(6_500)).toEqual({ result: expect.objectContaining({ outcome: 'ok' }), checks: 2 });
  });

  it('is not repeated if it is a little late', async () => {
    const { result, checks } = await checkHeldUp(1_500);
    expect(result.outcome).toBe('timeout');
    expect(checks).toBeLessThanOrEqual(1);
  });
});

/** How many sockets and timers this process has open. */
function openHandles(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap' || kind === 'Timeout').length;
}

describe('time', () => {
  const STALLS: [step: string, type: CheckProxy['type'], script: Script, detail: RegExp][] = [
    ['its TLS handshake', 'https', silent, /proxy did not finish its TLS handshake/],
    ['CONNECT', 'http', silent, /accepted the connection but did not respond/],
    ['the end of the head', 'http', (socket) => socket.write('HTTP/1.1 200 OK\r\nVia: '), /did not respond/],
    ['the SOCKS4 reply', 'socks4', (socket) => socket.write(Buffer.from([0])), /did not respond/],
    ['the SOCKS5 method', 'socks5', silent, /did not respond/],
    [
      'the TLS of the target',
      'http',
      (socket) => socket.write(GRANTED),
      /TLS handshake with the target did not complete/,
    ],
  ];

  it.each(STALLS)('ends a check that waits for %s after the time of a step', async (_step, type, script, detail) => {
    // The steps before it take their time too on a busy machine.
    const probe = probeWith({ stepTimeoutMs: 1_000, timeoutMs: 60_000 });
    const server = await serve(script);
    const result = await probe.check(at(type, server));
    expect(result).toMatchObject({ outcome: 'timeout', detail: expect.stringMatching(detail) });
    await server.idle();
  });

  it('ends a check whose connection is not taken', async () => {
    const server = await unaccepting();
    const probe = probeWith({ stepTimeoutMs: 150 });
    const result = await probe.check(at('http', server));
    expect(result).toMatchObject({ outcome: 'timeout', times: { connectMs: null } });
  });

  it('ends a check whose name is not resolved in time: dns', async () => {
    const resolver = { resolve: () => new Promise<never>(() => {}), close() {} };
    const probe = probeWith({ stepTimeoutMs: 100, resolver });
    const result = await probe.check(at('http', { host: 'gate.example.net', port: 8080 }));
    expect(result).toMatchObject({ outcome: 'dns', detail: 'The name was not resolved in time.' });
  });

  it('ends a check as a whole, though each step of it goes on in time', async () => {
    const server = await serve(async (socket, incoming) => {
      await incoming.readHead();
      await dribble(socket, GRANTED);
      tunnel(socket, incoming, target.port);
    });
    target.setBehaviour('silent');
    const result = await probeWith({ timeoutMs: 300, stepTimeoutMs: 60_000 }).check(at('http', server));
    target.setBehaviour('ok');
    expect(result).toMatchObject({
      outcome: 'timeout',
      detail: 'The response of the target did not complete in time.',
    });
    expect(result.times).toMatchObject({ firstByteMs: null, totalMs: null });
    await server.idle();
  });

  it('is up for a proxy that sends for ever and says nothing', async () => {
    const server = await serve(async (socket) => {
      while (!socket.destroyed) await dribble(socket, 'HTTP/1.1 102 Processing\r\nX: ');
    });
    const result = await probeWith({ timeoutMs: 300, stepTimeoutMs: 60_000 }).check(at('http', server));
    expect(['timeout', 'protocol']).toContain(result.outcome);
    await server.idle();
  });
});

describe('an abort', () => {
  it('ends a check with its reason, in whatever step', async () => {
    for (const [type, script] of [
      ['http', silent],
      ['https', silent],
      ['socks5', silent],
      ['http', (socket: Parameters<Script>[0]) => socket.write(GRANTED)],
    ] as const) {
      const abort = new AbortController();
      const reason = new Error('cancelled');
      const server = await serve((socket, incoming) => {
        setImmediate(() => abort.abort(reason));
        script(socket, incoming);
      });
      await expect(probeWith({}).check(at(type, server), { signal: abort.signal })).rejects.toBe(reason);
      await server.idle();
    }
  });

  it('keeps a check from beginning', async () => {
    const server = await serve(silent);
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(probeWith({}).check(at('http', server), { signal })).rejects.toThrow('too late');
    expect(server.taken()).toBe(0);
  });

  it('leaves no listener on the signal', async () => {
    const server = await serve((socket) => socket.end());
    const abort = new AbortController();
    const probe = probeWith({});
    for (let n = 0; n < 20; n++) await probe.check(at('http', server), { signal: abort.signal });
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('comes to all checks when the probe is closed', async () => {
    const probe = probeWith({});
    const server = await serve(() => {
      if (server.taken() === 8) probe.close();
    });
    const checks = Array.from({ length: 8 }, () => probe.check(at('socks5', server)));
    const settled = await Promise.allSettled(checks);
    for (const each of settled) expect(each).toMatchObject({ reason: { message: 'the probe is closed' } });
    await expect(probe.check(at('http', server))).rejects.toThrow('the probe is closed');
    await server.idle();
  });
});

describe('afterwards', () => {
  it('is nothing left open, whatever came of a check', async () => {
    const ok = await serve(async (socket, incoming) => {
      await incoming.readHead();
      socket.write(GRANTED);
      tunnel(socket, incoming, target.port);
    });
    const certificate = authority.issue(['127.0.0.1']);
    const secure = await serve((socket) => socket.write(GRANTED), certificate);
    const stalling = await serve(silent);
    const resetting = await serve((socket) => socket.resetAndDestroy());
    const probe = probeWith({ timeoutMs: 60_000, stepTimeoutMs: 300 });
    const before = openHandles();
    const proxies = [
      at('http', ok),
      at('https', secure),
      at('http', stalling),
      at('socks4', stalling),
      at('socks5', resetting),
    ];
    const checks = Array.from({ length: 12 }, () => proxies.map((proxy) => probe.check(proxy))).flat();
    const results = await Promise.all(checks);
    expect(new Set(results.map((result) => result.outcome))).toEqual(new Set(['ok', 'timeout', 'reset']));
    for (const server of [ok, secure, stalling, resetting]) await server.idle();
    // A few belong to the test runner, and to servers that are just closing; one a check would be 60.
    expect(openHandles() - before).toBeLessThan(10);
  });
});
