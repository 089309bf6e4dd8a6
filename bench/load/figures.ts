import type { Figure } from '../kit/figures.ts';
import { type Percentiles, percentiles } from '../kit/percentiles.ts';
import type { BotReport } from './bot.ts';
import type { Taken } from './channel.ts';

export const IMPORT_LINES = 100_000;

/** A program that asks for the proxy of an account. */
export interface Lookup {
  ms: number;
  status: number;
}

export interface Imported {
  previewMs: number;
  commitMs: number;
}

interface Measured {
  taken: Taken[];
  pings: number[];
  lookups: Lookup[];
  report: BotReport;
}

export function printMeasured({
  taken,
  pings,
  lookups,
  report,
  eventLoopDelay,
  seconds,
  databaseCpuMs,
  othersCpuMs,
}: Measured & { eventLoopDelay: Percentiles; seconds: number; databaseCpuMs: number; othersCpuMs: number }) {
  const names = [...new Set(taken.map(({ name }) => name))].sort();
  const row = (what: string, some: readonly Taken[]) => ({
    what,
    ...column('first', percentiles(some.map(({ firstMs }) => firstMs))),
    ...column('whole', percentiles(some.map(({ wholeMs }) => wholeMs))),
    n: some.length,
    late: some.filter(({ isLate }) => isLate).length,
    errors: some.filter(({ error }) => error !== undefined).length,
  });
  console.table([
    ...names.map((name) =>
      row(
        name,
        taken.filter((each) => each.name === name),
      ),
    ),
    row('all', taken),
    { what: 'bare bot: /ping', ...column('first', percentiles(pings)), n: pings.length },
    {
      what: 'GET /api/accounts/:id/proxy',
      ...column('first', percentiles(lookups.map(({ ms }) => ms))),
      n: lookups.length,
      errors: lookups.filter(({ status }) => status !== 200).length,
    },
  ]);
  const errors = new Set(taken.flatMap(({ error }) => error ?? []));
  for (const error of errors) console.log(`error: ${error.replaceAll('\n', ' ')}`);
  console.table([
    { what: 'event loop delay', ...column('', report.eventLoopDelay) },
    { what: 'of it, time on a processor of the main thread itself', ...column('', report.ownDelay) },
    {
      what: 'event loop delay of this process, which acts for the people and for Discord',
      ...column('', eventLoopDelay),
    },
    { what: 'garbage collection', ...column('', report.collections) },
    { what: 'wait for a database connection', ...column('', report.connectionWaits) },
    { what: 'choices and lookups in the database', ...column('', report.reads) },
  ]);
  const cores = (ms: number) => (ms / 1_000 / seconds).toFixed(2);
  console.log(
    `${Math.round(seconds)} s; cores used: bot ${cores(report.cpuMs)}, PostgreSQL ${cores(databaseCpuMs)}, other programs ${cores(othersCpuMs)}`,
  );
}

const column = (name: string, { p50, p90, p99, max }: Percentiles) =>
  Object.fromEntries(
    Object.entries({ p50, p90, p99, max }).map(([key, ms]) => [`${name} ${key}`.trim(), Math.round(ms)]),
  );

export function figuresOf(
  measured: Measured & { imported: Imported | undefined; memoryMib: number | undefined },
): Figure[] {
  const { taken, pings, lookups, imported, memoryMib } = measured;
  const first = percentiles(taken.map(({ firstMs }) => firstMs));
  const bare = percentiles(pings);
  const commands = taken.filter(({ name, isReading }) => isReading && name.startsWith('/'));
  const whole = percentiles(commands.map(({ wholeMs }) => wholeMs));
  const choices = percentiles(taken.filter(({ name }) => !name.startsWith('/')).map(({ wholeMs }) => wholeMs));
  const late = taken.filter(({ isLate }) => isLate).length;
  const errors = taken.filter(({ error }) => error !== undefined).length;
  const seconds = (ms: number | undefined) => (ms === undefined ? Number.POSITIVE_INFINITY : ms / 1_000);
  const ratio = first.p99 / bare.p99;
  return [
    {
      what: `first response p99 of ${first.count} actions`,
      ours: `${Math.round(first.p99)} ms`,
      floor: `a bare bot ${Math.round(bare.p99)} ms`,
      ratio,
      limit: '2 times, 500 ms',
      isMet: ratio <= 2 && first.p99 < 500,
    },
    bound('late answers', late, 0, ''),
    bound('errors', errors, 0, ''),
    bound('whole answer of reading commands p50', whole.p50, 500, 'ms'),
    bound('whole answer of reading commands p99', whole.p99, 3_000, 'ms'),
    bound('autocomplete p50', choices.p50, 100, 'ms'),
    bound('autocomplete p99', choices.p99, 500, 'ms'),
    bound('GET /api/accounts/:id/proxy p99', percentiles(lookups.map(({ ms }) => ms)).p99, 100, 'ms'),
    bound(`import of ${IMPORT_LINES} lines, preview`, seconds(imported?.previewMs), 20, 's'),
    bound(`import of ${IMPORT_LINES} lines, commit`, seconds(imported?.commitMs), 20, 's'),
    ...(memoryMib === undefined ? [] : [bound('peak memory of the bot', memoryMib, 600, 'MiB')]),
  ];
}

function bound(what: string, value: number, limit: number, unit: string): Figure {
  const said = Number.isFinite(value) ? `${unit === 's' ? value.toFixed(1) : Math.round(value)} ${unit}` : 'never';
  return { what, ours: said.trim(), floor: '', limit: `${limit} ${unit}`.trim(), isMet: value <= limit };
}
