import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findingOf, nextState, UNCHECKED } from '../../src/domain/health/health-state.ts';
import { CHECK_OUTCOMES, type CheckOutcome } from '../../src/domain/health/outcome.ts';
import { checksOf, type PlantedFault, type PlantedWorld } from '../../test/helpers/probe/planted-faults.ts';
import type { Figure } from '../kit/figures.ts';

/** The default of CHECK_TIMEOUT. */
const TIMEOUT_MS = 15_000;
/** The default of `failures_to_alert`. */
const FAILURES_TO_ALERT = 3;
/** Each proxy is checked as often as it takes until it counts as failing, so many times. */
const ROUNDS = 2;
const AT_REST = 16;
/** The default of CHECK_CONCURRENCY. */
const UNDER_LOAD = 200;

const BUSY = 2 * availableParallelism();

interface Checked {
  fault: PlantedFault;
  reported: CheckOutcome[];
}

/** Checks proxies of each protocol with each fault, at rest and on a busy machine, and prints what was reported of which fault. */
export async function monitorMatrixBench(): Promise<Figure[]> {
  const servers = fork(join(import.meta.dirname, 'fault-servers.ts'));
  try {
    const [worlds] = (await once(servers, 'message')) as [PlantedWorld[]];
    const atRest = await checkAll(worlds, 'at rest', AT_REST);
    const what = `with ${BUSY} busy processes and ${UNDER_LOAD} checks at a time`;
    return [...atRest, ...(await whileBusy(() => checkAll(worlds, what, UNDER_LOAD)))];
  } finally {
    servers.disconnect();
  }
}

async function checkAll(worlds: readonly PlantedWorld[], what: string, concurrency: number): Promise<Figure[]> {
  const { faults, close } = await checksOf(worlds, { timeoutMs: TIMEOUT_MS });
  const planted = Array.from({ length: ROUNDS }, () => faults).flat();
  const checked: Checked[] = [];
  const left = planted.values();
  const work = async () => {
    for (const fault of left) {
      const reported: CheckOutcome[] = [];
      while (reported.length < FAILURES_TO_ALERT) reported.push(await fault.check());
      checked.push({ fault, reported });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  close();
  print(what, checked);
  return [rightOf(what, checked), ...failingOf(what, checked)];
}

/** Keeps every processor busy with other processes. */
async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  const others = Array.from({ length: BUSY }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  try {
    return await work();
  } finally {
    for (const other of others) other.kill('SIGKILL');
  }
}

/** A row for each outcome that was planted, a column for each that was reported. */
function print(what: string, checked: readonly Checked[]): void {
  const rows = CHECK_OUTCOMES.map((actual) => {
    const reported = checked.filter(({ fault }) => fault.actual === actual).flatMap((each) => each.reported);
    return [actual, ...CHECK_OUTCOMES.map((outcome) => reported.filter((each) => each === outcome).length || '')];
  });
  console.log(`\nChecks ${what}\n`);
  console.log(`| planted \\ reported | ${CHECK_OUTCOMES.join(' | ')} |`);
  console.log(`|---|${CHECK_OUTCOMES.map(() => '---|').join('')}`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

function rightOf(what: string, checked: readonly Checked[]): Figure {
  const all = checked.flatMap(({ fault, reported }) => reported.map((each) => each === fault.actual));
  const right = all.filter(Boolean).length;
  return {
    what: `outcomes that are right, ${what}`,
    ours: `${right} of ${all.length}`,
    floor: '',
    limit: 'all',
    isMet: right === all.length,
  };
}

/** Proxies that count as failing after their checks, and those that fail. */
function failingOf(what: string, checked: readonly Checked[]): Figure[] {
  const at = new Date();
  const judged = checked.map(({ fault, reported }) => ({
    isFailing: findingOf(fault.actual) === 'failure',
    isCalledSo:
      reported.reduce((state, each) => nextState(state, findingOf(each), at, FAILURES_TO_ALERT), UNCHECKED).health ===
      'failing',
  }));
  const called = judged.filter(({ isCalledSo }) => isCalledSo);
  const failing = judged.filter(({ isFailing }) => isFailing);
  const both = called.filter(({ isFailing }) => isFailing).length;
  const share = (name: string, of: number): Figure => ({
    what: `${name} of “failing”, ${what}`,
    ours: `${both} of ${of}`,
    floor: '',
    ratio: both / of,
    limit: 'all',
    isMet: both === of,
  });
  return [share('precision', called.length), share('recall', failing.length)];
}
