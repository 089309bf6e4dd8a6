import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBroken, SAYS_WHO_AND_WHY } from '../../../simulator/checks/rules.ts';
import { openKeyring } from '../../../src/db/keyring.ts';
import { readPlanBasis, readPool, readWaiting } from '../../../src/db/queries/assignments/pool.ts';
import { planBatch } from '../../../src/domain/plan/batch.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { START } from '../../helpers/bot/run-program.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { WRITER_KEY } from '../../helpers/pool/pool-services.ts';
import { newJournal, openWriters, randomNumbers } from '../../helpers/pool/pool-writer.ts';

/** A minute, or as long as one likes: `WRITERS_SECONDS=60 npx vitest run test/integration/services/writers.test.ts`. */
const SECONDS = Number(process.env.WRITERS_SECONDS ?? 10);
const WRITERS = 20;
const PROCESS = fileURLToPath(new URL('../../helpers/pool/writer-process.ts', import.meta.url));

let database: TestDatabase;
const rows = async (statement: string) => (await database.pool.query(statement)).rows;
beforeAll(async () => {
  database = await createTestDatabase();
  await openKeyring(database.db, WRITER_KEY);
  await rows(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '203.0.113.' || n, 8080, 'http', '', gen_random_uuid(), '\\x00' from generate_series(1, 40) n`);
});
afterAll(() => database.drop());

/** One connection is broken per this many steps of the writers. */
const STEPS_PER_BREAK = 10;
/** A process is killed in the middle of the step after these. */
const STEPS_PER_CRASH = 20;

/** Breaks the connection of a random session, whatever it is doing. */
async function breakConnection(): Promise<void> {
  await rows(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid() and query not like '%pg_stat_activity%' order by random() limit 1`);
}

/** Resolves after a child has reported this many steps, or has ended. */
async function stepsOf(child: ChildProcess, count: number): Promise<void> {
  const ended = new AbortController();
  child.once('exit', () => ended.abort());
  try {
    let left = count;
    for await (const _ of on(child, 'message', { signal: ended.signal })) if (--left === 0) return;
  } catch (error) {
    // A broken connection ends a process that is starting.
    if (!ended.signal.aborted) throw error;
  }
}

/** Kills a process that writes, and starts the next one. */
async function crashProcesses(until: number): Promise<number> {
  let crashes = 0;
  for (; Date.now() < until; crashes++) {
    const child = fork(START, [PROCESS, database.url, `crash${crashes}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const gone = once(child, 'exit');
    await stepsOf(child, STEPS_PER_CRASH);
    child.kill('SIGKILL');
    await gone;
  }
  return crashes;
}

test(
  `${WRITERS} writers at once, through broken connections and crashes, break no rule, lose no account, and leave nobody waiting who could be served`,
  async () => {
    const journal = newJournal();
    const processes = [await openWriters(database.url), await openWriters(database.url)];
    const writers = Array.from({ length: WRITERS }, (_, n) => processes[n % 2]?.write(`w${n}`, journal));
    const until = Date.now() + SECONDS * 1000;
    const [crashes] = await Promise.all([
      crashProcesses(until),
      ...writers.map(async (writer, n) => {
        const random = randomNumbers(n);
        // A busy machine may not get so far in time.
        while (Date.now() < until || journal.steps <= WRITERS || journal.broken === 0) {
          await writer?.step(random);
          if (journal.steps % STEPS_PER_BREAK === 0) await breakConnection();
        }
      }),
    ]);
    for (const each of processes) await each.close();
    expect([crashes > 0, journal.steps > WRITERS, journal.broken > 0, journal.added.size > 0]).toEqual([
      true,
      true,
      true,
      true,
    ]);

    const assignments = new AssignmentService({ db: database.db });
    await assignments.assignWaiting({ id: 'test', name: 'test' });
    expect(await findBroken(database, SAYS_WHO_AND_WHY)).toEqual({});

    const accounts = new Map(
      (await rows('select username, removed_at is not null as gone, held_at is not null as held from accounts')).map(
        (row) => [row.username, row],
      ),
    );
    const added = [...journal.added];
    expect(added.filter((name) => !accounts.has(name))).toEqual([]);
    expect(added.filter((name) => accounts.get(name)?.gone && !journal.maybeRemoved.has(name))).toEqual([]);
    expect(added.filter((name) => accounts.get(name)?.held && !journal.maybeHeld.has(name))).toEqual([]);

    const couldBeServed = await database.db.transaction(async (tx) => {
      const basis = await readPlanBasis(tx);
      return planBatch({ ...basis, proxies: await readPool(tx, basis.now) }, await readWaiting(tx, { withHeld: false }))
        .assignments;
    });
    expect(couldBeServed).toEqual([]);
  },
  SECONDS * 1000 + 120_000,
);
