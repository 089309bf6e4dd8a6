import { createLogger } from '../../src/base/logger.ts';
import { connect, type Database, type Pool } from '../../src/db/client.ts';
import { suggestModels } from '../../src/db/queries/accounts/models.ts';
import { readPool, readWaiting } from '../../src/db/queries/assignments/pool.ts';
import { suggestAccounts, suggestProxies, suggestValues } from '../../src/db/queries/suggestions.ts';
import { planBatch } from '../../src/domain/plan/batch.ts';
import { AccountService } from '../../src/services/accounts/account-service.ts';
import { AssignmentService } from '../../src/services/assignments/assignment-service.ts';
import { withDatabase } from '../kit/database.ts';
import { type Figure, median, ms, type Spread, spread } from '../kit/figures.ts';
import { FULL, fillPool } from '../kit/full-pool.ts';

const APPLIED = 100_000;
const MAX_RATIO = 2;
const RUNS = 61;
/** For the medians. */
const MAX_MS = { change: 15, read: 30 };
const CHOICES = 25;
const actor = { id: 'bench', name: 'bench' };

/** One assignment, one new account and suggestions at the full pool, beside a bare SELECT; then a plan of 100,000 applied. */
export async function assignBench(): Promise<Figure[]> {
  return [...(await withPool(applied)), ...(await withPool(single))];
}

function withPool<T>(work: (database: Database) => Promise<T>): Promise<T> {
  return withDatabase(async (url) => {
    const database = connect(url, { log: createLogger('warn') });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  });
}

async function single({ db, pool }: Database): Promise<Figure[]> {
  await fillPool(pool);
  const assignments = new AssignmentService({ db });
  const accounts = new AccountService({ db, assignments });
  const { rows } = await pool.query<{ id: number }>(
    'select id from accounts where held_at is not null order by id % 7, id',
  );
  let turn = 0;
  const next = () => rows[++turn % rows.length]?.id ?? 0;
  const bare = await median(RUNS, () => pool.query('select * from accounts where id = $1', [next()]));
  const changes: Record<string, () => Promise<unknown>> = {
    '/proxy assign of the best': () => assignments.assign(actor, next()),
    '/account add': () =>
      accounts.add(actor, { username: `new.${++turn}`, model: `Model ${1 + (turn % FULL.models)}` }),
  };
  const reads: Record<string, () => Promise<unknown>> = {
    'suggestions of proxies': () => suggestProxies(db, '10.0.2', CHOICES),
    'suggestions of proxies, two letters that none has': () => suggestProxies(db, 'zq', CHOICES),
    'suggestions of accounts': () => suggestAccounts(db, 'account.12', CHOICES),
    'suggestions of accounts, two letters that none has': () => suggestAccounts(db, 'zq', CHOICES),
    'suggestions of models': () => suggestModels(db, 'mod', CHOICES),
    'suggestions of providers': () => suggestValues(db, 'provider', 'pro', CHOICES),
    'suggestions of countries': () => suggestValues(db, 'country', '', CHOICES),
    'suggestions of tags': () => suggestValues(db, 'tag', 'ra', CHOICES),
  };
  const figures: Figure[] = [];
  const floor = `a bare SELECT ${fine(bare)}`;
  for (const [tasks, limit] of [
    [changes, MAX_MS.change],
    [reads, MAX_MS.read],
  ] as const) {
    for (const [what, task] of Object.entries(tasks)) {
      const took = await spread(RUNS, task, await backendsOf(pool));
      figures.push({ what: `${what}, p50 / p99`, ours: say(took), floor, limit: ms(limit), isMet: took.p50 < limit });
    }
  }
  return figures;
}

const fine = (value: number) => `${value.toFixed(1)} ms`;

const say = ({ p50, p99, cpu }: Spread) =>
  `${p50.toFixed(1)} / ${fine(p99)}${cpu === undefined ? '' : `, CPU ${fine(cpu)}`}`;

/** The processes of the server that work for this database. */
async function backendsOf(pool: Pool): Promise<number[]> {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
  );
  return rows.map(({ pid }) => pid);
}

/** The three statements that no design can do without, on the same rows, with the triggers of ours switched off; then rolled back. */
const PLAIN = [
  'insert into proxy_model_claims (proxy_id, model_id) select distinct proxy_id, model_id from goal',
  `insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
   select account_id, proxy_id, model_id, slot, 'bench', reason from goal`,
  `insert into assignment_history (account_id, proxy_id, model_id, started_at, started_by, start_reason)
   select account_id, proxy_id, model_id, now(), 'bench', reason from goal`,
];

async function applied({ db, pool }: Database): Promise<Figure[]> {
  await pool.query(
    `insert into models (name, key) select 'm' || n, 'm' || n from generate_series(1, ${FULL.models}) n`,
  );
  await pool.query(`insert into proxies (host, port, type, username, credential_id, password_fingerprint)
    select '10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256, 8080, 'http', 'user', gen_random_uuid(), int4send(n)
    from generate_series(1, ${APPLIED / 2}) n`);
  await pool.query(`insert into accounts (username, key, model_id)
    select 'a' || n, 'a' || n, 1 + n % ${FULL.models} from generate_series(1, ${APPLIED}) n`);
  await pool.query('vacuum analyze');
  const now = Date.now();
  const waiting = await readWaiting(db, { withHeld: true });
  const plan = planBatch({ proxies: await readPool(db, now), limit: 3, now }, waiting);
  const floor = await timeFloor(pool, plan.assignments);
  await pool.query('vacuum analyze');
  const assignments = new AssignmentService({ db });
  const { planId } = await assignments.planFill(actor);
  const started = performance.now();
  const { preview, isStale } = await assignments.applyFill(actor, planId);
  const took = performance.now() - started;
  if (isStale || preview.result?.count !== APPLIED) throw new Error('the plan was not applied');
  const ratio = took / floor;
  return [
    {
      what: 'planning again and applying 100,000 assignments',
      ours: ms(took),
      floor: `three plain statements ${ms(floor)}`,
      ratio,
      limit: `${MAX_RATIO} times`,
      isMet: ratio <= MAX_RATIO,
    },
  ];
}

async function timeFloor(
  pool: Pool,
  plan: readonly { accountId: number; proxyId: number; modelId: number }[],
): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const table of ['proxy_model_claims', 'account_proxy_assignments', 'assignment_history']) {
      await client.query(`alter table ${table} disable trigger user`);
    }
    await client.query(
      `create temp table goal on commit drop as
       select *, (row_number() over (partition by proxy_id order by account_id))::smallint as slot, 'unused, not checked yet' as reason
       from unnest($1::int[], $2::int[], $3::int[]) as t(account_id, proxy_id, model_id)`,
      [plan.map((each) => each.accountId), plan.map((each) => each.proxyId), plan.map((each) => each.modelId)],
    );
    await client.query('analyze goal');
    const started = performance.now();
    for (const statement of PLAIN) await client.query(statement);
    const took = performance.now() - started;
    await client.query('rollback');
    return took;
  } finally {
    client.release();
  }
}
