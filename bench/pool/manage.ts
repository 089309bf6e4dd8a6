import { createLogger } from '../../src/base/logger.ts';
import { connect, type Pool } from '../../src/db/client.ts';
import type { PoolChange } from '../../src/domain/proxies/pool-change.ts';
import { AssignmentService } from '../../src/services/assignments/assignment-service.ts';
import { PoolChangeService } from '../../src/services/pool-changes/pool-change-service.ts';
import { withDatabase } from '../kit/database.ts';
import { type Figure, ms } from '../kit/figures.ts';

const PROXIES = 100_000;
const MAX_RATIO = 3;
const actor = { id: 'bench', name: 'bench' };
const all = { filter: { provider: 'acme' } };

interface Case {
  what: string;
  change: PoolChange;
  /** The plain set statements that no design can do without, on the same rows. */
  floor: string[];
}

const CASES: Case[] = [
  {
    what: 'edit the label of 100,000',
    change: { kind: 'edit', target: all, edit: { label: 'bench' } },
    floor: [`update proxies set label = 'bench' where provider = 'acme'`],
  },
  {
    what: 'change the tags of 100,000',
    change: { kind: 'edit', target: all, edit: { tags: { add: ['night'], drop: ['eu'] } } },
    floor: [`update proxies set tags = array_append(array_remove(tags, 'eu'), 'night') where provider = 'acme'`],
  },
  {
    what: 'deactivate 100,000',
    change: { kind: 'deactivate', target: all, isBlocked: false },
    floor: [`update proxies set status = 'inactive', status_by = 'bench', status_at = now() where provider = 'acme'`],
  },
  {
    what: 'activate 100,000',
    change: { kind: 'activate', target: all },
    floor: [`update proxies set status = 'active', status_by = 'bench', status_at = now() where provider = 'acme'`],
  },
  {
    what: 'end 100,000 cool-downs',
    change: { kind: 'release', target: all },
    floor: ['delete from proxy_model_claims'],
  },
  {
    what: 'remove 50,000 and move 100,000 accounts',
    change: { kind: 'remove', target: { filter: { tag: 'half' } } },
    floor: [
      `create temp table goal on commit drop as select s.account_id, s.model_id, s.assigned_at, s.reason, p.id + ${PROXIES / 2} as proxy_id, s.slot
         from account_proxy_assignments s join proxies p on p.id = s.proxy_id where 'half' = any (p.tags)`,
      'delete from account_proxy_assignments where account_id in (select account_id from goal)',
      'insert into proxy_model_claims (proxy_id, model_id) select distinct proxy_id, model_id from goal on conflict do nothing',
      `insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
         select account_id, proxy_id, model_id, slot, 'bench', reason from goal`,
      `update proxies set removed_at = now() where 'half' = any (tags)`,
    ],
  },
];

/** Bulk changes of 100,000 proxies beside the plain statements on the same rows, which are rolled back. */
export async function manageBench(): Promise<Figure[]> {
  return withDatabase(async (url) => {
    const { db, pool, close } = connect(url, { log: createLogger('warn') });
    try {
      await fill(pool);
      const assignments = new AssignmentService({ db });
      const changes = new PoolChangeService({ db, assignments });
      const figures: Figure[] = [];
      for (const each of CASES) figures.push(await measure(pool, changes, each));
      return figures;
    } finally {
      await close();
    }
  });
}

async function measure(pool: Pool, changes: PoolChangeService, { what, change, floor }: Case): Promise<Figure> {
  await prepare(pool, change);
  const floorMs = await timeFloor(pool, floor);
  await pool.query('vacuum analyze');
  const planned = performance.now();
  const { planId } = await changes.plan(actor, change);
  const started = performance.now();
  const {
    isStale,
    preview: { result },
  } = await changes.apply(actor, planId);
  const took = performance.now() - started;
  if (isStale || !result) throw new Error(`${what}: the plan was not applied`);
  const ratio = took / floorMs;
  return {
    what: `${what} (preview ${ms(started - planned)})`,
    ours: ms(took),
    floor: `plain statements ${ms(floorMs)}`,
    ratio,
    limit: `${MAX_RATIO} times`,
    isMet: ratio <= MAX_RATIO,
  };
}

async function timeFloor(pool: Pool, statements: readonly string[]): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const started = performance.now();
    for (const statement of statements) await client.query(statement);
    const took = performance.now() - started;
    await client.query('rollback');
    return took;
  } finally {
    client.release();
  }
}

async function fill(pool: Pool): Promise<void> {
  await pool.query(`insert into models (name, key) select 'm' || n, 'm' || n from generate_series(1, 200) n`);
  await pool.query(`
    insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider, tags)
    select '198.' || (n >> 16) || '.' || ((n >> 8) & 255) || '.' || (n & 255), 8080, 'http', 'user' || n, gen_random_uuid(), '\\x00', 'acme',
      case when n <= ${PROXIES / 2} then '{eu,half}'::text[] else '{eu}' end
    from generate_series(1, ${PROXIES}) n`);
  await pool.query('vacuum analyze');
}

/** The expected result of a case. */
async function prepare(pool: Pool, change: PoolChange): Promise<void> {
  if (change.kind === 'release') {
    await pool.query(`insert into proxy_model_claims (proxy_id, model_id, cooling_until)
      select id, (select min(id) from models), now() + interval '5 days' from proxies`);
  }
  if (change.kind === 'remove') {
    await pool.query(`insert into accounts (username, key, model_id) select 'a' || n, 'a' || n,
      (select min(id) from models) + (((n + 1) / 2) % 200) from generate_series(1, ${PROXIES}) n`);
    await pool.query(`insert into proxy_model_claims (proxy_id, model_id)
      select p.id, (select min(id) from models) + (p.id % 200) from proxies p where 'half' = any (p.tags)`);
    await pool.query(`insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
      select a.id, (a.id + 1) / 2, a.model_id, 1 + (a.id + 1) % 2, 'bench', 'bench' from accounts a`);
  }
  await pool.query('vacuum analyze');
}
