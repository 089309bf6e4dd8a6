import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger } from '../src/base/logger.ts';
import { openEmbedded } from '../src/db/embedded.ts';
import { installPatientTimers } from './kit/patient-timers.ts';
import { type RunResult, simulate, USUAL_SIZE } from './run/simulation.ts';

/** `npm run simulate -- --seed 1 --days 30`: runs the product in a simulated world, and says whether a rule was broken. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    days: { type: 'string', default: '30' },
    proxies: { type: 'string', default: String(USUAL_SIZE.proxies) },
    accounts: { type: 'string', default: String(USUAL_SIZE.accounts) },
    operations: { type: 'string', default: String(USUAL_SIZE.operations) },
    trace: { type: 'boolean', default: false },
  },
});

/** Nothing of a run is to survive it. No table is vacuumed while it goes on, and of a deadlock the second transaction always ends. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  jit: 'off',
  deadlock_timeout: '10ms',
};

async function withServer<T>(work: (urls: { url: string; workingUrl: string }) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-simulator-'));
  const server = await openEmbedded({ dataDir, log: createLogger('silent'), settings: SETTINGS });
  try {
    return await work(server);
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function report({ seed, hours, lines, digest, violation }: RunResult, seconds: number): void {
  if (violation) console.log(`${violation.last.join('\n')}\n\nViolation: ${violation.problem}\n`);
  const verdict = violation ? 'a rule was broken' : 'no rule was broken';
  console.log(
    `seed ${seed}: ${verdict} in ${hours} simulated hours, ${lines} lines of trace, digest ${digest}, ${seconds.toFixed(0)} s`,
  );
}

installPatientTimers();
const size = {
  proxies: Number(values.proxies),
  accounts: Number(values.accounts),
  operations: Number(values.operations),
};
const started = performance.now();
const result = await withServer((urls) =>
  simulate(urls, {
    seed: Number(values.seed),
    days: Number(values.days),
    size,
    ...(values.trace && { write: (line: string) => console.log(line) }),
    onDay: (day) => console.error(`day ${day}, ${((performance.now() - started) / 1000).toFixed(0)} s`),
  }),
);
report(result, (performance.now() - started) / 1000);
process.exitCode = result.violation ? 1 : 0;
