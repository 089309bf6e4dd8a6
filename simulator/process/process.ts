import { ignoring } from '../../src/base/ignoring.ts';
import { Shutdown } from '../../src/base/shutdown.ts';
import { openKeyring } from '../../src/db/keyring.ts';
import { closeLanes, openLanes } from '../../src/db/lanes/lanes.ts';
import { writeSettings } from '../../src/db/queries/settings.ts';
import { Reads } from '../../src/db/reads.ts';
import { DEFAULT_CURRENCY } from '../../src/domain/parse/fields/currency.ts';
import type { SimulatedDatabase } from '../database/database.ts';
import { type Relay, startRelay } from '../database/relay.ts';
import { Gate } from './gate.ts';
import { buildParts, type Parts } from './parts.ts';
import type { Surroundings } from './surroundings.ts';

export const COOLDOWN_DAYS = 7;
const SHUTDOWN_MS = 5_000;
/** Shorter than usual, since it passes in real time if the database is away. */
const LOOKUP_DEADLINE_MS = 4_000;

/** One process of the bot: the services of the program over connections of its own. */
export class SimulatedProcess {
  readonly name: string;
  readonly gate: Gate;
  readonly relay: Relay;
  readonly parts: Parts;
  readonly #database: SimulatedDatabase;
  readonly #shutdown: Shutdown;

  private constructor(deps: {
    name: string;
    gate: Gate;
    relay: Relay;
    parts: Parts;
    around: Surroundings;
    shutdown: Shutdown;
  }) {
    this.name = deps.name;
    this.gate = deps.gate;
    this.relay = deps.relay;
    this.parts = deps.parts;
    this.#database = deps.around.database;
    this.#shutdown = deps.shutdown;
  }

  static async start(name: string, around: Surroundings): Promise<SimulatedProcess> {
    const { log, database } = around;
    const gate = new Gate();
    const relay = await startRelay(database.workingUrl, { isPatient: true, pass: (isCommit) => gate.pass(isCommit) });
    const shutdown = new Shutdown(log, SHUTDOWN_MS);
    const lanes = openLanes(relay.url, log);
    shutdown.add('lanes', () => closeLanes(lanes));
    const { db } = lanes.people;
    await writeSettings(db, { limit: 3, cooldownDays: COOLDOWN_DAYS, currency: DEFAULT_CURRENCY });
    const keyring = await openKeyring(db, around.encryptionKey);
    const lookups = new Reads({ url: relay.url, log, deadlineMs: LOOKUP_DEADLINE_MS });
    shutdown.add('lookups', () => lookups.close());
    const parts = buildParts({ around, gate, lanes, keyring, lookups, shutdown, databaseUrl: relay.url });
    return new SimulatedProcess({ name, gate, relay, parts, around, shutdown });
  }

  /** Ends the process as kill -9 does: nothing that it has begun goes on, and the server has rolled back what was open. */
  async kill(): Promise<void> {
    this.gate.die();
    await this.#database.ended(this.relay.cut(true));
    await this.#shutdown.run().catch(ignoring('a dead process cannot end in order'));
    this.relay.close();
  }
}
