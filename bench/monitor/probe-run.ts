import { parseTarget } from '../../src/domain/health/check-target.ts';
import type { CheckOutcome } from '../../src/domain/health/outcome.ts';
import { createProbe } from '../../src/probe/probe.ts';
import type { ServersReady } from './probe-servers.ts';

export interface ProbeOrder extends ServersReady {
  timeoutMs: number;
  concurrency: number;
}

export interface ProbeRun {
  ms: number;
  outcomes: Partial<Record<CheckOutcome, number>>;
  /** Of a check that found its proxy well. */
  medianMs: number;
  maxRssMib: number;
}

/** One sweep over proxies, so many checks at a time. */
async function sweep({ proxies, targetUrl, caPem, timeoutMs, concurrency }: ProbeOrder): Promise<ProbeRun> {
  const targets = [parseTarget(targetUrl)];
  const probe = createProbe({ targets, ca: caPem, timeoutMs, stepTimeoutMs: timeoutMs, isPrivateAllowed: true });
  const outcomes: ProbeRun['outcomes'] = {};
  const times: number[] = [];
  const left = proxies.values();
  const started = performance.now();
  const work = async () => {
    for (const proxy of left) {
      const { outcome, times: spent } = await probe.check({ ...proxy, username: null, password: null });
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (outcome === 'ok') times.push(spent.totalMs ?? 0);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const ms = performance.now() - started;
  probe.close();
  const medianMs = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  return { ms, outcomes, medianMs, maxRssMib: process.resourceUsage().maxRSS / 1024 };
}

process.on('message', async (order: ProbeOrder) => process.send?.(await sweep(order)));
process.once('disconnect', () => process.exit());
