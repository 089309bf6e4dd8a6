import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { connect, type Database } from '../../../src/db/client.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { createEmptyDatabase, dropDatabase } from '../../helpers/database/database.ts';
import { migrateUpTo } from '../../helpers/database/old-schema.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';

const log = createLogger('silent');
let url: string;
let database: Database;
const run = async (statement: string) => (await database.pool.query(statement)).rows;

beforeAll(async () => {
  url = await createEmptyDatabase();
  await migrateUpTo(url, '0012_wording');
  database = connect(url, { log });
});
afterAll(async () => {
  await database.close();
  await dropDatabase(url);
});

test('alerts of the version before keep their messages, and what was not delivered is delivered once', async () => {
  const notice = (name: string) => `'${JSON.stringify({ kind: 'served', models: [{ name, count: 1 }] })}'`;
  const columns =
    'kind, data, opened_at, last_at, closed_at, version, sent_version, channel_id, message_id, posted_at, posts, problem';
  await run(`
    insert into alerts (${columns}) values
      ('notice', ${notice('sent')}, now(), now(), now(), 1, 1, '5', '50', now(), 1, null),
      ('notice', ${notice('new')}, now(), now(), now(), 1, 0, null, null, null, 0, null),
      ('monitor', '{"reason": "open"}', now(), now(), null, 4, 3, '5', '51', now(), 1, null),
      ('notice', ${notice('refused')}, now(), now() - interval '1 hour', now(), 1, 0, null, null, null, 0, 'no_access')`);
  await migrate(url, log);

  expect(
    await run('select id, kind, key, alert_id, is_watched, message_id, problem from messages order by id'),
  ).toEqual([
    { id: 1, kind: 'alert', key: '1', alert_id: 1, is_watched: false, message_id: '50', problem: null },
    { id: 2, kind: 'alert', key: '2', alert_id: 2, is_watched: true, message_id: null, problem: null },
    { id: 3, kind: 'alert', key: '3', alert_id: 3, is_watched: true, message_id: '51', problem: null },
    { id: 4, kind: 'alert', key: '4', alert_id: 4, is_watched: true, message_id: null, problem: 'no_access' },
  ]);
  const alerts = new AlertService({ db: database.db, opsChannelId: '5', guildId: '2' });
  expect((await alerts.list()).rows).toMatchObject([
    { id: 4, problem: 'no_access' },
    { id: 3, message: { channelId: '5', id: '51' } },
  ]);

  const channel = new RecordingChannel();
  const edited: unknown[] = [];
  channel.edit = async ({ id }, { messageId }) => void edited.push([id, messageId]);
  const deliverer = delivererTo(channel, database, '5');
  while (await deliverer.deliverOne());
  expect(channel.messages.map(({ alertId }) => alertId).sort()).toEqual([2, 4]);
  expect(edited).toEqual([[3, '51']]);

  await database.db.transaction((tx) => alerts.noticeIn(tx, { kind: 'served', models: [] }));
  expect(await run('select max(id) as id from messages')).toEqual([{ id: 5 }]);
});
