import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBroken, SAYS_WHO_AND_WHY } from '../../../simulator/checks/rules.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { assignAccounts } from '../../helpers/pool/pool-rows.ts';
import { ADMIN, listed, openSources } from '../../helpers/pool/source-world.ts';

let database: TestDatabase;
let world: Awaited<ReturnType<typeof openSources>>;
beforeEach(async () => {
  database = await createTestDatabase();
  world = await openSources(database);
});
afterEach(async () => {
  expect(await findBroken(database)).toEqual({});
  await database.drop();
});

const rows = async (statement: string) => (await database.pool.query(statement)).rows;
const proxies = () =>
  rows(
    'select id, host, external_id, country, status, removed_at is not null as gone, missing_since is not null as missing from proxies order by id',
  );

async function addFive(): Promise<number> {
  world.provider.proxies = [1, 2, 3, 4, 5].map((n) => listed(n, { country: 'DE' }));
  const { preview } = await world.add('main');
  if (!preview) throw new Error('nothing was found');
  expect(preview.counts).toMatchObject({ new: 5, replaced: 0 });
  const done = await world.decisions.apply(ADMIN, preview.planId);
  expect(done).toMatchObject({ isStale: false, preview: { state: 'applied', result: { counts: { new: 5 } } } });
  return preview.source.id;
}

async function sync(id: number) {
  const { preview, ...report } = await world.sources.sync(ADMIN, id);
  return { ...report, preview };
}

test('the first sync previews, and the button adds the proxies with their passwords', async () => {
  await addFive();
  const found = await proxies();
  expect(found).toHaveLength(5);
  expect(found[0]).toMatchObject({
    host: '203.0.113.1',
    external_id: 'd-1',
    country: 'DE',
    gone: false,
    missing: false,
  });
  const [row] = await rows('select password_sealed, credential_id, provider, source_id from proxies where id = 1');
  expect(row).toMatchObject({ provider: 'Webshare', source_id: 1 });
  expect(await world.keyring.open(row.password_sealed, row.credential_id, 'password')).toBe('p1');
  expect(await sync(1)).toMatchObject({ outcome: 'complete', listed: 5, preview: undefined });
});

test('a replaced proxy keeps its accounts on its successor, without a cooldown', async () => {
  const id = await addFive();
  await assignAccounts(database, [1], { model: 'Amber', each: 3 });
  await rows(`update proxies set label = 'desk', notes = 'mine' where id = 1`);
  world.provider.proxies[0] = listed(1, { generation: 1 });
  const { preview } = await sync(id);
  expect(preview).toMatchObject({ counts: { replaced: 1, new: 0 }, moving: 3, missing: { missing: 0 } });
  const { preview: done } = await world.decisions.apply(ADMIN, preview?.planId ?? 0);
  expect(done.result).toMatchObject({ moved: 3, counts: { replaced: 1 } });
  expect(await rows('select distinct proxy_id from account_proxy_assignments')).toEqual([{ proxy_id: 6 }]);
  expect(await rows('select proxy_id from proxy_model_claims')).toEqual([{ proxy_id: 6 }]);
  expect(await rows('select host, label, notes, removed_at from proxies where id = 6')).toEqual([
    { host: '203.0.114.1', label: 'desk', notes: 'mine', removed_at: null },
  ]);
  const history = await rows(
    'select proxy_id, ended_by, end_reason, start_reason from assignment_history where account_id = 1 order by id',
  );
  expect(history).toEqual([
    { proxy_id: 1, ended_by: ADMIN.id, end_reason: 'replaced by the provider', start_reason: 'test' },
    { proxy_id: 6, ended_by: null, end_reason: null, start_reason: 'replaced by the provider' },
  ]);
  expect((await proxies())[0]).toMatchObject({ id: 1, gone: true });
  const audit = await rows(`select action, entity_id, reason from audit_log where action = 'proxy.remove'`);
  expect(audit).toEqual([{ action: 'proxy.remove', entity_id: '1', reason: 'replaced by the provider: #6' }]);
  expect(await findBroken(database, SAYS_WHO_AND_WHY)).not.toHaveProperty('an account on two proxies at once');
  expect(await sync(id)).toMatchObject({ preview: undefined });
});

