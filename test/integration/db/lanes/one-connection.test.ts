import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../../src/base/logger.ts';
import { connect, type Database } from '../../../../src/db/client.ts';
import { AlertService } from '../../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../../src/services/alerts/alert-watch.ts';
import { VpsService } from '../../../../src/services/vps/vps-service.ts';
import { createTestDatabase, type TestDatabase } from '../../../helpers/database/database.ts';
import { changeHealth } from '../../../helpers/pool/failing.ts';
import { assignAccounts, insertProxies } from '../../../helpers/pool/pool-rows.ts';

// A transaction that waits for a second connection may hold the lock that the holders of all others wait for.

const log = createLogger('silent');
const actor = { id: 'test', name: 'test' };
let database: TestDatabase;
let own: Database;
const run = async (statement: string) => (await database.pool.query(statement)).rows;

beforeAll(async () => {
  database = await createTestDatabase();
  own = connect(database.url, { max: 1, patienceMs: 1_000, log });
});
afterAll(async () => {
  await own.close();
  await database.drop();
});

test('the upkeep of alerts needs one connection', async () => {
  const alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' });
  const watch = new AlertWatch({ db: own.db, log });
  const [failing = 0, amber = 0, bella = 0] = await insertProxies(database, { provider: 'acme', count: 3, network: 1 });
  await changeHealth({ database, services: { alerts } }, 'failing', [failing]);
  await run(`update proxies set status = 'inactive' where id = ${failing}`);
  await watch.follow();
  expect(await run('select ending from alert_proxies')).toEqual([{ ending: 'off' }]);

  await assignAccounts(database, [amber], { model: 'Amber', each: 1 });
  await assignAccounts(database, [bella], { model: 'Bella', each: 1 });
  await changeHealth({ database, services: { alerts } }, 'healthy', [amber, bella]);
  await run(`update proxy_health set exit_ip = '198.51.100.7', exit_ip_at = now() where proxy_id <> ${failing}`);
  await watch.survey();
  expect(await run(`select 1 as is from alerts where kind = 'exit_ip_conflict'`)).toEqual([{ is: 1 }]);
});

test('the accounts of a model are put on a VPS with one connection', async () => {
  const vps = new VpsService({ db: own.db });
  await assignAccounts(database, await insertProxies(database, { provider: 'bolt', count: 1, network: 2 }), {
    model: 'Cara',
    each: 1,
  });
  const { id } = await vps.add(actor, { name: 'vm-01' });
  expect(await vps.assign(actor, id, { model: 'Cara' })).toEqual({ moved: 0, added: 1 });
});
