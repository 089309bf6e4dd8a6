import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import pg from 'pg';
import { createLogger } from '../../src/base/logger.ts';
import { Shutdown } from '../../src/base/shutdown.ts';
import { Reads } from '../../src/db/reads.ts';
import { type AppDeps, startApp } from '../../src/wiring/app.ts';
import { delaysIn, type Percentiles, percentiles } from '../kit/percentiles.ts';

/** The settings of the process. `ca` is PEM. */
export interface BotSetup {
  config: Omit<AppDeps['config'], 'checks'> & { checks: AppDeps['config']['checks'] };
  databaseUrl: string;
  /** The bot works as another role than the owner of the tables, as `npm start` does. */
  ownerUrl: string;
  /** Base64. */
  encryptionKey: string;
  /** Writes a CPU profile of the main thread there. */
  profile: string | undefined;
}

/** The resources that the bot's process used while it was measured. Times in milliseconds. */
export interface BotReport {
  eventLoopDelay: Percentiles;
  /** The delays that the main thread made itself: its time on a processor from one turn to the next. */
  ownDelay: Percentiles;
  /** Pauses of the main thread for garbage collection. */
  collections: Percentiles;
  connectionWaits: Percentiles;
  /** Of choices and of lookups by programs, over their pipelined connections. */
  reads: Percentiles;
  cpuMs: number;
}

const STOP_MS = 10_000;
const TURN_MS = 5;

/** Statements and transactions alike take a client by this method. */
function measureWaits(waits: number[]): void {
  const connect = pg.Pool.prototype.connect;
  pg.Pool.prototype.connect = function measured(this: pg.Pool, callback?: (...args: never[]) => void) {
    const asked = performance.now();
    const note = () => void waits.push(performance.now() - asked);
    if (!callback) return Reflect.apply(connect, this, []).finally(note);
    return Reflect.apply(connect, this, [
      (...args: never[]) => {
        note();
        callback(...args);
      },
    ]);
  } as typeof connect;
}

function measureReads(times: number[]): void {
  const { query, execute } = Reads.prototype;
  const timed = <T>(read: Promise<T>): Promise<T> => {
    const asked = performance.now();
    return read.finally(() => void times.push(performance.now() - asked));
  };
  Reads.prototype.query = function measured(...asked) {
    return timed(query.apply(this, asked));
  };
  Reads.prototype.execute = function measured(...asked) {
    return timed(execute.apply(this, asked));
  };
}

/** Notes the time on a processor between turns of the event loop. Time that the system gives to others in between is not in it. */
function measureTurns(times: number[]): void {
  let before = process.threadCpuUsage();
  const turn = setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    times.push((user + system) / 1_000);
    before = process.threadCpuUsage();
  }, TURN_MS);
  turn.unref();
}

async function run({ config, databaseUrl, ownerUrl, encryptionKey, profile }: BotSetup): Promise<void> {
  const waits: number[] = [];
  const reads: number[] = [];
  measureWaits(waits);
  measureReads(reads);
  const log = createLogger('warn');
  const shutdown = new Shutdown(log, STOP_MS);
  const delays = monitorEventLoopDelay({ resolution: 5 });
  const collections: number[] = [];
  const turns: number[] = [];
  const collector = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collections.push(duration);
  });
  const { apiUrl } = await startApp({
    config,
    databaseUrl,
    ownerUrl,
    encryptionKey: Buffer.from(encryptionKey, 'base64'),
    yields: true,
    log,
    shutdown,
  });
  process.send?.(apiUrl);
  let cpu = process.cpuUsage();
  const session = new Session();
  process.on('message', async (asked) => {
    if (asked === 'measure') {
      waits.length = 0;
      reads.length = 0;
      delays.enable();
      measureTurns(turns);
      collector.observe({ entryTypes: ['gc'] });
      cpu = process.cpuUsage();
      if (profile) await startProfile(session);
    }
    if (asked === 'report') {
      delays.disable();
      const used = process.cpuUsage(cpu);
      if (profile) writeFileSync(profile, JSON.stringify((await session.post('Profiler.stop')).profile));
      const report: BotReport = {
        eventLoopDelay: delaysIn(delays),
        ownDelay: percentiles(turns),
        collections: percentiles(collections),
        connectionWaits: percentiles(waits),
        reads: percentiles(reads),
        cpuMs: (used.user + used.system) / 1_000,
      };
      process.send?.(report);
    }
    if (asked === 'stop') {
      await shutdown.run();
      process.exit(0);
    }
  });
}

async function startProfile(session: Session): Promise<void> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
}

process.once('disconnect', () => process.exit());
process.once('message', (setup) => {
  run(setup as BotSetup).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
});
