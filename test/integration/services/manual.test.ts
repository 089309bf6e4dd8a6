import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AccountService } from '../../../src/services/accounts/account-service.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { AssignmentRefusal } from '../../../src/services/assignments/refusal.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const actor = { id: 'test', name: 'test' };

let database: TestDatabase;
let assignments: AssignmentService;
let accounts: AccountService;
let account = 0;
let network = 0;
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const proxies = (count: number) => insertProxies(database, { provider: 'acme', count, network: ++network });

beforeAll(async () => {
  database = await createTestDatabase();
  assignments = new AssignmentService({ db: database.db });
  accounts = new AccountService({ db: database.db, assignments });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await run('delete from account_proxy_assignments; delete from proxy_model_claims');
  await run(`update proxies set removed_at = now() where removed_at is null; update accounts set removed_at = now()`);
  account = (await accounts.add(actor, { username: `amy${network}`, model: 'Amber' })).id;
});

/** The reason against a proxy, as a sentence, and the proxy that is offered instead. */
async function refusalOf(proxyId: number): Promise<{ message: string; nearestId: number | undefined }> {
  const refusal = await assignments.assign(actor, account, { proxyId, isMove: true }).catch((error: unknown) => error);
  if (!(refusal instanceof AssignmentRefusal)) throw new Error('it was not refused', { cause: refusal });
  return { message: refusal.message, nearestId: refusal.nearestId };
}

test('a proxy whose exit IP another model uses is refused, with that proxy and that model', async () => {
  const [shared = 0, wanted = 0, other = 0] = await proxies(3);
  await assignAccounts(database, [shared], { model: 'Bella', each: 1 });
  await run(
    `insert into proxy_health (proxy_id, health, exit_ip, exit_ip_at) select id, 'healthy', '198.51.100.7', now() from proxies where id in (${shared}, ${wanted})`,
  );
  const { message, nearestId } = await refusalOf(wanted);
  expect(message).toMatch(
    new RegExp(
      `^#${wanted} .* has the exit IP 198.51.100.7, which Bella uses through #${shared}; two models must not share an exit IP.$`,
    ),
  );
  expect(nearestId).toBe(other);
  await run(`update proxies set tags = '{rotating}' where id = ${wanted}`);
  expect(await assignments.assign(actor, account, { proxyId: wanted })).toMatchObject({ proxyId: wanted });
});

test('each rule is named in a sentence; if nothing is allowed, nothing is offered', async () => {
  const [cooling = 0, expired = 0, failing = 0, full = 0] = await proxies(4);
  await assignAccounts(database, [full], { model: 'Amber', each: 3 });
  await run(`insert into models (name, key) values ('Cara', 'cara') on conflict do nothing`);
  await run(
    `insert into proxy_model_claims (proxy_id, model_id, cooling_until) select ${cooling}, id, now() + interval '1 day' from models where key = 'cara'`,
  );
  await run(`update proxies set expires_at = now() - interval '1 minute' where id = ${expired}`);
  await run(`insert into proxy_health (proxy_id, health) values (${failing}, 'failing')`);
  expect((await refusalOf(cooling)).message).toContain('is reserved for Cara until its cooldown ends.');
  expect((await refusalOf(expired)).message).toContain('takes no new accounts: it is expired.');
  expect((await refusalOf(failing)).message).toContain('takes no new accounts: it is failing.');
  expect(await refusalOf(full)).toMatchObject({
    message: expect.stringContaining('is full: it has 3 of 3 accounts.'),
    nearestId: undefined,
  });
  await expect(assignments.assign(actor, account)).rejects.toMatchObject({
    code: 'no_room',
    message: 'No proxy has a free slot for Amber.',
  });
});

test('an account that is moved to the best other proxy never gets the one that it leaves', async () => {
  const [first = 0, second = 0] = await proxies(2);
  await assignments.assignWaiting(actor);
  expect(await assignments.assign(actor, account, { isMove: true })).toMatchObject({ proxyId: second, served: 0 });
  expect(await assignments.assign(actor, account, { isMove: true })).toMatchObject({ proxyId: first });
  await run(`update proxies set status = 'inactive' where id = ${second}`);
  await expect(assignments.assign(actor, account, { isMove: true })).rejects.toMatchObject({
    message: 'No other proxy has a free slot for Amber.',
  });
  expect(await run(`select proxy_id as id from account_proxy_assignments where account_id = ${account}`)).toEqual([
    { id: first },
  ]);
});
