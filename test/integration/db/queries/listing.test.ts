import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAccounts } from '../../../../src/db/queries/accounts/accounts.ts';
import { listProxies } from '../../../../src/db/queries/proxies/proxies.ts';
import { COUNTED, type PageFrom } from '../../../../src/domain/page.ts';
import { NO_MODEL, PROXY_SORTS, type SortedFilter } from '../../../../src/domain/proxies/proxy-view.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';

let database: TestDatabase;
const run = (statement: string) => database.pool.query(statement);

const PROXIES = COUNTED + 60;

beforeAll(async () => {
  database = await createTestDatabase();
  await run(`insert into models (name, key) select 'Model ' || n, 'model' || n from generate_series(1, 7) n`);
  await run(`insert into proxies (host, port, type, username, credential_id, password_fingerprint, provider, status, expires_at)
    select '10.0.' || n / 256 || '.' || n % 256, 8080, 'http', 'user', gen_random_uuid(), '\\x00', case when n % 100 = 0 then 'Rare' else 'Often' end,
      (case when n % 50 = 0 then 'blocked' else 'active' end)::proxy_status, case when n % 3 = 0 then now() + n % 40 * interval '1 day' end
    from generate_series(1, ${PROXIES}) n`);
  await run(`insert into proxy_health (proxy_id, health, latency_ms)
    select id, (array['healthy', 'degraded', 'failing', 'unknown'])[1 + id % 4]::proxy_health_state, case when id % 5 > 0 then id * 7 % 300 end
    from proxies where id % 10 > 0`);
  await run(
    `insert into proxy_use (proxy_id, last_used_at) select id, now() - id * 31 % 500 * interval '1 minute' from proxies where id % 4 > 0`,
  );
  await run(`insert into proxy_model_claims (proxy_id, model_id) select id, 1 + id % 7 from proxies where id % 6 > 0`);
  await run(
    `insert into accounts (username, key, model_id) select 'User.' || n, 'user.' || n, 1 + n % 7 from generate_series(1, ${PROXIES}) n`,
  );
  await run(`insert into account_proxy_assignments (account_id, proxy_id, model_id, slot, assigned_by, reason)
    select a.id, c.proxy_id, c.model_id, 1, 't', 't' from proxy_model_claims c join accounts a on a.id = c.proxy_id where c.proxy_id % 3 > 0`);
  await run('analyze');
});
afterAll(() => database.drop());

/** The numbers of a list in one order, as plain SQL puts them. */
const ORDERED: Record<(typeof PROXY_SORTS)[number], string> = {
  number: 'p.id',
  usage: '-(select count(*) from account_proxy_assignments s where s.proxy_id = p.id), p.id',
  model: 'm.key nulls last, p.id',
  health: `array_position(array['failing', 'degraded', 'unknown', 'none', 'healthy'], coalesce(h.health::text, 'none')), p.id`,
  latency: 'h.latency_ms nulls last, p.id',
  last_used: 'u.last_used_at desc nulls last, case when u.proxy_id is null then p.id else -p.id end',
  expiry: 'p.expires_at nulls last, p.id',
};

const expected = async (filter: string, sort: (typeof PROXY_SORTS)[number]): Promise<number[]> => {
  const { rows } =
    await run(`select p.id from proxies p left join proxy_health h on h.proxy_id = p.id left join proxy_use u on u.proxy_id = p.id
    left join proxy_model_claims c on c.proxy_id = p.id left join models m on m.id = c.model_id where ${filter} order by ${ORDERED[sort]}`);
  return rows.map((row) => row.id);
};

const SIZE = 15;
const list = (filter: SortedFilter, from?: PageFrom) =>
  listProxies(database.db, { filter, limit: 3, size: SIZE, from });
const ids = ({ rows }: { rows: readonly { id: number }[] }) => rows.map(({ id }) => id);

