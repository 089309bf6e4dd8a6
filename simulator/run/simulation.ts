import { findDoubles, findUndelivered } from '../checks/delivery.ts';
import { findWronglyBlamed } from '../checks/health.ts';
import { findWaitingInVain } from '../checks/placement.ts';
import { Records } from '../checks/records.ts';
import { findBroken, SAYS_WHO_AND_WHY } from '../checks/rules.ts';
import { findSecrets } from '../checks/secrets.ts';
import type { DatabaseUrls } from '../database/database.ts';
import { Random } from '../kit/random.ts';
import { Trace } from '../kit/trace.ts';
import { doSomething } from '../people/people.ts';
import { CLEAR } from '../world/discord.ts';
import { Agenda } from './agenda.ts';
import { furnish, type Size } from './furnish.ts';
import { Performer } from './performer.ts';
import { assignWaiting, deliverMessages, RECURRING, type Recurring } from './recurring.ts';
import { drawWeather, troubleOfDay } from './trouble.ts';
import { BOT, PROCESSES, ViolationError, WORKERS, World } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 0, 5);
/** In this hour of each day nothing goes wrong and nobody does anything, so that at its end everything is done. */
const CALM_HOUR = 3;

export const USUAL_SIZE: Size = { proxies: 200, accounts: 500, operations: 120 };

const FAULTS = { ofPeople: 0.15, ofJobs: 0.02 };
/** So many operations happen at the same time as another one. */
const AT_ONCE = 0.15;

export interface RunOptions {
  seed: number;
  days: number;
  size?: Size;
  /** Gets each line of the trace. */
  write?: (line: string) => void;
  onDay?: (day: number) => void;
}

export interface RunResult {
  seed: number;
  /** Simulated hours that were run. */
  hours: number;
  lines: number;
  digest: string;
  /** The rule that was broken, with what led to it; undefined if none was. */
  violation: { problem: string; last: readonly string[] } | undefined;
}

/** Runs the product in a simulated world. The same seed gives the same run. */
export async function simulate(urls: DatabaseUrls, options: RunOptions): Promise<RunResult> {
  const trace = new Trace(options.write);
  const agenda = new Agenda(START);
  const random = new Random(options.seed);
  const world = await World.open(urls, { random, trace, agenda });
  const result = (problem?: string): RunResult => ({
    seed: options.seed,
    hours: Math.floor((agenda.now - START) / HOUR_MS),
    lines: trace.lines,
    violation: problem === undefined ? undefined : { problem, last: [...trace.last] },
    digest: trace.digest(),
  });
  try {
    await new Simulation(world, { agenda, random, options }).run();
    return result();
  } catch (error) {
    if (error instanceof ViolationError) return result(error.message);
    throw error;
  } finally {
    await world.close();
  }
}

class Simulation {
  readonly #world: World;
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #options: RunOptions;
  readonly #performer: Performer;
  readonly #records = new Records();

  constructor(world: World, deps: { agenda: Agenda; random: Random; options: RunOptions }) {
    this.#world = world;
    this.#agenda = deps.agenda;
    this.#random = deps.random.fork('course');
    this.#options = deps.options;
    this.#performer = new Performer(world, deps.random.fork('performer'));
  }

  async run(): Promise<void> {
    const { days, size = USUAL_SIZE } = this.#options;
    await furnish(this.#world, size);
    for (const each of RECURRING) {
      this.#agenda.every(each.everyMs, START + this.#random.int(0, each.everyMs), () => this.#recur(each));
    }
    this.#agenda.every(HOUR_MS, START + HOUR_MS, () => this.#checkHour());
    this.#agenda.every(DAY_MS, START, () => this.#planDay(size));
    this.#agenda.every(DAY_MS, START + CALM_HOUR * HOUR_MS, () => this.#becomeCalm());
    this.#agenda.every(DAY_MS, START + (CALM_HOUR + 1) * HOUR_MS, () => this.#checkDay());
    await this.#agenda.run(START + days * DAY_MS, (now) => this.#world.database.setClock(now));
  }

  get #isCalm(): boolean {
    return new Date(this.#agenda.now).getUTCHours() === CALM_HOUR;
  }

  async #planDay({ operations }: Size): Promise<void> {
    const { desk } = this.#world;
    const start = this.#agenda.now;
    this.#options.onDay?.(Math.round((start - START) / DAY_MS) + 1);
    for (let n = 0; n < operations; n++) this.#agenda.at(start + this.#timeOfDay(), () => this.#actOfPeople());
    for (const { atHour, begin } of troubleOfDay(desk)) this.#agenda.at(start + atHour * HOUR_MS, async () => begin());
    for (let hour = 0; hour < 24; hour += 2) {
      this.#agenda.at(start + hour * HOUR_MS + 1, async () => this.#changeWeather());
    }
    if (this.#random.chance(0.5)) this.#planOutage(start);
    await this.#world.database.tidy();
  }

  #planOutage(start: number): void {
    const from = start + this.#random.int(5, 21) * HOUR_MS + this.#random.int(0, HOUR_MS);
    this.#agenda.at(from, () => this.#world.cutDatabase(true));
    this.#agenda.at(from + this.#random.int(1, 40) * MINUTE_MS, () => this.#world.cutDatabase(false));
  }

