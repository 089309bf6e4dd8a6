import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeyring } from '../../../src/db/keyring.ts';
import { readPool, readWaiting } from '../../../src/db/queries/assignments/pool.ts';
import { planBatch } from '../../../src/domain/plan/batch.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { readPlanBasis } from '../../../src/services/assignments/whole-pool.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { findBroken, SAYS_WHO_AND_WHY } from '../../helpers/database/invariants.ts';
import { newJournal, openWriters, randomNumbers, WRITER_KEY } from '../../helpers/pool/pool-writer.ts';

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

/** Breaks one connection at a time, whatever it is in the middle of. */
async function breakConnections(until: number): Promise<void> {
  while (Date.now() < until) {
    await delay(150);
    await rows(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid() and query not like '%pg_stat_activity%' order by random() limit 1`);
  }
}

/** Kills a process that writes, and starts another, again and again. */
async function crashProcesses(until: number): Promise<number> {
  let crashes = 0;
  for (; Date.now() < until; crashes++) {
    const child = fork(PROCESS, [database.url, `crash${crashes}`], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const gone = once(child, 'exit');
    // A broken connection ends one that is only starting.
    await Promise.race([once(child, 'message').then(() => delay(1500)), gone]);
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
      breakConnections(until),
      ...writers.map(async (writer, n) => {
        const random = randomNumbers(n);
        while (Date.now() < until) await writer?.step(random);
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