test.each(PROXY_SORTS)(
  'a list that is too long to be counted is in order, and its pages follow one another (%s)',
  async (sort) => {
    const all = await expected('true', sort);
    const first = await list({ sort });
    expect([ids(first), first.total, first.before]).toEqual([all.slice(0, SIZE), COUNTED + 1, 0]);
    // A page in the middle, one over each end of a stretch, and the last one.
    for (const at of [SIZE, 1_000, 2_500, 5_003, 7_500, 9_990, PROXIES - 5]) {
      const id = all[at - 1] ?? 0;
      const after = await list({ sort }, { side: 'after', id });
      expect([ids(after), after.before]).toEqual([all.slice(at, at + SIZE), Math.min(at, COUNTED + 1)]);
      const before = await list({ sort }, { side: 'before', id });
      const start = Math.max(0, at - 1 - SIZE);
      expect([ids(before), before.before]).toEqual([all.slice(start, at - 1), Math.min(start, COUNTED + 1)]);
    }
  },
);

test.each(PROXY_SORTS)('a list that can be counted is in the same order (%s)', async (sort) => {
  const all = await expected(`p.provider = 'Rare'`, sort);
  const first = await list({ provider: 'Rare', sort });
  expect([ids(first), first.total, first.before]).toEqual([all.slice(0, SIZE), all.length, 0]);
  const after = await list({ provider: 'Rare', sort }, { side: 'after', id: all[49] ?? 0 });
  expect([ids(after), after.total, after.before]).toEqual([all.slice(50, 50 + SIZE), all.length, 50]);
  const before = await list({ provider: 'Rare', sort }, { side: 'before', id: all[49] ?? 0 });
  expect([ids(before), before.before]).toEqual([all.slice(49 - SIZE, 49), 49 - SIZE]);
});

test('a page goes on from where a row would be that the filter no longer finds', async () => {
  const all = await expected(`p.provider = 'Rare'`, 'latency');
  const gone = all[30] ?? 0;
  await run(`update proxies set provider = 'Other' where id = ${gone}`);
  const after = await list({ provider: 'Rare', sort: 'latency' }, { side: 'after', id: gone });
  expect([ids(after), after.before]).toEqual([all.slice(31, 31 + SIZE), 30]);
  await run(`update proxies set provider = 'Rare' where id = ${gone}`);
});

test.each(PROXY_SORTS)('a list has a first and a last page, and says which page is the last (%s)', async (sort) => {
  for (const provider of [undefined, 'Rare']) {
    const all = await expected(provider ? `p.provider = '${provider}'` : 'true', sort);
    const isShort = all.length <= COUNTED;
    const last = await list({ provider, sort }, { side: 'last', id: 0 });
    const size = isShort ? all.length % SIZE || SIZE : SIZE;
    expect([ids(last), last.isLast, last.before]).toEqual([
      all.slice(-size),
      true,
      Math.min(all.length - size, COUNTED + 1),
    ]);
    const back = await list({ provider, sort }, { side: 'before', id: all.at(-size) ?? 0 });
    expect([ids(back), back.isLast]).toEqual([all.slice(-size - SIZE, -size), false]);
    const again = await list({ provider, sort }, { side: 'after', id: all.at(-size - 1) ?? 0 });
    expect([ids(again), again.isLast]).toEqual([all.slice(-size), true]);
    expect(ids(await list({ provider, sort }, { side: 'first', id: 0 }))).toEqual(all.slice(0, SIZE));
  }
});

test('a list by model leads to each model, and counts what is on the page', async () => {
  for (const provider of [undefined, 'Rare']) {
    const all = await expected(provider ? `p.provider = '${provider}'` : 'true', 'model');
    const { rows: models } = await run(`select m.name, array_agg(c.proxy_id) as proxies
      from models m join proxy_model_claims c on c.model_id = m.id group by m.id order by m.key`);
    const fifth = await list({ provider, sort: 'model' }, { side: 'group', id: 5 });
    const start = all.findIndex((id) => models[4].proxies.includes(id));
    expect([ids(fifth), fifth.before]).toEqual([all.slice(start, start + SIZE), start]);
    const own = all.filter((id) => models[4].proxies.includes(id));
    const { rows: counts } =
      await run(`select sum(load)::int as accounts, coalesce(sum(3 - load) filter (where status = 'active'
      and coalesce(health, 'unknown') <> 'failing' and (expires_at is null or expires_at > now())), 0)::int as free
      from proxies p join proxy_loads l on l.proxy_id = p.id left join proxy_health h on h.proxy_id = p.id where p.id in (${own})`);
    expect(fifth.groups?.shown[0]).toEqual({ model: 'Model 5', proxies: own.length, ...counts[0] });
    expect(fifth.groups?.near.map(({ name }) => name)).toEqual([...models.map(({ name }) => name), null]);
    const none = await list({ provider, sort: 'model' }, { side: 'group', id: NO_MODEL });
    const without = all.filter((id) => models.every(({ proxies }) => !proxies.includes(id)));
    expect(ids(none)).toEqual(without.slice(0, SIZE));
    expect(none.groups?.shown).toMatchObject([{ model: null, proxies: without.length }]);
  }
});

