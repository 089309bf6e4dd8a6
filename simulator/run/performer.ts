import { inspect } from 'node:util';
import type { Ended } from '../checks/ledger.ts';
import { findRefusedChanges, findSurprises, ledgerOf } from '../checks/ledger.ts';
import { findDoneTwice } from '../checks/records.ts';
import type { Random } from '../kit/random.ts';
import type { Operation } from '../people/desk.ts';
import { type Outcome, outcomeOf } from '../process/outcome.ts';
import { type Run, together } from '../process/together.ts';
import { type Snapshot, takeSnapshot } from '../world/snapshot.ts';
import { drawFault } from './trouble.ts';
import type { World } from './world.ts';

/** An operation and the process that carries it out. */
export interface Task {
  operation: Operation;
  processName: string;
}

export interface Performance extends Task {
  outcome: Outcome;
  hasFailed: boolean;
}

export interface Share {
  /** The probability of a fault. */
  faults: number;
  /** Whether accounts and proxies are compared before and after. */
  isJudged: boolean;
}

/** Carries out operations, with faults between any two of their statements, and judges what they have done. */
export class Performer {
  readonly #world: World;
  readonly #random: Random;
  /** The ledger as the last operation has left it. */
  #last: Snapshot | undefined;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  /** Carries out one operation, or several at once. */
  async perform(tasks: readonly Task[], share: Share): Promise<readonly Performance[]> {
    const { desk, database } = this.#world;
    const before = share.isJudged ? await this.#look() : undefined;
    if (before) desk.seen = before;
    const performed = await this.#carryOut(tasks, share.faults);
    for (const each of performed) this.#note(each);
    await this.#replaceDead(performed);
    await this.#judgePlacements();
    if (!before) return performed;
    const after = await takeSnapshot(database);
    this.#judge(before, after, performed);
    this.#judgeAudit(before, after, performed);
    await this.#judgeRepetition(before, performed);
    this.#last = after;
    desk.seen = after;
    return performed;
  }

  /** The present state. What has changed since the last operation has changed without one. */
  async #look(): Promise<Snapshot> {
    const now = await takeSnapshot(this.#world.database);
    if (this.#last) this.#world.blame(findSurprises(ledgerOf(this.#last), ledgerOf(now), []));
    return now;
  }

  async #carryOut(tasks: readonly Task[], faults: number): Promise<Performance[]> {
    const { database } = this.#world;
    const runs = tasks.map((task): Run & Task => {
      const of = this.#world.process(task.processName);
      of.gate.arm(this.#random.chance(faults) ? drawFault(this.#random) : undefined);
      const { run, actor } = task.operation;
      return { ...task, process: of, begin: () => outcomeOf(() => run(of.parts, actor)) };
    });
    const [only] = runs;
    const outcomes =
      runs.length === 1 && only ? [await only.begin()] : await together(runs, { random: this.#random, database });
    return runs.flatMap((run, at) => {
      const outcome = outcomes[at];
      return outcome ? { ...run, outcome, hasFailed: run.process.gate.disarm() } : [];
    });
  }

  #note({ operation, processName, outcome, hasFailed }: Performance): void {
    const world = this.#world;
    world.note(
      `${processName}: ${operation.name} by ${operation.actor.name}: ${outcome.kind} ${outcome.text}${hasFailed ? ' (fault)' : ''}`,
    );
    operation.after?.(outcome);
    if (outcome.kind !== 'unknown' || hasFailed || world.isDatabaseAway) return;
    world.blame([`${operation.name} has failed without a fault: ${inspect(outcome.error)}`]);
  }

  async #replaceDead(performed: readonly Performance[]): Promise<void> {
    for (const { processName } of performed) {
      if (this.#world.process(processName).gate.isDead) await this.#world.restart(processName);
    }
  }

  async #judgePlacements(): Promise<void> {
    const { database, placements, blame } = this.#world;
    blame(await placements.judgeNew(database));
  }

  #judge(before: Snapshot, after: Snapshot, performed: readonly Performance[]): void {
    const ended: Ended[] = performed.map(({ operation: { name, effects }, outcome }) => ({ name, effects, outcome }));
    this.#world.blame(findSurprises(ledgerOf(before), ledgerOf(after), ended));
    for (const { operation } of performed) this.#world.blame(operation.judge?.(before, after) ?? []);
    this.#world.blame(findRefusedChanges(before, after, ended));
  }

  /** R9: what has changed is in the audit log. */
  #judgeAudit(before: Snapshot, after: Snapshot, performed: readonly Performance[]): void {
    const [was, is] = [ledgerOf(before), ledgerOf(after)];
    const hasChanged = [...is].some(([key, state]) => was.get(key) !== state);
    if (hasChanged && after.audit === before.audit) {
      this.#world.blame([
        `R9: ${performed.map(({ operation }) => operation.name).join(', ')} left no entry in the audit log`,
      ]);
    }
  }

  /** The product does not know whether a transaction was committed if its answer is lost, and must not run it again. */
  async #judgeRepetition(before: Snapshot, performed: readonly Performance[]): Promise<void> {
    const [only] = performed;
    if (performed.length > 1 || !only?.hasFailed) return;
    const { database, blame } = this.#world;
    const found = await findDoneTwice(database, before.audit);
    blame(found.map((each) => `${only.operation.name} (${only.outcome.kind}): ${each}`));
  }
}
