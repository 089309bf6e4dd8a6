import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { planBatch } from '../../src/domain/plan/batch.ts';
import type { Pool, PoolProxy, WaitingAccount } from '../../src/domain/plan/shared/pool.ts';
import { type Figure, ms } from '../kit/figures.ts';

const ACCOUNTS = 300_000;
const MODELS = 200;
const PROXIES = 100_000;
const RUNS = 9;
const MAX_MS = 1000;
const MAX_RATIO = 1.3;
const MAX_MIB = 300;
const HEALTHS = ['healthy', 'unknown', 'degraded', 'failing'];
const NOW = Date.UTC(2026, 4, 4, 12);

const HERE = fileURLToPath(import.meta.url);

/** The pools: all of it new and unchecked, as after a first import, and one that has lived for a while. */
const POOLS = { fresh: freshProxy, lived: livedProxy } as const;
type PoolName = keyof typeof POOLS;

/**
 * Plans 300,000 accounts of 200 models over 100,000 proxies, beside a sort of the same objects in the same process.
 * The memory is what building the objects and planning once add to a process of its own, at the peak.
 */
export async function planBench(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of Object.keys(POOLS) as PoolName[]) {
    const { pool, accounts } = buildPool(name);
    const runs = Array.from({ length: RUNS }, () => {
      const plan = elapsed(() => planBatch(pool, accounts));
      const sort = elapsed(() => sortAll(pool, accounts));
      return { plan, sort, ratio: plan / sort };
    });
    const [plan, sort, ratio] = [
      middle(runs.map((run) => run.plan)),
      middle(runs.map((run) => run.sort)),
      middle(runs.map((run) => run.ratio)),
    ];
    const memory = await peakMemory(name);
    figures.push(
      {
        what: `plan of a ${name} pool`,
        ours: ms(plan),
        floor: `a sort ${ms(sort)}`,
        ratio,
        limit: `1 s and ${MAX_RATIO} times`,
        isMet: plan < MAX_MS && ratio <= MAX_RATIO,
      },
      {
        what: `memory of the ${name} pool and its plan`,
        ours: `${Math.round(memory)} MiB`,
        floor: '',
        limit: `${MAX_MIB} MiB`,
        isMet: memory < MAX_MIB,
      },
    );
  }
  return figures;
}

/** The floor: the objects that a plan reads, in the order that it needs them. */
function sortAll({ proxies }: Pool, accounts: readonly WaitingAccount[]): number {
  const queue = accounts.toSorted((a, b) => a.modelId - b.modelId || a.waitingSince - b.waitingSince || a.id - b.id);
  const best = proxies.toSorted(
    (a, b) =>
      HEALTHS.indexOf(a.health) - HEALTHS.indexOf(b.health) ||
      (a.latencyMs ?? 1e6) - (b.latencyMs ?? 1e6) ||
      a.id - b.id,
  );
  return queue.length + best.length;
}

function buildPool(name: PoolName): { pool: Pool; accounts: WaitingAccount[] } {
  const random = randomNumbers(20_260_504);
  const proxies = Array.from({ length: PROXIES }, (_, at) => POOLS[name](at + 1, random));
  const accounts = Array.from({ length: ACCOUNTS }, (_, at) => ({
    id: at + 1,
    modelId: 1 + random(MODELS),
    waitingSince: NOW - random(30 * 24 * 3600) * 1000,
  }));
  return { pool: { proxies, limit: 3, now: NOW }, accounts };
}

function freshProxy(id: number, random: (below: number) => number): PoolProxy {
  return {
    id,
    load: 0,
    modelId: null,
    coolingUntil: null,
    eligible: true,
    health: 'unknown',
    latencyMs: null,
    host: `10.${random(8)}.${random(256)}.${random(256)}`,
    exitIp: null,
    rotating: false,
  };
}

/** A third carries accounts, a tenth cools down, some are of no use, and one in ten shares its exit IP with a few others. */
function livedProxy(id: number, random: (below: number) => number): PoolProxy {
  const use = random(30);
  const claim = { modelId: 1 + random(MODELS), load: use < 10 ? 1 + random(3) : 0 };
  return {
    ...freshProxy(id, random),
    ...(use < 13 ? claim : {}),
    coolingUntil: use >= 10 && use < 13 ? NOW + 3600 * 1000 : null,
    eligible: random(20) > 0,
    health: (['healthy', 'healthy', 'unknown', 'degraded'] as const)[random(4)] ?? 'unknown',
    latencyMs: random(10) === 0 ? null : 20 + random(800),
    exitIp:
      random(10) === 0 ? `172.16.${random(10)}.${random(256)}` : `172.${32 + random(8)}.${random(256)}.${random(256)}`,
    rotating: random(100) === 0,
  };
}

async function peakMemory(name: PoolName): Promise<number> {
  const child = fork(HERE, [name], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return await new Promise<number>((resolve, reject) => {
    child.once('message', (mib) => resolve(Number(mib)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the process that plans ended with ${code}`)));
  });
}

function elapsed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** A linear congruential generator: the same pool in each run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

if (process.argv[1] === HERE && process.send) {
  const before = process.memoryUsage.rss() / 2 ** 20;
  const { pool, accounts } = buildPool(process.argv[2] as PoolName);
  planBatch(pool, accounts);
  process.send(process.resourceUsage().maxRSS / 2 ** 10 - before);
  process.disconnect();
}
