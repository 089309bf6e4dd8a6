import type { Db } from '../../db/client.ts';
import { readNow } from '../../db/queries/clock.ts';
import {
  readCheckHours,
  readCountedEvents,
  readEndedSyncs,
  readLastEvent,
  readPoolFigures,
} from '../../db/queries/metrics.ts';
import type { CountedEvent, CountedSync, PoolFigures } from '../../domain/pool-figures.ts';
import { sumOf } from '../../domain/sum.ts';
import { SharedResult } from '../shared/shared-result.ts';

/** Counting a full pool takes a fraction of a second, so a result is reused for this time. */
const FRESH_MS = 5_000;
const HOUR_MS = 3_600_000;

export interface WatchedFigures extends PoolFigures {
  /**
   * For how long accounts have waited although there are free slots, and no run of the job that assigns them was completed: what a
   * complete run leaves cannot be assigned, such as an account for which a free slot would be an exit IP conflict.
   */
  overlookedSeconds: number;
}

/** Figures of the pool and its checks, for metrics. */
export class FiguresService {
  readonly #db: Db;
  readonly #pool: SharedResult<WatchedFigures>;
  /** Since when accounts have waited although there were free slots, by a clock that cannot jump. */
  #waitingSince: number | undefined;
  /** The last entry of the timelines of incidents that was counted. */
  #lastEvent: number | undefined;
  /** When the last sync that was counted has ended, in epoch seconds. */
  #lastSync: number | undefined;
  /** The hour of the last count, and its figures. */
  #counted: { hour: number; checks: number; succeeded: number } | undefined;

  constructor(deps: { db: Db }) {
    this.#db = deps.db;
    this.#pool = new SharedResult({ read: () => this.#read(), freshMs: FRESH_MS });
  }

  pool(): Promise<WatchedFigures> {
    return this.#pool.get();
  }

  async #read(): Promise<WatchedFigures> {
    const figures = await readPoolFigures(this.#db);
    const now = performance.now();
    this.#waitingSince = figures.waitingWithSlots > 0 ? (this.#waitingSince ?? now) : undefined;
    const watchedSeconds = this.#waitingSince === undefined ? 0 : (now - this.#waitingSince) / 1000;
    return { ...figures, overlookedSeconds: Math.min(watchedSeconds, figures.secondsSinceAssigning ?? watchedSeconds) };
  }

  /** The checks of all processes since the previous call, or since the hour began on the first call. */
  async checks(): Promise<{ checks: number; succeeded: number }> {
    const before = this.#counted ?? { hour: await this.#thisHour(), checks: 0, succeeded: 0 };
    const hours = await readCheckHours(this.#db, new Date(before.hour));
    const total = (pick: 'checks' | 'succeeded') => sumOf(hours, (each) => each[pick]);
    this.#counted = hours.at(-1) ?? before;
    const since = (pick: 'checks' | 'succeeded') => Math.max(0, total(pick) - before[pick]);
    return { checks: since('checks'), succeeded: Math.min(since('succeeded'), since('checks')) };
  }

  /** The acknowledgements and escalations of incidents since the previous call; none on the first call. */
  async incidentEvents(): Promise<readonly CountedEvent[]> {
    if (this.#lastEvent === undefined) {
      this.#lastEvent = await readLastEvent(this.#db);
      return [];
    }
    const events = await readCountedEvents(this.#db, this.#lastEvent);
    this.#lastEvent = events.at(-1)?.id ?? this.#lastEvent;
    return events;
  }

  /** The syncs that have ended since the previous call; none on the first call. */
  async syncs(): Promise<readonly CountedSync[]> {
    if (this.#lastSync === undefined) {
      this.#lastSync = (await readNow(this.#db)).getTime() / 1000;
      return [];
    }
    const ended = await readEndedSyncs(this.#db, this.#lastSync);
    this.#lastSync = ended.at(-1)?.at ?? this.#lastSync;
    return ended;
  }

  async #thisHour(): Promise<number> {
    return Math.floor((await readNow(this.#db)).getTime() / HOUR_MS) * HOUR_MS;
  }
}
