import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../../../../src/db/client.ts';
import { listAccounts } from '../../../../src/db/queries/accounts/accounts.ts';
import { listHistory } from '../../../../src/db/queries/assignments/history.ts';
import { listAudit, suggestActors } from '../../../../src/db/queries/audit-log.ts';
import { listProxies } from '../../../../src/db/queries/proxies/proxies.ts';
import { suggestAccounts, suggestProxies, suggestValues } from '../../../../src/db/queries/suggestions.ts';
import { listVps } from '../../../../src/db/queries/vps/vps.ts';
import { COUNTED } from '../../../../src/domain/page.ts';
import { USAGE_FILTERS } from '../../../../src/domain/proxies/field-filters.ts';
import { NO_MODEL, PROXY_SORTS, type SortedFilter } from '../../../../src/domain/proxies/proxy-view.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

/** Far more than lists count, so that a statement that reads a whole table differs from one that stops. */
const PROXIES = 3 * COUNTED;
/** The rows that a list counts, and those that a join reads besides. */
const MOST_READ = 2 * COUNTED;
/** The newest rows, in which autocomplete looks for a letter or two. */
const MOST_SUGGESTED = 6_000;

let database: TestDatabase;
let seen: SQL[];
let db: Db;
const run = (statement: string) => database.pool.query(statement);

beforeAll(async () => {
  database = await createTestDatabase();
  await run(`insert into models (name, key) select 'Model ' || n, 'model' || n from generate_series(1, 60) n`);
  await run(`insert into vps (name, key) select 'vps-' || n, 'vps-' || n from generate_series(1, 100) n`);
  // Rare values are at the end, where a search in the order of the numbers finds them last.
  await run(`insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider, country, tags, status, expires_at)
    select '10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256, 8080, 'http', 'user', gen_random_uuid(), '\\x00', 'Provider ' || n % 20,
      case when n > ${PROXIES} - 40 then 'FR' else 'DE' end, array['rack-' || n * 40 / ${PROXIES}],
      (case when n > ${PROXIES} - 40 then 'inactive' else 'active' end)::proxy_status,
      case when n > ${PROXIES} - 40 then now() + interval '1 day' end
    from generate_series(1, ${PROXIES}) n`);
  await run(`insert into proxy_health (proxy_id, health, latency_ms)
    select id, (case when id > ${PROXIES} - 40 then 'failing' else 'healthy' end)::proxy_health_state, id % 700 from proxies`);
  await run(`insert into proxy_use (proxy_id, last_used_at) select id, now() - id * interval '1 second' from proxies`);
  await run(
    `insert into proxy_model_claims (proxy_id, model_id) select id, 1 + id % 60 from proxies where id <= ${PROXIES} - 200`,
  );
  await run(`insert into accounts (username, key, model_id, vps_id, held_at)
    select 'account.' || n, 'account.' || n, 1 + n % 60, 1 + n % 100, case when n > ${PROXIES} - 300 then now() end from generate_series(1, ${PROXIES}) n`);
  await run(`insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
    select id, id, model_id, 1, 't', 't' from accounts where id <= ${PROXIES} - 400`);
  await run(`insert into audit_log (at, actor_id, actor_name, action, entity, entity_id)
    select now() - (${PROXIES} - n) * interval '1 hour', 'discord:' || n % 30, 'Person ' || n % 30, 'proxy.edit', 'proxy', n::text
    from generate_series(1, ${PROXIES}) n`);
  await run('vacuum analyze');
  const execute = (statement: SQL) => {
    seen.push(statement);
    return database.db.execute(statement);
  };
  db = Object.create(database.db, { execute: { value: execute } });
});
afterAll(() => database.drop());

interface Step {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Relation Name'?: string;
  'Node Type': string;
  Plans?: Step[];
}

