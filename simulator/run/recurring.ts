import type { Actor } from '../../src/domain/actor.ts';
import { findWaitingInVain } from '../checks/placement.ts';
import type { SimulatedDatabase } from '../database/database.ts';
import type { Desk, Operation } from '../people/desk.ts';
import { findWronglyMissing, syncEffects } from '../people/sources.ts';
import { applied, type Done } from '../process/outcome.ts';
import type { Parts } from '../process/parts.ts';

const SYSTEM: Actor = { id: 'system', name: 'Jobs' };
const MINUTE_MS = 60_000;
/** More messages than are ever due at once. */
const MOST_MESSAGES = 500;

/** Work of the program that recurs, less often than in real time. */
export interface Recurring {
  everyMs: number;
  /** Whether only the bot does it, and no worker. */
  isOfBot?: boolean;
  operation(desk: Desk): Operation;
  /** Finds what a complete run should not have left. */
  findLeft?: (database: SimulatedDatabase) => Promise<string[]>;
}

const job = (name: string, run: (parts: Parts) => Promise<Done>) => (): Operation => ({
  name,
  run,
  actor: SYSTEM,
  effects: {},
});

async function check({ sweep, handed, monitor }: Parts): Promise<Done> {
  const claimed = await sweep.run();
  for (let ids = handed.shift(); ids; ids = handed.shift()) await monitor.checkBatch(ids);
  await monitor.settle();
  return applied(`${claimed} checked`);
}

async function deliver({ deliverer }: Parts): Promise<Done> {
  let sent = 0;
  while (sent < MOST_MESSAGES && ((await deliverer.deliverOne()) || (await deliverer.checkOne()))) sent++;
  if (sent === MOST_MESSAGES) throw new Error('the deliverer does not come to rest');
  return applied(`${sent} messages`);
}

async function syncDue({ syncs }: Parts): Promise<Done> {
  const due = await syncs.due();
  for (const id of due) await syncs.runDue(id);
  return applied(`${due.length} synced`);
}

export const deliverMessages = job('deliver', deliver);
export const assignWaiting = job('assign waiting', async ({ waiting }) =>
  applied(`${await waiting.assign()} assigned`),
);

export const RECURRING: readonly Recurring[] = [
  { everyMs: 15 * MINUTE_MS, operation: job('check', check) },
  {
    everyMs: 20 * MINUTE_MS,
    operation: job('follow alerts', async ({ watch }) => {
      await watch.follow();
      return applied('followed');
    }),
  },
  { everyMs: 20 * MINUTE_MS, operation: assignWaiting, findLeft: findWaitingInVain },
  { everyMs: 20 * MINUTE_MS, isOfBot: true, operation: deliverMessages },
  {
    everyMs: 60 * MINUTE_MS,
    operation: job('survey', async ({ watch }) => {
      await watch.survey();
      return applied('surveyed');
    }),
  },
  {
    everyMs: 60 * MINUTE_MS,
    operation: (desk) => ({
      ...job('sync sources', syncDue)(),
      effects: syncEffects(desk),
      judge: (before, after) => findWronglyMissing(desk, before, after),
    }),
  },
  {
    everyMs: 360 * MINUTE_MS,
    operation: job('housekeeping', async ({ housekeeping }) => {
      await housekeeping.purge();
      return applied('purged');
    }),
  },
];
