import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DRIVERS, type Driver } from './drivers.ts';

/** Where a case is tried: through the relay, and beside it. */
export interface Place {
  driver: string;
  url: string;
  directUrl: string;
}

/** Says to the parent that callers are at work. */
export const WORKING = 'working';

/** How long a caller is given. A driver that answers at all takes some milliseconds. */
const PATIENCE_MS = 4_000;
const CALLERS = 100;
const CONNECTIONS = 4;

const open = ({ driver, url }: Place, max: number): Driver => {
  const make = DRIVERS[driver];
  if (!make) throw new Error(`no driver ${driver}`);
  return make(url, max);
};

async function direct(place: Place, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: place.directUrl });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** How work ended, as far as its caller can tell. */
async function endOf(work: Promise<unknown>): Promise<string> {
  const ended = work.then(
    () => 'resolved',
    (error: { code?: string }) => `rejected (${error.code ?? 'no code'})`,
  );
  return Promise.race([ended, pause(PATIENCE_MS, 'no answer', { ref: false })]);
}

/** The server finds a double key when the last row is there. */
async function copy(place: Place): Promise<string> {
  await direct(place, 'create table tried (n int primary key); insert into tried values (1)');
  const seen: string[] = [];
  const work = open(place, 1).transaction(async (run, copyInto) => {
    const copied = await endOf(copyInto('copy tried from stdin', '1\n'));
    seen.push(`COPY ${copied}`, `next statement ${await endOf(run('insert into tried values (2)'))}`);
    if (copied !== 'resolved') throw new Error('the COPY failed');
  });
  const ended = (await endOf(work)).replace(/ \(.*/, '');
  return [...seen, `transaction ${ended}`].join(', ');
}

async function killed(place: Place): Promise<string> {
  await direct(place, 'create table tried (n int primary key)');
  const work = open(place, 1).transaction(async (run) => {
    const [row] = await run('select pg_backend_pid() as pid');
    await run('insert into tried values (1)');
    await direct(place, `select pg_terminate_backend(${row?.pid}, 5000)`);
    await run('insert into tried values (2)');
  });
  return `transaction ${(await endOf(work)).replace(/ \(.*/, '')}`;
}

/** Many callers, each with a row of its own, so that the answer to each can be compared with its row. */
class Callers {
  readonly #driver: Driver;
  readonly #place: Place;
  readonly #toldOk = new Set<number>();
  #next = 0;
  #pending = 0;

  constructor(place: Place) {
    this.#place = place;
    this.#driver = open(place, CONNECTIONS);
  }

  async call(): Promise<void> {
    const n = this.#next++;
    this.#pending++;
    try {
      await this.#driver.transaction(async (run) => void (await run(`insert into tried values (${n})`)));
      this.#toldOk.add(n);
    } catch {
      await pause(10);
    } finally {
      this.#pending--;
    }
  }

  /** Waits for the callers, and says what became of them. */
  async judge(): Promise<string> {
    const end = performance.now() + PATIENCE_MS * 2;
    while (this.#pending > 0 && performance.now() < end) await pause(50);
    const rows = await direct(this.#place, 'select n from tried');
    const written = new Set(rows.map(({ n }) => n));
    const wrong = [...this.#toldOk].filter((n) => !written.has(n)).length;
    return `${this.#pending} without an answer, ${wrong} told ok without a row`;
  }
}

async function lostAtCommit(place: Place): Promise<string> {
  await direct(place, 'create table tried (n int primary key)');
  const callers = new Callers(place);
  for (let n = 0; n < CALLERS; n++) void callers.call();
  return callers.judge();
}

/** Callers come again and again until the parent has done with the server. */
async function restarts(place: Place): Promise<string> {
  await direct(place, 'create table tried (n int primary key)');
  const callers = new Callers(place);
  let isOver = false;
  const loop = async () => {
    while (!isOver) await callers.call();
  };
  for (let n = 0; n < CALLERS; n++) void loop();
  process.send?.(WORKING);
  await once(process, 'message');
  isOver = true;
  return callers.judge();
}

export const CASES: Readonly<Record<string, (place: Place) => Promise<string>>> = {
  copy,
  killed,
  lostAtCommit,
  restarts,
};