/** How many rows a statement reads in the step that reads most, and which that is. */
function largest(step: Step): { rows: number; step: string } {
  const { 'Relation Name': relation, 'Node Type': type, 'Actual Loops': loops } = step;
  const removed = (step['Rows Removed by Filter'] ?? 0) + (step['Rows Removed by Index Recheck'] ?? 0);
  const own = { rows: relation ? (step['Actual Rows'] + removed) * loops : 0, step: `${type} on ${relation}` };
  return [own, ...(step.Plans ?? []).map(largest)].reduce((a, b) => (b.rows > a.rows ? b : a));
}

/** The plans of all statements of some work, in order. */
async function plansOf(work: (spied: Db) => Promise<unknown>): Promise<Step[]> {
  seen = [];
  await work(db);
  expect(seen.length).toBeGreaterThan(0);
  const plans = [];
  for (const statement of seen) {
    const { rows } = await database.db.execute<{ 'QUERY PLAN': { Plan: Step }[] }>(
      sql`explain (analyze, format json) ${statement}`,
    );
    plans.push(...(rows[0]?.['QUERY PLAN'] ?? []).map(({ Plan }) => Plan));
  }
  return plans;
}

async function readMost(work: (spied: Db) => Promise<unknown>): Promise<{ rows: number; step: string }> {
  return (await plansOf(work)).map(largest).reduce((a, b) => (b.rows > a.rows ? b : a));
}

/** How the steps of a plan read a table. */
const readsOf = (step: Step, table: string): string[] => [
  ...(step['Relation Name'] === table ? [step['Node Type']] : []),
  ...(step.Plans ?? []).flatMap((each) => readsOf(each, table)),
];

async function expectBounded(what: string, most: number, work: (spied: Db) => Promise<unknown>): Promise<void> {
  const read = await readMost(work);
  expect([what, read.step, read.rows <= most ? 'bounded' : read.rows]).toEqual([what, read.step, 'bounded']);
}

const LISTS: Omit<SortedFilter, 'sort'>[] = [
  {},
  { status: 'inactive' },
  { health: 'failing' },
  ...USAGE_FILTERS.map((usage) => ({ usage })),
  { model: 'model7' },
  { provider: 'Provider 7' },
  { country: 'FR' },
  { tag: 'rack-39' },
  { tag: 'of no proxy' },
  { search: '10.0.1.7' },
  { search: '10.0.1.7:8080' },
  { search: String(PROXIES) },
  { search: 'of no proxy' },
  { search: 'account.2999' },
  { search: 'label:desk' },
  { provider: '(none)' },
  { provider: '(none), Provider 7' },
  { country: '(none)' },
  { model: '(none)' },
  { provider: 'Provider 7', health: 'failing' },
  { model: 'model7', usage: 'free' },
];

/** No index holds the proxies that were never checked: if nearly all free ones are healthy, the search for others reads the pool once. */
const isSearched = ({ usage }: Omit<SortedFilter, 'sort'>, sort: SortedFilter['sort']) =>
  usage === 'free' && sort === 'health';

test.each(LISTS)('/proxy list reads a bounded number of rows: %j', async (filter) => {
  for (const sort of PROXY_SORTS) {
    if (isSearched(filter, sort)) continue;
    const list = (spied: Db) => listProxies(spied, { filter: { ...filter, sort }, limit: 3, size: 15 });
    await expectBounded(`sort ${sort}`, MOST_READ, list);
  }
});

/** No index holds the proxies without a value, which come last: if nearly all have one, the search for others reads the pool once. */
const isWithoutIndex = (sort: SortedFilter['sort']) => sort === 'latency' || sort === 'last_used';

test.each([{}, { country: 'FR' }, { tag: 'rack-39' }])(
  'the ends and the models of a list read a bounded number: %j',
  async (filter) => {
    for (const sort of PROXY_SORTS) {
      const last = (spied: Db) =>
        listProxies(spied, { filter: { ...filter, sort }, limit: 3, size: 15, from: { side: 'last', id: 0 } });
      await expectBounded(`last by ${sort}`, isWithoutIndex(sort) ? PROXIES : MOST_READ, last);
    }
    for (const id of [7, NO_MODEL]) {
      const group = (spied: Db) =>
        listProxies(spied, { filter: { ...filter, sort: 'model' }, limit: 3, size: 15, from: { side: 'group', id } });
      await expectBounded(`model ${id}`, PROXIES - 1, group);
    }
  },
);

