import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { insertAlert } from '../../../src/db/queries/alerts/alerts.ts';
import { insertMessage } from '../../../src/db/queries/messages/messages.ts';
import type { IncidentAlert } from '../../../src/domain/incidents/incident.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { insertProxies } from '../../helpers/pool/pool-rows.ts';

let database: TestDatabase;
let services: { alerts: AlertService };
let channel: RecordingChannel;
let acme: number[];
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const deliverer = () => delivererTo(channel, database);
/** Sends all that there is, without waiting for a pace. */
async function deliverAll(one = deliverer()): Promise<void> {
  for (let round = 0; round < 100; round++) {
    await run('update messages set due_at = now() where due_at > now(); update messages set leased_until = null');
    if (!(await one.deliverOne())) return;
  }
  throw new Error('the outbox does not get empty');
}
const totals = (alertId: number) =>
  channel.of(alertId).flatMap(({ said }) => said.map((each) => (each as IncidentAlert).total));

beforeAll(async () => {
  database = await createTestDatabase();
  services = { alerts: new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' }) };
  acme = await insertProxies(database, { provider: 'acme', count: 12, network: 1 });
});
beforeEach(async () => {
  await run('delete from alerts; delete from proxy_health');
  channel = new RecordingChannel();
});
afterAll(() => database.drop());

test('a change that is rolled back sends no message', async () => {
  const failed = database.db.transaction(async (tx) => {
    await services.alerts.monitorFaultIn(tx, { isOver: false, reason: 'no target answers', at: new Date() });
    throw new Error('rolled back');
  });
  await expect(failed).rejects.toThrow('rolled back');
  await deliverAll();
  expect(channel.messages).toEqual([]);
});

test('an alert that grows before anybody could send it is one message', async () => {
  for (const id of acme) await changeHealth({ database, services }, 'failing', [id]);
  await deliverAll();
  const [{ id }] = await run('select id from alerts');
  expect(totals(id)).toEqual([12]);
});

test('an edit waits for its pace, and the first one does not', async () => {
  await changeHealth({ database, services }, 'failing', acme.slice(0, 3));
  const one = deliverer();
  expect(await one.deliverOne()).toBe(true);
  await changeHealth({ database, services }, 'failing', acme.slice(3, 4));
  expect(await one.deliverOne()).toBe(true);
  await changeHealth({ database, services }, 'failing', acme.slice(4, 5));
  expect(await one.deliverOne()).toBe(false);
  const [{ wait }] = await run('select extract(epoch from due_at - now())::float8 as wait from messages');
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(5);
});

test('however the channel fails, what is said is in order, ends with the truth, and is said once', async () => {
  const fault = fc.constantFrom(
    undefined,
    undefined,
    { kind: 'unavailable' as const },
    { kind: 'unavailable' as const, isLate: true },
    { kind: 'refused' as const },
  );
  const steps = fc.array(fc.record({ proxy: fc.nat(11), fault }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      await run('delete from alerts; delete from proxy_health');
      channel = new RecordingChannel();
      const one = deliverer();
      for (const step of list) {
        channel.fault = () => step.fault;
        await changeHealth({ database, services }, 'failing', [acme[step.proxy] ?? 0]);
        await run('update messages set due_at = now()');
        await one.deliverOne();
      }
      channel.fault = () => undefined;
      await deliverAll(one);
      const [{ id }] = await run('select id from alerts');
      const said = totals(id);
      expect(said).toEqual(said.toSorted((a, b) => a - b));
      expect(said.at(-1)).toBe(new Set(list.map((step) => step.proxy)).size);
      expect(channel.of(id)).toHaveLength(1);
      const grown = channel.of(id, 'incident_update').flatMap(({ said: [first] }) => (first as { to: number }).to);
      expect(grown).toEqual([...new Set(grown)].toSorted((a, b) => a - b));
    }),
    { numRuns: 25 },
  );
});

test('two deliverers beside each other send nothing twice', async () => {
  for (let n = 0; n < 6; n++) {
    await database.db.transaction((tx) =>
      services.alerts.noticeIn(tx, { kind: 'served', models: [{ name: `Model ${n}`, count: n + 1 }] }),
    );
  }
  const drain = async () => {
    const one = deliverer();
    while (await one.deliverOne());
  };
  await Promise.all([drain(), drain(), drain()]);
  expect(channel.messages).toHaveLength(6);
  expect(await run('select id from messages where sent_version < version')).toEqual([]);
});

test('an edit that comes too late is a reply, and a message in a channel that is gone is sent elsewhere', async () => {
  await changeHealth({ database, services }, 'failing', acme.slice(0, 1));
  await deliverAll();
  let isFirst = true;
  channel.fault = () => {
    const fault = isFirst ? { kind: 'too_late' as const } : undefined;
    isFirst = false;
    return fault;
  };
  await changeHealth({ database, services }, 'failing', acme.slice(1, 2));
  await deliverAll();
  expect(channel.messages.map(({ replyTo }) => replyTo)).toEqual([undefined, '1']);

  channel.fault = () => ({ kind: 'channel_gone' });
  await changeHealth({ database, services }, 'failing', acme.slice(2, 3));
  await run('update messages set due_at = now()');
  await deliverer().deliverOne();
  channel.fault = () => undefined;
  await services.alerts.changeSettings({ id: 'test', name: 'test' }, { channelId: '100000000000000007' });
  await deliverAll();
  expect(channel.messages.at(-1)).toMatchObject({ channelId: '100000000000000007', replyTo: undefined });
});

