import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../../src/db/client.ts';
import { randomNumbers } from '../../test/helpers/pool/pool-writer.ts';
import { Chooser, looksAfter } from './chooser.ts';
import type { Operation, Performed } from './operations.ts';
import { ServicesHost } from './services-host.ts';

const PROCESSES = 3;
const CLIENTS_PER_PROCESS = 3;
/** Each process is killed after a random part of twice this time. */
const KILL_MS = 12_000;
/** A connection breaks at one of so many statements that follow; then the next one is chosen. */
const STATEMENTS_PER_BREAK = 60;
const BREAK_MS = 500;
/** Between the lookups of a program. */
const LOOKUP_MS = 40;

export interface RunOptions {
  pool: Pool;
  url: string;
  seed: number;
  ms: number;
}

export interface Run {
  performed: Performed[];
  kills: number;
}

/** Operations of clients of three processes, which are killed and lose answers, until the time is over. */
export async function performAll({ pool, url, seed, ms }: RunOptions): Promise<Run> {
  const random = randomNumbers(seed);
  const names = Array.from({ length: PROCESSES }, (_, n) => `history ${n + 1}`);
  const hosts = await Promise.all(names.map((name) => ServicesHost.start(pool, url, name)));
  const recorder = new Recorder();
  const chooser = new Chooser(pool);
  const until = Date.now() + ms;
  const client = async (host: ServicesHost, own: (below: number) => number) => {
    while (Date.now() < until) {
      const performed = await recorder.perform(host, chooser.next(own));
      await chooser.learn(performed);
      for (const look of looksAfter(performed)) if (own(2) === 0) await recorder.perform(host, look);
    }
  };
  const clients = hosts.flatMap((host) =>
    Array.from({ length: CLIENTS_PER_PROCESS }, () => client(host, randomNumbers(random(2 ** 31)))),
  );
  // A program asks for the same few accounts again and again, as programs do.
  const program = async (host: ServicesHost, own: (below: number) => number) => {
    while (Date.now() < until) {
      await recorder.perform(host, chooser.look(own));
      await delay(LOOKUP_MS);
    }
  };
  clients.push(...hosts.map((host) => program(host, randomNumbers(random(2 ** 31)))));
  const kills = await faultsUntil(Promise.all(clients), hosts, random);
  const [first] = hosts;
  // The last reads check all that has happened before.
  if (first) for (const operation of chooser.looks()) await recorder.perform(first, operation);
  for (const host of hosts) await host.stop();
  return { performed: recorder.performed, kills };
}

/** Kills processes and breaks connections until the work is done. @returns how many were killed */
async function faultsUntil(
  work: Promise<unknown>,
  hosts: readonly ServicesHost[],
  random: (below: number) => number,
): Promise<number> {
  const over = new AbortController();
  let kills = 0;
  const kill = async (host: ServicesHost) => {
    while (await pause(random(2 * KILL_MS), over.signal)) {
      await host.kill();
      kills++;
    }
  };
  const breakConnections = async (host: ServicesHost) => {
    while (await pause(BREAK_MS, over.signal)) {
      host.breakAt(1 + random(STATEMENTS_PER_BREAK), random(4) === 0 ? 'cut' : 'answer lost');
    }
  };
  const faults = Promise.all(hosts.flatMap((host) => [kill(host), breakConnections(host)]));
  await Promise.all([work.finally(() => over.abort()), faults]);
  return kills;
}

/** @returns whether the time has passed without a signal */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(!signal.aborted), ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve(false);
    });
    if (signal.aborted) resolve(false);
  });
}

/** Numbers operations and notes their times, all by the clock of this process. */
class Recorder {
  readonly performed: Performed[] = [];
  #id = 0;

  async perform(host: ServicesHost, operation: Operation): Promise<Performed> {
    const id = ++this.#id;
    const start = now();
    const answer = await host.perform({ id, operation });
    const performed = { id, operation, start, end: now(), answer };
    this.performed.push(performed);
    return performed;
  }
}

const now = (): number => performance.timeOrigin + performance.now();
