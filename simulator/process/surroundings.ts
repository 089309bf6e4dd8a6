import type { Logger } from '../../src/base/logger.ts';
import type { SimulatedDatabase } from '../database/database.ts';
import type { Random } from '../kit/random.ts';
import type { SimulatedDiscord } from '../world/discord.ts';
import type { SimulatedNetwork } from '../world/network.ts';
import type { SimulatedProvider } from '../world/provider.ts';

/** Everything around a process. */
export interface Surroundings {
  database: SimulatedDatabase;
  discord: SimulatedDiscord;
  network: SimulatedNetwork;
  provider: SimulatedProvider;
  encryptionKey: Uint8Array;
  random: Random;
  log: Logger;
  /** Epoch milliseconds. */
  now(): number;
}
