import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { UseLog } from '../../../src/services/credentials/use-log.ts';
import type { Caller } from '../../../src/services/vps/token-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 2, 1, 8, 59, 0);
const OPERATOR: Caller = { kind: 'operator', actor: { id: 'token:operator', name: 'API_TOKEN' } };

let database: TestDatabase;
let proxyId = 0;
let east: Caller;
let now = START;
beforeAll(async () => {
  database = await createTestDatabase();
  [proxyId = 0] = await insertProxies(database, { provider: 'North', count: 1, network: 1 });
  await assignAccounts(database, [proxyId], { model: 'Amber', each: 3 });
  const { rows } = await database.pool.query<{ id: number; vps: number }>(
    `with v as (insert into vps (name, key) values ('east-1', 'east-1') returning id)
     insert into api_tokens (vps_id, hash, created_by) select id, '\\x00', 'test' from v returning id, vps_id as vps`,
  );
  const { id = 0, vps = 0 } = rows[0] ?? {};
  east = { kind: 'vps', actor: { id: `token:east-1#${id}`, name: 'east-1' }, tokenId: id, vpsId: vps, vps: 'east-1' };
});
beforeEach(() => {
  now = START;
});
afterAll(() => database.drop());

const made = () => new UseLog({ db: database.db, log: createLogger('silent'), now: () => now });
const audited = async () =>
  (
    await database.pool.query<{ actor: string; account: string }>(
      `select actor_id as actor, entity_id as account from audit_log where action = 'account.lookup' order by id`,
    )
  ).rows;

test('one look a token, account and hour is audited; leaving writes what was noted; a restart audits none twice', async () => {
  const before = (await audited()).length;
  const log = made();
  await log.start();
  for (let turn = 0; turn < 3; turn++) {
    log.noteAccess(east, 1, proxyId);
    log.noteAccess(OPERATOR, 1, proxyId);
    log.noteAccess(east, 2, proxyId);
  }
  await log.stop();
  expect((await audited()).slice(before)).toEqual([
    { actor: east.actor.id, account: '1' },
    { actor: 'token:operator', account: '1' },
    { actor: east.actor.id, account: '2' },
  ]);
  const after = made();
  await after.start();
  after.noteAccess(east, 1, proxyId);
  after.noteAccess(east, 3, proxyId);
  await after.flush();
  expect((await audited()).slice(before + 3)).toEqual([{ actor: east.actor.id, account: '3' }]);
  now += HOUR_MS;
  after.noteAccess(east, 1, proxyId);
  await after.stop();
  expect((await audited()).slice(before + 4)).toEqual([{ actor: east.actor.id, account: '1' }]);
});

test('a use marks the proxy and the token, and is not an access', async () => {
  await database.pool.query(`update api_tokens set last_used_at = null; delete from proxy_use`);
  const before = (await audited()).length;
  const log = made();
  await log.start();
  log.noteUse(east, proxyId);
  await log.stop();
  const { rows } = await database.pool.query(
    `select (select count(*)::int from proxy_use where proxy_id = $1) as proxies, (select count(*)::int from api_tokens where last_used_at is not null) as tokens`,
    [proxyId],
  );
  expect(rows).toEqual([{ proxies: 1, tokens: 1 }]);
  expect(await audited()).toHaveLength(before);
});

test('what could not be written is written the next time, and once', async () => {
  const log = made();
  await log.start();
  const before = (await audited()).length;
  await database.pool.query('alter table proxy_use rename to elsewhere');
  log.noteAccess(OPERATOR, 2, proxyId);
  await log.flush();
  log.noteAccess(OPERATOR, 3, proxyId);
  expect(await audited()).toHaveLength(before);
  await database.pool.query('alter table elsewhere rename to proxy_use');
  await log.flush();
  await log.stop();
  expect((await audited()).slice(before).map((row) => row.account)).toEqual(['2', '3']);
});