test('a deleted message of a quiet alert is noticed, and sent again', async () => {
  await changeHealth({ database, services }, 'failing', acme.slice(0, 1));
  const one = deliverer();
  await deliverAll(one);
  expect(await one.checkOne()).toBe(false);
  await run(`update messages set posted_at = posted_at - interval '3 minutes'`);
  expect(await one.checkOne()).toBe(true);
  expect(await one.deliverOne()).toBe(false);
  channel.messages = [];
  await run(`update messages set checked_at = checked_at - interval '3 minutes'`);
  await one.checkOne();
  await deliverAll(one);
  expect(channel.messages).toHaveLength(1);
  expect((await services.alerts.list()).rows).toMatchObject([{ wasDeleted: true, message: { id: '1' } }]);
});

test('a muted alert that is resolved before its mute ends is never sent', async () => {
  await services.alerts.mute({ id: 'test', name: 'test' }, {}, 60);
  await changeHealth({ database, services }, 'failing', acme);
  expect(await deliverer().deliverOne()).toBe(true);
  expect(channel.messages).toEqual([]);
  await changeHealth({ database, services }, 'healthy', acme);
  await deliverAll();
  await services.alerts.mute({ id: 'test', name: 'test' }, {}, 0);
  await deliverAll();
  expect(channel.messages).toEqual([]);
});

test('an alert that ends in a mute, and whose message is too old to be edited, is shown as resolved once and silently', async () => {
  const ada = { id: 'discord:1', name: 'Ada' };
  await changeHealth({ database, services }, 'failing', acme.slice(0, 3));
  await deliverAll();
  await services.alerts.mute(ada, {}, 60);
  await run(`update messages set posted_at = now() - interval '2 hours' where kind = 'alert'`);
  await changeHealth({ database, services }, 'healthy', acme.slice(0, 3));
  await deliverAll();
  const resolved = expect.objectContaining({ closedAt: expect.any(Date) });
  expect(channel.messages).toHaveLength(2);
  expect(channel.messages.at(-1)).toMatchObject({ kind: 'alert', replyTo: '1', isSilent: true, said: [resolved] });
  await services.alerts.mute(ada, {}, 0);
  await deliverAll();
  expect(channel.messages).toHaveLength(2);
});

test.each([
  ['is too old to be edited', `posted_at = now() - interval '2 hours'`],
  ['could not be sent', `message_id = null, posted_at = null, sent_version = 0, problem = 'unavailable'`],
])('a muted message that %s waits, and does not keep the deliverer busy', async (_what, state) => {
  await changeHealth({ database, services }, 'failing', acme.slice(0, 3));
  await deliverAll();
  const [{ id }] = await run('select id from alerts');
  await services.alerts.mute({ id: 'discord:1', name: 'Ada' }, { alertId: id }, 480);
  await changeHealth({ database, services }, 'failing', acme.slice(3, 4));
  await run(`update messages set due_at = now(), ${state} where kind = 'alert'`);
  const one = deliverer();
  let delivered = 0;
  while (delivered < 20 && (await one.deliverOne())) delivered++;
  expect(delivered).toBeLessThan(5);
  const [{ isDue }] = await run(
    `select due_at > now() + interval '1 second' as "isDue" from messages where kind = 'alert'`,
  );
  expect(isDue).toBe(true);
});

test('ten thousand proxies that fail at once are one alert', async () => {
  const many = await insertProxies(database, { provider: 'bolt', count: 10_000, network: 9 });
  await changeHealth({ database, services }, 'failing', many);
  await deliverAll();
  expect(channel.messages.map(({ said }) => (said.at(-1) as IncidentAlert).open)).toEqual([10_000]);
});

test('a reply waits for the message that it replies to, and names it in the channel', async () => {
  const [first, second] = await Promise.all(
    ['first', 'second'].map((name) =>
      database.db.transaction((tx) =>
        insertAlert(tx, {
          kind: 'notice',
          data: { kind: 'served', models: [{ name, count: 1 }] },
          at: new Date(),
          isClosed: true,
        }),
      ),
    ),
  );
  const numbers = await run(
    `select id from messages where alert_id in (${first}, ${second}) order by alert_id = ${first}`,
  );
  const [reply, target] = numbers.map(({ id }) => id);
  await run(`update messages set reply_to = ${target}, due_at = now() - interval '1 hour' where id = ${reply}`);
  channel.fault = () => ({ kind: 'unavailable' });
  expect(await deliverer().deliverOne()).toBe(true);
  expect(await run(`select id from messages where attempts > 0`)).toEqual([{ id: target }]);
  channel.fault = () => undefined;
  await deliverAll();
  expect(channel.messages.map(({ alertId, replyTo }) => [alertId, replyTo])).toEqual([
    [first, undefined],
    [second, '1'],
  ]);
});

test('a second message of a kind with the same key is not added', async () => {
  const add = () => database.db.transaction((tx) => insertMessage(tx, { kind: 'alert', key: 'day 1' }));
  expect([await add(), await add()]).toEqual([expect.any(Number), undefined]);
  // Its subject no longer exists, so nothing is sent.
  await deliverAll();
  expect(channel.messages).toEqual([]);
  await run(`delete from messages where key = 'day 1'`);
});
