import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AssignmentService } from '../../../src/services/assignments/assignment-service.ts';
import { WaitingAssigner } from '../../../src/services/assignments/waiting-assigner.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const log = createLogger('silent');

let database: TestDatabase;
let assigner: WaitingAssigner;
let channel: RecordingChannel;
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const deliver = () => delivererTo(channel, database).deliverOne();

beforeEach(async () => {
  channel = new RecordingChannel();
  database = await createTestDatabase();
  const alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' });
  assigner = new WaitingAssigner({ assignments: new AssignmentService({ db: database.db }), alerts, log });
});
afterEach(() => database.drop());

test('accounts that time makes room for are served, and the channel hears of all of them in one line', async () => {
  const proxies = await insertProxies(database, { provider: 'acme', count: 20, network: 1 });
  await assignAccounts(database, proxies.slice(0, 1), { model: 'Amber', each: 3 });
  await run(`insert into models (name, key) values ('Bella', 'bella')`);
  await run(`insert into proxy_health (proxy_id, health) select id, 'failing' from proxies where id > ${proxies[0]}`);
  await run(`insert into accounts (username, key, model_id) select 'w' || n, 'w' || n, (select id from models where key = (array['amber', 'bella'])[1 + n % 2])
    from generate_series(1, 50) n`);
  expect(await assigner.assign()).toBe(0);
  expect(await deliver()).toBe(false);

  await run(`update proxy_health set health = 'healthy'`);
  expect(await assigner.assign()).toBe(50);
  expect(await deliver()).toBe(true);
  expect(channel.messages.flatMap(({ said }) => said)).toMatchObject([
    {
      kind: 'notice',
      notice: {
        kind: 'served',
        models: [
          { name: 'Amber', count: 25 },
          { name: 'Bella', count: 25 },
        ],
      },
    },
  ]);
  expect(await assigner.assign()).toBe(0);
  expect(await deliver()).toBe(false);
});

test('the end of a cool-down is such a time; a held account is left alone', async () => {
  await run(`insert into models (name, key) values ('Amber', 'amber'), ('Bella', 'bella')`);
  const [cooling] = await insertProxies(database, { provider: 'bolt', count: 1, network: 2 });
  await run(
    `insert into proxy_model_claims (proxy_id, model_id, cooling_until) select ${cooling}, id, now() + interval '1 day' from models where key = 'amber'`,
  );
  await run(`insert into accounts (username, key, model_id, held_at) select n, n, (select id from models where key = 'bella'), case n when 'held' then now() end
    from unnest(array['held', 'patient']) n`);
  expect(await assigner.assign()).toBe(0);
  await run(`update proxy_model_claims set cooling_until = now() where proxy_id = ${cooling}`);
  expect(await assigner.assign()).toBe(1);
  expect(
    await run(
      `select a.username from account_proxy_assignments s join accounts a on a.id = s.account_id where s.proxy_id = ${cooling}`,
    ),
  ).toEqual([{ username: 'patient' }]);
});
