import { createHash } from 'node:crypto';
import { createLogger } from '../../src/base/logger.ts';
import { Placements } from '../checks/placement.ts';
import { SECRET } from '../checks/secrets.ts';
import { type DatabaseUrls, SimulatedDatabase } from '../database/database.ts';
import type { Random } from '../kit/random.ts';
import type { Trace } from '../kit/trace.ts';
import type { Desk } from '../people/desk.ts';
import { COOLDOWN_DAYS, SimulatedProcess } from '../process/process.ts';
import type { Surroundings } from '../process/surroundings.ts';
import { SimulatedDiscord } from '../world/discord.ts';
import { SimulatedNetwork } from '../world/network.ts';
import { SimulatedProvider } from '../world/provider.ts';
import type { Agenda } from './agenda.ts';

export const BOT = 'bot';
export const WORKERS = ['worker 1', 'worker 2'] as const;
export const PROCESSES = [BOT, ...WORKERS] as const;
/** Lines of the log that are kept for the search for secrets. */
const MOST_LINES = 5_000;

/** Thrown when a rule is broken: the run ends. */
export class ViolationError extends Error {
  override readonly name = 'ViolationError';
}

/** Everything that a run consists of. */
export class World {
  readonly database: SimulatedDatabase;
  readonly desk: Desk;
  readonly placements: Placements;
  readonly log: string[] = [];
  isDatabaseAway = false;
  readonly #trace: Trace;
  readonly #agenda: Agenda;
  readonly #around: Surroundings;
  readonly #processes = new Map<string, SimulatedProcess>();

  private constructor(deps: { database: SimulatedDatabase; random: Random; trace: Trace; agenda: Agenda }) {
    const { database, random, trace, agenda } = deps;
    this.database = database;
    this.#trace = trace;
    this.#agenda = agenda;
    this.placements = new Placements(COOLDOWN_DAYS);
    const now = () => agenda.now;
    const log = createLogger('warn', { write: (line: string) => this.#keep(line) });
    this.#around = {
      database,
      log,
      now,
      random: random.fork('monitor'),
      discord: new SimulatedDiscord({ now, random: random.fork('discord'), note: (text) => this.note(text) }),
      network: new SimulatedNetwork({ now, random: random.fork('network') }),
      provider: new SimulatedProvider(`${SECRET}-key`),
      encryptionKey: createHash('sha256').update('simulator').digest(),
    };
    let last = 0;
    this.desk = {
      random: random.fork('people'),
      placements: this.placements,
      buttons: [],
      now,
      discord: this.#around.discord,
      network: this.#around.network,
      provider: this.#around.provider,
      seen: { accounts: [], proxies: [], history: 0, audit: 0 },
      fresh: () => ++last,
    };
  }

  static async open(urls: DatabaseUrls, deps: { random: Random; trace: Trace; agenda: Agenda }): Promise<World> {
    const world = new World({ ...deps, database: await SimulatedDatabase.open(urls, deps.agenda.now) });
    for (const name of PROCESSES) await world.#start(name);
    return world;
  }

  process(name: string): SimulatedProcess {
    const found = this.#processes.get(name);
    if (!found) throw new Error(`there is no process ${name}`);
    return found;
  }

  /** A process that has died is started again, over the same database. */
  async restart(name: string): Promise<void> {
    this.note(`${name} dies`);
    await this.process(name).kill();
    await this.#start(name);
  }

  /** Cuts all processes off from the database, or connects them again. */
  async cutDatabase(isAway: boolean): Promise<void> {
    this.note(isAway ? 'the database is away' : 'the database is back');
    this.isDatabaseAway = isAway;
    for (const { relay } of this.#processes.values()) await this.database.ended(relay.cut(isAway));
  }

  readonly note = (text: string): void => this.#trace.note(this.#agenda.now, text);

  /** @throws ViolationError if there is anything to blame */
  readonly blame = (problems: readonly string[]): void => {
    if (problems.length > 0) throw new ViolationError(problems.join('\n'));
  };

  async close(): Promise<void> {
    for (const each of this.#processes.values()) await each.kill();
    await this.database.close();
  }

  async #start(name: string): Promise<void> {
    this.#processes.set(name, await SimulatedProcess.start(name, this.#around));
  }

  #keep(line: string): void {
    this.log.push(line);
    if (this.log.length > MOST_LINES) this.log.shift();
  }
}
