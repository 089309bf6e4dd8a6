import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/proxies/certificate.ts';
import type { Incoming } from '../../../sandbox/proxies/incoming.ts';
import { type LocalTarget, startLocalTarget } from '../../../sandbox/proxies/local-target.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import type { CheckOutcome } from '../../../src/domain/health/outcome.ts';
import type { CheckProxy } from '../../../src/probe/check-proxy.ts';
import { createProbe, type Probe } from '../../../src/probe/probe.ts';
import { dribble, serve } from './scripted-server.ts';

/** Things that a proxy may do instead of going on as it should. */
type Fault =
  | { kind: 'garbage'; bytes: Uint8Array; size: number; isClosed: boolean }
  | { kind: 'truncate'; length: number }
  | { kind: 'close' | 'reset' | 'stall' };

/** The outcomes that this may get: never `ok`, and never a fault of the target or of our own network. */
const VERDICTS: Record<Fault['kind'], readonly CheckOutcome[]> = {
  garbage: ['timeout', 'reset', 'auth', 'billing', 'proxy_error', 'protocol', 'tls', 'captive_portal'],
  truncate: ['reset', 'protocol'],
  close: ['reset'],
  reset: ['reset'],
  stall: ['timeout'],
};

const LOGIN = { username: 'u', password: 'p' };
const NAME = 'check.test';

interface Turn {
  hear(incoming: Incoming): Promise<unknown>;
  answer: Buffer;
}

const CONNECT: Turn = { hear: (incoming) => incoming.readHead(), answer: Buffer.from('HTTP/1.1 200 OK\r\n\r\n') };
const hearing = (length: number, ...answer: number[]): Turn => ({
  hear: (incoming) => incoming.read(length),
  answer: Buffer.from(answer),
});

/** The messages of both sides, in turn, before the tunnel is established. */
const CONVERSATIONS: Record<CheckProxy['type'], readonly Turn[]> = {
  http: [CONNECT],
  https: [CONNECT],
  socks4: [hearing(8 + 2 + NAME.length + 1, 0, 90, 0, 0, 0, 0, 0, 0)],
  socks5: [hearing(4, 5, 2), hearing(5, 1, 0), hearing(5 + NAME.length + 2, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0)],
};

/** Bytes that begin like something that is known, one of them changed. */
const almostRight = fc
  .tuple(
    fc.constantFrom(
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n',
      'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Status: a; error=dns_error\r\n\r\n',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 302 Found\r\nLocation: /\r\n\r\n',
      '\x05\x00\x05\x00\x00\x03\x02ab\x00\x50',
      '\x00\x5a\x00\x00\x00\x00\x00\x00',
      '\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00',
      '\x15\x03\x03\x00\x02\x02\x28',
    ),
    fc.nat(),
    fc.nat(255),
  )
  .map(([text, at, byte]) => {
    const bytes = Buffer.from(text, 'latin1');
    bytes[at % bytes.length] = byte;
    return bytes;
  });

const someFault: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('garbage' as const),
      bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 400 }), almostRight),
      size: fc.integer({ min: 1, max: 400 }),
      isClosed: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('truncate' as const), length: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('close' as const, 'reset' as const, 'stall' as const) }) },
);

async function misbehave(socket: Socket, fault: Fault, right: Buffer): Promise<void> {
  if (fault.kind === 'garbage') {
    await dribble(socket, fault.bytes, fault.size);
    if (fault.isClosed) socket.end();
  } else if (fault.kind === 'truncate') socket.end(right.subarray(0, fault.length));
  else if (fault.kind === 'close') socket.end();
  else if (fault.kind === 'reset') socket instanceof TLSSocket ? socket.destroy() : socket.resetAndDestroy();
}

/** Goes wrong in one turn, or behind the last one, within what the target sends before it is trusted. */
async function converse(socket: Socket, incoming: Incoming, { type, turn, after, fault }: Scenario): Promise<void> {
  for (const [at, { hear, answer }] of CONVERSATIONS[type].entries()) {
    await hear(incoming);
    if (at === turn) return await misbehave(socket, fault, answer);
    socket.write(answer);
  }
  incoming.release();
  const upstream = connect({ host: '127.0.0.1', port: target.port }).on('error', () => {});
  socket.on('data', (bytes) => upstream.write(bytes));
  let left = after;
  for await (const bytes of upstream as AsyncIterable<Buffer>) {
    socket.write(bytes.subarray(0, left));
    if (bytes.length > left) return await misbehave(socket, fault, bytes.subarray(left));
    left -= bytes.length;
  }
}

interface Scenario {
  type: CheckProxy['type'];
  /** -1: before a word of its protocol, for https in the place of its TLS; as many as there are: behind the tunnel. */
  turn: number;
  after: number;
  fault: Fault;
}

/** Less than the target's hello and certificate. */
const MAX_AFTER = 400;

const scenario = (type: CheckProxy['type']): fc.Arbitrary<Scenario> =>
  fc.record({
    type: fc.constant(type),
    turn: fc.integer({ min: -1, max: CONVERSATIONS[type].length }),
    after: fc.nat(MAX_AFTER),
    fault: someFault,
  });

const authority = createCertificateAuthority();
let target: LocalTarget;
let patient: Probe;
let impatient: Probe;

beforeAll(async () => {
  target = await startLocalTarget(authority, () => undefined);
  const common = { targets: [parseTarget(target.remoteUrl)], ca: target.caPem, isPrivateAllowed: true };
  patient = createProbe({ ...common, timeoutMs: 20_000 });
  impatient = createProbe({ ...common, timeoutMs: 120 });
});

afterAll(async () => {
  patient.close();
  impatient.close();
  await target.stop();
});

describe('a proxy that goes wrong at any step', () => {
  it.each(['http', 'https', 'socks4', 'socks5'] as const)('of type %s is never called well', async (type) => {
    let current: Scenario;
    const script = (socket: Socket, incoming: Incoming) =>
      current.turn < 0
        ? incoming.wait().then(() => misbehave(socket, current.fault, Buffer.from([22, 3, 3])))
        : converse(socket, incoming, current);
    const plain = await serve(script);
    const secure = await serve(script, authority.issue(['127.0.0.1']));
    await fc.assert(
      fc.asyncProperty(scenario(type), async (chosen) => {
        current = chosen;
        const { host, port } = type === 'https' && chosen.turn >= 0 ? secure : plain;
        const { kind } = chosen.fault;
        const probe = kind === 'stall' || kind === 'garbage' ? impatient : patient;
        const result = await probe.check({ type, host, port, ...LOGIN });
        expect(VERDICTS[kind]).toContain(result.outcome);
        expect(result.exitIp).toBeNull();
        expect(result.times.totalMs).toBeNull();
        await plain.idle();
        await secure.idle();
      }),
      { numRuns: 80 },
    );
  });
});
