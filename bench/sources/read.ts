import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type Figure, ms } from '../kit/figures.ts';
import { startBenchProvider } from './provider-process.ts';
import type { ReadRun } from './read-run.ts';

const PROXIES = 100_000;
const RATIO_LIMIT = 4;
const MEMORY_LIMIT_MIB = 300;
const BLOCKED_LIMIT_MS = 20;

/** Reading a list of 1,000 pages beside requests that only parse the JSON of each page. */
export async function readListBench(): Promise<Figure[]> {
  const provider = await startBenchProvider(PROXIES);
  try {
    // The first reading of each only warms up, as the provider makes its pages then.
    await plainMs(provider.url(0));
    const floor = await plainMs(provider.url(0));
    const run = await readInChild(provider.url(0));
    if (run.proxies !== PROXIES) throw new Error(`${run.proxies} of ${PROXIES} proxies were read`);
    return figuresOf(run, floor);
  } finally {
    provider.stop();
  }
}

function figuresOf({ ms: ours, blockedMs, maxRssMib }: ReadRun, floor: number): Figure[] {
  return [
    {
      what: 'reading 100,000 proxies in 1,000 pages',
      ours: ms(ours),
      floor: `JSON of each page ${ms(floor)}`,
      ratio: ours / floor,
      limit: `${RATIO_LIMIT} times`,
      isMet: ours / floor <= RATIO_LIMIT,
    },
    {
      what: 'the main thread meanwhile',
      ours: `busy for ${ms(blockedMs)} at most`,
      floor: '',
      limit: `${BLOCKED_LIMIT_MS} ms`,
      isMet: blockedMs <= BLOCKED_LIMIT_MS,
    },
    {
      what: 'memory of the process meanwhile',
      ours: `${Math.round(maxRssMib)} MiB`,
      floor: '',
      limit: `${MEMORY_LIMIT_MIB} MiB`,
      isMet: maxRssMib <= MEMORY_LIMIT_MIB,
    },
  ];
}

async function plainMs(base: string): Promise<number> {
  const started = performance.now();
  let next: string | null = `${base}/api/v2/proxy/list/?mode=direct&page=1`;
  while (next !== null) {
    const answer = (await (await fetch(next)).json()) as { next: string | null };
    next = answer.next;
  }
  return performance.now() - started;
}

async function readInChild(url: string): Promise<ReadRun> {
  const child = fork(new URL('./read-run.ts', import.meta.url), {
    execArgv: ['--max-semi-space-size=8', '--v8-pool-size=1'],
  });
  child.send(url);
  const [run] = (await once(child, 'message')) as [ReadRun];
  child.disconnect();
  return run;
}