test('an exact count goes beyond what lists count', async () => {
  const page = await listProxies(database.db, { filter: { sort: 'number' }, limit: 3, size: 1, isExact: true });
  expect(page.total).toBe(PROXIES);
});

const UNKNOWN = `p.removed_at is null and coalesce(h.health, 'unknown') = 'unknown'`;

test.each(PROXY_SORTS)(
  'the proxies of unknown health are those that say so and those without a row (%s)',
  async (sort) => {
    await run('update proxies set removed_at = now() where id between 3 and 40');
    for (const provider of [undefined, 'Rare']) {
      const all = await expected(provider ? `${UNKNOWN} and p.provider = '${provider}'` : UNKNOWN, sort);
      const filter = { health: 'unknown', provider, sort } as const;
      const first = await list(filter);
      expect([ids(first), first.total]).toEqual([all.slice(0, SIZE), all.length]);
      const after = await list(filter, { side: 'after', id: all[19] ?? 0 });
      expect([ids(after), after.total, after.before]).toEqual([all.slice(20, 20 + SIZE), all.length, 20]);
    }
    await run('update proxies set removed_at = null where id between 3 and 40');
  },
);

test.each(PROXY_SORTS)('a long list of proxies of unknown health is in order too (%s)', async (sort) => {
  await run('create table kept as select proxy_id, health from proxy_health');
  await run(`update proxy_health set health = 'unknown' where proxy_id % 1000 > 0`);
  await run('update proxies set removed_at = now() where id between 3 and 7');
  const all = await expected(UNKNOWN, sort);
  const filter = { health: 'unknown', sort } as const;
  const first = await list(filter);
  expect([ids(first), first.total]).toEqual([all.slice(0, SIZE), COUNTED + 1]);
  for (const at of [20, 9_500]) {
    const after = await list(filter, { side: 'after', id: all[at - 1] ?? 0 });
    expect([ids(after), after.before]).toEqual([all.slice(at, at + SIZE), at]);
  }
  expect((await listProxies(database.db, { filter, limit: 3, size: 1, isExact: true })).total).toBe(all.length);
  await run('update proxies set removed_at = null where id between 3 and 7');
  await run('update proxy_health h set health = kept.health from kept where kept.proxy_id = h.proxy_id');
  await run('drop table kept');
});

test('removed proxies are neither listed nor counted, in any order', async () => {
  await run('update proxies set removed_at = now() where id <= 100');
  for (const sort of PROXY_SORTS) {
    const all = await expected('p.removed_at is null', sort);
    expect([sort, ids(await list({ sort }))]).toEqual([sort, all.slice(0, SIZE)]);
  }
  await run('update proxies set removed_at = null where id <= 100');
  expect(ids(await list({ sort: 'number' }))[0]).toBe(1);
});

test('accounts are listed by name in every state, and a long list is not counted to its end', async () => {
  const { rows: all } = await run(`select a.id, s.account_id is not null as assigned from accounts a
    left join account_proxy_assignments s on s.account_id = a.id order by a.key`);
  const page = await listAccounts(database.db, {}, { size: SIZE, from: { side: 'after', id: all[5_000].id } });
  expect([ids(page), page.total, page.before]).toEqual([
    all.slice(5_001, 5_001 + SIZE).map(({ id }) => id),
    COUNTED + 1,
    5_001,
  ]);
  for (const state of ['assigned', 'waiting'] as const) {
    const found = all.filter(({ assigned }) => assigned === (state === 'assigned')).map(({ id }) => id);
    const first = await listAccounts(database.db, { state }, { size: SIZE });
    expect([state, ids(first), first.total]).toEqual([state, found.slice(0, SIZE), found.length]);
  }
  expect((await listAccounts(database.db, { state: 'held' }, { size: SIZE })).total).toBe(0);
});