  /** People work at any time but in the calm hour. */
  #timeOfDay(): number {
    const time = this.#random.int(0, DAY_MS - 2 * HOUR_MS);
    return time < (CALM_HOUR - 1) * HOUR_MS ? time : time + 2 * HOUR_MS;
  }

  #changeWeather(): void {
    this.#world.desk.discord.weather = this.#isCalm ? CLEAR : drawWeather(this.#random);
  }

  async #becomeCalm(): Promise<void> {
    this.#world.desk.discord.weather = CLEAR;
    this.#world.desk.network.repairAll();
    this.#world.note('everything calms down');
  }

  async #actOfPeople(): Promise<void> {
    const { desk } = this.#world;
    const tasks = [{ operation: doSomething(desk), processName: BOT as string }];
    if (this.#random.chance(AT_ONCE)) {
      const operation = this.#random.chance(0.6) ? doSomething(desk) : this.#random.pick(RECURRING).operation(desk);
      tasks.push({ operation, processName: this.#random.pick(WORKERS) });
    }
    await this.#performer.perform(tasks, { faults: FAULTS.ofPeople, isJudged: true });
    this.#agenda.in(this.#random.int(1, 90) * 1000, () => this.#deliver());
  }

  async #recur({ operation, isOfBot = false, findLeft }: Recurring): Promise<void> {
    const processName = isOfBot ? BOT : this.#random.pick(PROCESSES);
    const made = operation(this.#world.desk);
    const faults = this.#isCalm ? 0 : FAULTS.ofJobs;
    const isJudged = made.judge !== undefined;
    const [ended] = await this.#performer.perform([{ operation: made, processName }], { faults, isJudged });
    if (ended?.outcome.kind === 'done') this.#world.blame((await findLeft?.(this.#world.database)) ?? []);
  }

  /** Two processes may deliver at once while one takes over from the other. */
  async #deliver(): Promise<void> {
    const names = this.#random.chance(AT_ONCE) ? [BOT, WORKERS[0]] : [BOT];
    const tasks = names.map((processName) => ({ operation: deliverMessages(), processName }));
    await this.#performer.perform(tasks, { faults: FAULTS.ofJobs, isJudged: false });
  }

  async #checkHour(): Promise<void> {
    const { database, desk, blame } = this.#world;
    const pool = { query: async (statement: string) => ({ rows: await database.rows(statement) }) };
    const broken = Object.entries(await findBroken({ pool }, SAYS_WHO_AND_WHY));
    blame(broken.map(([rule, rows]) => `${rule}: ${JSON.stringify(rows.slice(0, 3))}`));
    blame(findDoubles(desk.discord));
    blame(desk.network.complaints.splice(0));
    blame(await findWronglyBlamed(database, desk.network));
    blame(await this.#records.findRewritten(database));
  }

  async #checkDay(): Promise<void> {
    const { database, desk, log, blame } = this.#world;
    // What the last minutes have made due.
    for (const operation of [assignWaiting(), deliverMessages()]) {
      await this.#performer.perform([{ operation, processName: BOT }], { faults: 0, isJudged: false });
    }
    blame(await findUndelivered(database, desk.discord));
    blame(await findWaitingInVain(database));
    blame(await findSecrets(database, desk.discord, log));
    this.#world.note(await stateOf(this.#world));
  }
}

/** The state of the pool in figures, so that two runs which differ in it differ in their digests. */
async function stateOf({ database }: World): Promise<string> {
  const [row] = await database.rows<{ state: string }>(`select concat_ws(' ',
    (select md5(string_agg(concat_ws(',', account_id, proxy_id, slot), ' ' order by account_id)) from account_proxy_assignments),
    (select md5(string_agg(concat_ws(',', proxy_id, health, next_check_at), ' ' order by proxy_id)) from proxy_health),
    (select count(*) from audit_log), (select count(*) from alerts), (select count(*) from messages)) as state`);
  return row?.state ?? '';
}