test.each([
  { health: 'unknown' as const },
  { model: 'model7, model8' },
  { search: 'account' },
  { search: 'account:account provider:"Provider 7"' },
])('/proxy list reads the pool once if no index tells what to expect: %j', async (filter) => {
  await expectBounded('', PROXIES, (spied) =>
    listProxies(spied, { filter: { ...filter, sort: 'number' }, limit: 3, size: 15 }),
  );
});

test.each(PROXY_SORTS)('a page in a long list reads no more than what is before it (%s)', async (sort) => {
  for (const side of ['after', 'before'] as const) {
    const list = (spied: Db) =>
      listProxies(spied, { filter: { sort }, limit: 3, size: 15, from: { side, id: PROXIES / 2 } });
    await expectBounded(side, PROXIES - 1, list);
  }
});

test.each([
  {},
  { model: 'Model 7' },
  { vps: 'vps-7' },
  { vps: '(none)' },
  { vps: 'vps-7, vps-8' },
  { state: 'assigned' as const },
  { state: 'waiting' as const },
  { state: 'held' as const },
  { model: 'Model 7', state: 'held' as const },
  { search: 'account.777' },
  { search: 'of no account' },
])('/account list reads a bounded number of rows: %j', async (filter) => {
  await expectBounded('', MOST_READ, (spied) => listAccounts(spied, filter, { size: 15 }));
});

test('the accounts of a model are counted from an index alone, as those of a VPS and their proxies are', async () => {
  const [counted] = await plansOf((spied) => listAccounts(spied, { model: 'Model 7' }, { size: 15 }));
  expect(counted && readsOf(counted, 'accounts')).toEqual(['Index Only Scan']);
  const figures = (await plansOf((spied) => listVps(spied, {}, { size: 15 }))).at(-1);
  for (const table of ['accounts', 'account_proxy_assignments']) {
    expect(figures && readsOf(figures, table)).toEqual(['Index Only Scan']);
  }
});

test('the logs are read from their ends', async () => {
  await expectBounded('audit', MOST_READ, (spied) => listAudit(spied, {}, 10));
  await expectBounded('audit of a kind', MOST_READ, (spied) => listAudit(spied, { entity: 'vps' }, 10));
  await expectBounded('audit of an actor', MOST_READ, (spied) => listAudit(spied, { actor: 'discord:7', days: 9 }, 10));
  await expectBounded('history', MOST_READ, (spied) => listHistory(spied, {}, 8));
  await expectBounded('history of a proxy', MOST_READ, (spied) => listHistory(spied, { proxyId: 7 }, 8));
  await expectBounded('history of an account', MOST_READ, (spied) => listHistory(spied, { accountId: 7 }, 8));
});

test('autocomplete reads a bounded number of rows at each keystroke', async () => {
  for (const typed of ['', '1', 'us', '10.0.1', '29999', 'of no proxy']) {
    await expectBounded(`proxy ${typed}`, MOST_SUGGESTED, (spied) => suggestProxies(spied, typed, 25));
  }
  for (const typed of ['', 'a', 'ac', 'account.77', 'nt.7', 'of no account']) {
    await expectBounded(`account ${typed}`, MOST_SUGGESTED, (spied) => suggestAccounts(spied, typed, 25));
  }
  for (const kind of ['provider', 'country', 'tag'] as const) {
    await expectBounded(kind, MOST_SUGGESTED, (spied) => suggestValues(spied, kind, '', 25));
  }
  await expectBounded('actor', MOST_SUGGESTED, (spied) => suggestActors(spied, '', 25));
});
