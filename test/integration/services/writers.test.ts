import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeyring } from '../../../src/db/keyring.ts';
import { readPool, readWaiting } from '../../../src/db/queries/assignments/pool.ts';
import { planBatch } from '../../../src/domain/plan/batch.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { planBasis } from '../../../src/services/assignments/waiting.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { newJournal, openWriters, randomNumbers, WRITER_KEY } from '../../helpers/pool-writer.ts';

/** A minute, or as long as one likes: `WRITERS_SECONDS=60 npx vitest run test/integration/services/writers.test.ts`. */
const SECONDS = Number(process.env.WRITERS_SECONDS ?? 10);
const WRITERS = 20;
const PROCESS = fileURLToPath(new URL('../../helpers/writer-process.ts', import.meta.url));

let database: TestDatabase;
const rows = async (statement: string) => (await database.pool.query(statement)).rows;
beforeAll(async () => {
  database = await createTestDatabase();
  await openKeyring(database.db, WRITER_KEY);
  await rows(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '203.0.113.' || n, 8080, 'http', '', gen_random_uuid(), '\\x00' from generate_series(1, 40) n`);
});
afterAll(() => database.drop());

/** Nothing of this may ever be found. */
const WRONG: Record<string, string> = {
  'more than three accounts, or two models, on a proxy':
    'select proxy_id from account_proxy_assignments group by proxy_id having count(*) > 3 or count(distinct model_id) > 1',
  'an account on a proxy that is switched off or removed': `select s.account_id from account_proxy_assignments s join proxies p on p.id = s.proxy_id
    where p.status <> 'active' or p.removed_at is not null`,
  'a removed or held account with a proxy': `select a.id from account_proxy_assignments s join accounts a on a.id = s.account_id
    where a.removed_at is not null or a.held_at is not null`,
  'an account of another model than its proxy': `select a.id from account_proxy_assignments s join accounts a on a.id = s.account_id
    join proxy_model_claims c on c.proxy_id = s.proxy_id where a.model_id <> c.model_id or s.model_id <> c.model_id or c.cooling_until is not null`,
  'a history that tells otherwise than the present': `(select account_id, proxy_id, model_id from account_proxy_assignments except select account_id, proxy_id, model_id from assignment_history where ended_at is null)
    union all (select account_id, proxy_id, model_id from assignment_history where ended_at is null except select account_id, proxy_id, model_id from account_proxy_assignments)`,
  'an account that was in two places at once': `select account_id from (
    select account_id, started_at, lag(coalesce(ended_at, 'infinity')) over (partition by account_id order by id) as before from assignment_history) h where started_at < before`,
  'a history without who and why': `select id from assignment_history where started_by = '' or start_reason = '' or started_by like 'sql:%'
    or (ended_at is not null and (ended_by like 'sql:%' or end_reason = ''))`,
  'a claim that nobody holds': `select proxy_id from proxy_model_claims c where cooling_until is null
    and not exists (select from account_proxy_assignments s where s.proxy_id = c.proxy_id)`,
  'somebody who waits and is not known to': `select id from accounts a where removed_at is null and held_at is null
    and not exists (select from account_proxy_assignments s where s.account_id = a.id) and not exists (select from waiting_accounts w where w.account_id = a.id)`,
  'half an import': `select p.id from plans p where p.kind like '%import%' and p.state = 'staging' and exists (select from proxies x where x.import_plan_id = p.id)`,
};

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
    await assignments.serveWaiting({ id: 'test', name: 'test' });
    for (const [what, statement] of Object.entries(WRONG)) expect([what, await rows(statement)]).toEqual([what, []]);

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
      const basis = await planBasis(tx);
      return planBatch({ ...basis, proxies: await readPool(tx, basis.now) }, await readWaiting(tx, { withHeld: false }))
        .assignments;
    });
    expect(couldBeServed).toEqual([]);
  },
  SECONDS * 1000 + 120_000,
);
