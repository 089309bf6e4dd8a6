import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** The requests, the connections that send them, and the duration. */
export interface Load {
  port: number;
  connections: number;
  warmUpMs: number;
  ms: number;
  /** Whole requests, as they go over the wire; each connection takes the next one when the last is answered. */
  requests: readonly string[];
}

export interface Measured {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers that were not 200. */
  failures: number;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = /content-length: (\d+)/i;

/** Keeps its connections busy, one request at a time on each: a client that costs little, so that servers are what is measured. */
async function run({ port, connections, warmUpMs, ms, requests }: Load): Promise<Measured> {
  const times: number[] = [];
  let failures = 0;
  let next = 0;
  const begin = performance.now() + warmUpMs;
  const end = begin + ms;
  const work = (socket: Socket) =>
    new Promise<void>((resolve, reject) => {
      let sentAt = 0;
      let text = '';
      const send = () => {
        sentAt = performance.now();
        if (sentAt >= end) return socket.end(() => resolve());
        socket.write(requests[next++ % requests.length] ?? '');
      };
      socket.on('data', (chunk) => {
        text += chunk;
        const head = text.indexOf(HEAD_END);
        if (head < 0 || text.length < head + HEAD_END.length + Number(LENGTH.exec(text)?.[1] ?? 0)) return;
        if (sentAt >= begin) {
          times.push(performance.now() - sentAt);
          if (!text.startsWith('HTTP/1.1 200')) failures++;
        }
        text = '';
        send();
      });
      socket.on('error', reject);
      socket.on('connect', send);
    });
  await Promise.all(Array.from({ length: connections }, () => work(connect(port, '127.0.0.1').setNoDelay())));
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  return { perSecond: (times.length / ms) * 1000, p50Ms: at(0.5), p99Ms: at(0.99), failures };
}

run(workerData as Load).then(
  (measured) => parentPort?.postMessage(measured),
  (error: unknown) => {
    throw error;
  },
);
