import type { Logger } from '../../base/logger.ts';
import { connect, type Database } from '../client.ts';

/**
 * How the connections of a process are divided, so that slow work never holds up short work. Together they are few: PostgreSQL does
 * more in less time if it does little at once.
 */
const LANES = {
  /** Commands, buttons and API requests. */
  people: { connections: 6, patienceMs: 10_000 },
  /** Imports, exports, charts: they read or write a large part of the pool. */
  bulk: { connections: 3, patienceMs: 120_000 },
  /** Unattended work: the monitor, jobs, alerts and their delivery, metrics. */
  upkeep: { connections: 3, patienceMs: 60_000 },
} as const;

type LaneName = keyof typeof LANES;

/** The lanes of a process. */
export type Lanes = Readonly<Record<LaneName, Database>>;

/**
 * Opens the pool of each lane. Connections are made when they are needed.
 *
 * @param options.yields whether the server's processes yield to this one, if they are on the same machine
 */
export function openLanes(url: string, log: Logger, { yields = false }: { yields?: boolean | undefined } = {}): Lanes {
  const open = (name: LaneName): Database => {
    const { connections: max, patienceMs } = LANES[name];
    return connect(url, { name: `proxy-ops ${name}`, max, patienceMs, yields, log });
  };
  return { people: open('people'), bulk: open('bulk'), upkeep: open('upkeep') };
}

export async function closeLanes(lanes: Lanes): Promise<void> {
  await Promise.all(Object.values(lanes).map(({ close }) => close()));
}
