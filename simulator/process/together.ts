import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedDatabase } from '../database/database.ts';
import type { Random } from '../kit/random.ts';
import type { Outcome } from './outcome.ts';
import type { SimulatedProcess } from './process.ts';

/** An operation in a process of its own. */
export interface Run {
  process: SimulatedProcess;
  begin(): Promise<Outcome>;
}

interface Running {
  process: SimulatedProcess;
  outcome: Outcome | undefined;
  isBlocked: boolean;
}

/** Statements until the next change of turns, at most. */
const LONGEST_TURN = 8;
const POLL_MS = 1;

/**
 * Runs operations of several processes at once, in an order of their statements that the seed determines: one has its turn, and the
 * others are held before their next statement. If it waits for a lock of another one, the turn changes.
 */
export async function together(
  runs: readonly Run[],
  { random, database }: { random: Random; database: SimulatedDatabase },
): Promise<Outcome[]> {
  const all = runs.map(({ process, begin }): Running => {
    process.gate.allow(0);
    const running: Running = { process, outcome: undefined, isBlocked: false };
    void begin().then((outcome) => {
      running.outcome = outcome;
    });
    return running;
  });
  for (const each of all) await pause(each, database);
  while (all.some(({ outcome }) => outcome === undefined)) {
    for (const each of all) if (each.isBlocked) await pause(each, database);
    const ready = all.filter(({ outcome, isBlocked }) => outcome === undefined && !isBlocked);
    if (ready.length === 0) {
      await delay(POLL_MS);
      continue;
    }
    const next = random.pick(ready);
    next.process.gate.allow(random.int(1, LONGEST_TURN));
    await pause(next, database);
    next.process.gate.allow(0);
  }
  for (const { process } of all) process.gate.allow(Number.POSITIVE_INFINITY);
  return all.flatMap(({ outcome }) => outcome ?? []);
}

/** Resolves when an operation has ended, is held before its next statement, or waits for a lock. */
async function pause(running: Running, database: SimulatedDatabase): Promise<void> {
  const { gate, relay } = running.process;
  for (;;) {
    const busy = relay.busy();
    if (running.outcome !== undefined || (gate.isHolding && busy.length === 0)) break;
    if (busy.length > 0 && (await database.blocked(busy)).length > 0) {
      running.isBlocked = true;
      return;
    }
    await delay(POLL_MS);
  }
  running.isBlocked = false;
}
