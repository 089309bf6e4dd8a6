import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Figure, ms } from '../kit/figures.ts';
import type { ProbeOrder, ProbeRun } from './probe-run.ts';
import type { ServersOrder, ServersReady } from './probe-servers.ts';
import { recordBench } from './record.ts';

const run = promisify(execFile);

const ALIVE = 600;
const ALIVE_CONCURRENCY = 50;
const ALIVE_TIMEOUT_MS = 20_000;
const ROUNDS = 5;
const MIN_RATIO = 1.2;

const SWEPT = 10_000;
const SILENT_SHARE = 0.3;
const SWEEP_CONCURRENCY = 200;
const SWEEP_TIMEOUT_MS = 1_500;
const MAX_OF_BOUND = 1.2;
const MAX_RSS_MIB = 300;

/** curl's names for what leaves the name of the target to the proxy. */
const SCHEMES = { http: 'http', https: 'https', socks4: 'socks4a', socks5: 'socks5h' } as const;

/** Checks through proxies that are all well, beside curl with the same requests; then a sweep of which a part never answers. */
export async function probeBench(): Promise<Figure[]> {
  return [...(await besideCurl()), ...(await sweep())];
}

async function besideCurl(): Promise<Figure[]> {
  return await withServers({ alive: ALIVE, silent: 0 }, async (servers) => {
    const order = { ...servers, timeoutMs: ALIVE_TIMEOUT_MS, concurrency: ALIVE_CONCURRENCY };
    const curl = await openCurl(servers);
    const rounds: { probe: number; curl: number }[] = [];
    await withProcess('probe-run.ts', async (child) => {
      // The first round only warms up.
      for (let round = 0; round <= ROUNDS; round++) {
        const probe = await ask<ProbeRun>(child, order);
        if (probe.outcomes.ok !== ALIVE) throw new Error(`checks ended as ${JSON.stringify(probe.outcomes)}`);
        rounds.push({ probe: probe.ms, curl: (await curl?.time()) ?? 0 });
      }
    }).finally(() => curl?.close());
    return [compare(rounds.slice(1), curl !== null)];
  });
}

function compare(rounds: readonly { probe: number; curl: number }[], hasCurl: boolean): Figure {
  const what = `${ALIVE} checks, ${ALIVE_CONCURRENCY} at a time`;
  const ours = rate(middle(rounds.map(({ probe }) => probe)));
  const limit = `at least ${MIN_RATIO} times curl’s rate`;
  if (!hasCurl) return { what, ours, floor: 'curl is not installed: not compared', limit, isMet: true };
  const floor = `curl ${rate(middle(rounds.map(({ curl }) => curl)))}`;
  const ratio = middle(rounds.map(({ probe, curl }) => curl / probe));
  return { what, ours, floor, ratio, limit, isMet: ratio >= MIN_RATIO };
}

async function sweep(): Promise<Figure[]> {
  const silent = SWEPT * SILENT_SHARE;
  const alive = SWEPT - silent;
  const { sweepMs, figures } = await withServers({ alive, silent }, async (servers) => {
    const order = { ...servers, timeoutMs: SWEEP_TIMEOUT_MS, concurrency: SWEEP_CONCURRENCY };
    const probe = await withProcess('probe-run.ts', (child) => ask<ProbeRun>(child, order));
    const { ok = 0 } = probe.outcomes;
    const boundMs = (silent * SWEEP_TIMEOUT_MS + alive * probe.medianMs) / SWEEP_CONCURRENCY + SWEEP_TIMEOUT_MS;
    const ratio = probe.ms / boundMs;
    const figures: Figure[] = [
      {
        what: `${SWEPT} checks of which ${silent} time out`,
        ours: ms(probe.ms),
        floor: `bound ${ms(boundMs)} (median ${ms(probe.medianMs)})`,
        ratio,
        limit: `${MAX_OF_BOUND} times`,
        isMet: ratio <= MAX_OF_BOUND,
      },
      {
        what: 'those that answer, found well',
        ours: String(ok),
        floor: '',
        limit: `all ${alive} (fewer: the machine is busy)`,
        isMet: ok === alive,
      },
      {
        what: 'its memory',
        ours: `${Math.round(probe.maxRssMib)} MiB`,
        floor: '',
        limit: `${MAX_RSS_MIB} MiB`,
        isMet: probe.maxRssMib <= MAX_RSS_MIB,
      },
    ];
    return { sweepMs: probe.ms, figures };
  });
  return [...figures, await recordBench(sweepMs)];
}

async function withServers<T>(order: ServersOrder, work: (servers: ServersReady) => Promise<T>): Promise<T> {
  return await withProcess('probe-servers.ts', async (child) => await work(await ask<ServersReady>(child, order)));
}

/** A process of its own, whose time and memory are then those of one thing alone. */
async function withProcess<T>(file: string, work: (child: ChildProcess) => Promise<T>): Promise<T> {
  const child = fork(join(import.meta.dirname, file));
  try {
    return await work(child);
  } finally {
    child.disconnect();
  }
}

async function ask<T>(child: ChildProcess, order: ServersOrder | ProbeOrder): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const end = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('a process of the benchmark ended')));
  const answer = once(child, 'message', { signal });
  child.send(order);
  try {
    const [value] = (await Promise.race([answer, end])) as [T];
    return value;
  } finally {
    over.abort();
    for (const left of [answer, end]) left.catch(() => {});
  }
}

/** The same requests by curl, with the same verification; null if it is not installed. */
async function openCurl({ proxies, targetUrl, caPem }: ServersReady) {
  const isThere = await run('curl', ['--version']).then(
    () => true,
    () => false,
  );
  if (!isThere) return null;
  const folder = await mkdtemp(join(tmpdir(), 'probe-bench-'));
  const [ca, config] = [join(folder, 'ca.pem'), join(folder, 'requests')];
  await writeFile(ca, caPem);
  const requests = proxies.map(({ type, host, port }) => {
    const secure = type === 'https' ? `proxy-cacert = "${ca}"\n` : '';
    return `url = "${targetUrl}"\nproxy = "${SCHEMES[type]}://${host}:${port}"\n${secure}cacert = "${ca}"\noutput = "/dev/null"\nwrite-out = "%{http_code}\\n"\nmax-time = ${ALIVE_TIMEOUT_MS / 1000}\n`;
  });
  await writeFile(config, requests.join('next\n'));
  const options = ['--parallel', '--parallel-max', String(ALIVE_CONCURRENCY), '--silent', '--config', config];
  return {
    async time(): Promise<number> {
      const started = performance.now();
      const { stdout } = await run('curl', options, { maxBuffer: 1e7 });
      const spent = performance.now() - started;
      const answered = stdout.split('\n').filter((status) => status === '200').length;
      if (answered !== proxies.length) throw new Error(`curl had ${answered} answers of ${proxies.length}`);
      return spent;
    },
    close: () => rm(folder, { recursive: true }),
  };
}

const rate = (spent: number) => `${Math.round((ALIVE / spent) * 1000)} a second`;
const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