test('a successor that the provider names takes the accounts as well', async () => {
  const id = await addFive();
  await assignAccounts(database, [2], { model: 'Amber', each: 2 });
  world.provider.proxies[1] = { ...listed(9), externalId: 'd-9' };
  world.provider.replacements = [
    { from: { host: '203.0.113.2', port: 8000 }, to: { host: '203.0.113.9', port: 8000 } },
  ];
  const { preview } = await sync(id);
  expect(preview).toMatchObject({ counts: { replaced: 1, new: 0 }, moving: 2, missing: { missing: 0 } });
  await world.decisions.apply(ADMIN, preview?.planId ?? 0);
  expect(
    await rows('select distinct p.host from account_proxy_assignments s join proxies p on p.id = s.proxy_id'),
  ).toEqual([{ host: '203.0.113.9' }]);
});

test('missing proxies keep their accounts until a person decides', async () => {
  const id = await addFive();
  await assignAccounts(database, [1, 2], { model: 'Amber', each: 3 });
  world.provider.proxies = world.provider.proxies.slice(2);
  const { preview } = await sync(id);
  expect(preview).toMatchObject({ counts: { replaced: 0 }, missing: { missing: 2, accounts: 6, isSuspicious: false } });
  expect(await rows('select count(*)::int as n from account_proxy_assignments')).toEqual([{ n: 6 }]);
  expect((await proxies()).map(({ missing }) => missing)).toEqual([true, true, false, false, false]);
  const plan = await world.decisions.planDeactivation(ADMIN, preview?.planId ?? 0);
  expect(plan).toMatchObject({ count: 2, moved: 6 });
  await world.changes.apply(ADMIN, plan.planId);
  expect(await rows('select distinct proxy_id from account_proxy_assignments order by 1')).toEqual(
    [3, 4, 5].map((each) => ({ proxy_id: each })),
  );
  expect(await sync(id)).toMatchObject({ preview: undefined });
  world.provider.proxies = [1, 2, 3, 4, 5].map((n) => listed(n, { country: 'DE' }));
  const back = await sync(id);
  expect(back.preview).toMatchObject({ counts: { returned: 2 }, missing: { missing: 0 } });
  await world.decisions.apply(ADMIN, back.preview?.planId ?? 0);
  expect((await proxies()).map(({ status }) => status)).toEqual(Array(5).fill('active'));
});

test('a value that a person has edited stays, and others follow the list', async () => {
  const id = await addFive();
  await rows(`update proxies set country = 'FR' where id = 1`);
  world.provider.proxies = [1, 2, 3, 4, 5].map((n) => listed(n, { country: 'NL' }));
  const { preview } = await sync(id);
  expect(preview).toMatchObject({ counts: { renewed: 4 } });
  await world.decisions.apply(ADMIN, preview?.planId ?? 0);
  expect((await proxies()).map(({ country }) => country)).toEqual(['FR', 'NL', 'NL', 'NL', 'NL']);
  expect(await sync(id)).toMatchObject({ preview: undefined });
});

test('an incomplete list reports nothing as missing', async () => {
  const id = await addFive();
  world.provider.failure = { code: 'incomplete', after: 2 };
  const report = await sync(id);
  expect(report).toMatchObject({ outcome: 'incomplete', problem: 'the provider did not answer', preview: undefined });
  expect((await proxies()).some(({ missing }) => missing)).toBe(false);
});

test('new credentials and another type change the proxy, which keeps its number and accounts', async () => {
  const id = await addFive();
  await assignAccounts(database, [1], { model: 'Amber', each: 1 });
  world.provider.proxies[0] = listed(1, { country: 'DE', password: 'other', type: 'socks5' });
  const { preview } = await sync(id);
  expect(preview).toMatchObject({ counts: { changed: 1, new: 0 } });
  await world.decisions.apply(ADMIN, preview?.planId ?? 0);
  const [row] = await rows('select type, password_sealed, credential_id from proxies where id = 1');
  expect(row.type).toBe('socks5');
  expect(await world.keyring.open(row.password_sealed, row.credential_id, 'password')).toBe('other');
  expect(await sync(id)).toMatchObject({ preview: undefined });
});

test('a proxy that is in the pool already joins its source', async () => {
  await rows(`insert into proxies (host, port, type, username, credential_id, password_fingerprint, label)
    values ('203.0.113.1', 8000, 'http', 'u', gen_random_uuid(), '\\x00', 'mine')`);
  world.provider.proxies = [listed(1)];
  const first = await world.add('main');
  await world.decisions.apply(ADMIN, first.preview?.planId ?? 0);
  // Its password is another one, so these are two proxies.
  expect(await proxies()).toHaveLength(2);
  await rows('update proxies set source_id = null, external_id = null where id = 2');
  const { preview } = await sync(1);
  expect(preview).toMatchObject({ counts: { adopted: 1, new: 0 } });
  await world.decisions.apply(ADMIN, preview?.planId ?? 0);
  expect(await rows('select source_id, external_id from proxies where id = 2')).toEqual([
    { source_id: 1, external_id: 'd-1' },
  ]);
});

test('a click on a plan that a newer sync has replaced does nothing', async () => {
  const id = await addFive();
  world.provider.proxies.push(listed(6));
  const first = await sync(id);
  world.provider.proxies.push(listed(7));
  const second = await sync(id);
  const stale = await world.decisions.apply(ADMIN, first.preview?.planId ?? 0);
  expect(stale).toMatchObject({ isStale: true, preview: { planId: second.preview?.planId, counts: { new: 2 } } });
  expect(await proxies()).toHaveLength(5);
});

test('a plan whose effect has changed is shown again with what is left', async () => {
  const id = await addFive();
  world.provider.proxies = [...[1, 2, 3, 4, 5].map((n) => listed(n, { country: 'NL' })), listed(6)];
  const { preview } = await sync(id);
  await rows(`update proxies set country = 'FR' where id = 1`);
  const stale = await world.decisions.apply(ADMIN, preview?.planId ?? 0);
  expect(stale).toMatchObject({ isStale: true, preview: { counts: { new: 1, renewed: 4 } } });
  expect(await world.decisions.apply(ADMIN, preview?.planId ?? 0)).toMatchObject({ isStale: false });
  expect((await proxies()).map(({ country }) => country)).toEqual(['FR', 'NL', 'NL', 'NL', 'NL', null]);
});

test('the mode additions applies what is new at once, and asks about what was replaced', async () => {
  world.provider.proxies = [1, 2].map((n) => listed(n));
  const first = await world.add('main', 'additions');
  expect(first).toMatchObject({ applied: { result: { counts: { new: 2 } } }, preview: undefined });
  world.provider.proxies = [listed(1, { generation: 1 }), listed(2), listed(3)];
  const { applied, preview } = await sync(1);
  expect(applied).toMatchObject({ counts: { new: 1 } });
  expect(preview).toMatchObject({ state: 'open', counts: { new: 0, replaced: 1 } });
});

test('a list of thousands is staged and written as it is', async () => {
  world.provider.proxies = Array.from({ length: 6000 }, (_, n) => ({
    ...listed(n, { host: `203.0.${n >> 8}.${n & 255}`, password: `p${n}` }),
  }));
  const { preview } = await world.add('main');
  expect(preview).toMatchObject({ counts: { new: 6000 } });
  await world.decisions.apply(ADMIN, preview?.planId ?? 0);
  for (const n of [0, 2500, 5999]) {
    const [row] = await rows(`select password_sealed, credential_id from proxies where external_id = 'd-${n}'`);
    expect(await world.keyring.open(row.password_sealed, row.credential_id, 'password')).toBe(`p${n}`);
  }
  expect(await sync(1)).toMatchObject({ outcome: 'complete', listed: 6000, preview: undefined });
});
