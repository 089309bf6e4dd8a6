import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import type { MuteTarget } from '../../../src/db/queries/alerts/alert-settings.ts';
import { readEvents } from '../../../src/db/queries/alerts/incident-events.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../src/services/alerts/alert-watch.ts';
import { IncidentDesk } from '../../../src/services/alerts/incident-desk.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

let database: TestDatabase;
let services: { alerts: AlertService };
let channel: RecordingChannel;
let acme: number[];
const log = createLogger('silent');
const otto = { id: '7', name: 'Otto' };
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const fail = (ids: readonly number[], about = {}) => changeHealth({ database, services }, 'failing', ids, about);
const recover = (ids: readonly number[]) => changeHealth({ database, services }, 'healthy', ids);
const mute = (target: Partial<MuteTarget>) => services.alerts.mute(otto, target, 60);
const firstAlert = async (): Promise<number> => (await run('select min(id) as id from alerts'))[0].id;

/** Sends what is due. */
async function deliverDue(): Promise<void> {
  const one = delivererTo(channel, database);
  for (let round = 0; round < 100; round++) if (!(await one.deliverOne())) return;
  throw new Error('the outbox does not get empty');
}
/** Sends all that there is, without waiting for a pace. */
async function deliverAll(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await run('update messages set due_at = now() where due_at > now() and problem is null and attempts = 0');
    await deliverDue();
  }
}
const replies = async (alertId?: number) =>
  channel.of(alertId ?? (await firstAlert()), 'incident_update').map(({ replyTo, said }) => [replyTo, said.at(-1)]);

beforeAll(async () => {
  database = await createTestDatabase();
  services = { alerts: new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' }) };
  acme = await insertProxies(database, { provider: 'acme', count: 12, network: 1 });
});
beforeEach(async () => {
  await run(`delete from alerts; delete from alert_mutes; delete from proxy_health;
    delete from account_proxy_assignments; delete from proxy_model_claims`);
  channel = new RecordingChannel();
});
afterAll(() => database.drop());

test('replies to the message of an incident announce that it has doubled or is resolved', async () => {
  await fail(acme.slice(0, 3));
  await deliverAll();
  await fail(acme.slice(3, 5));
  await deliverAll();
  expect(await replies()).toEqual([]);
  await fail(acme.slice(5, 7));
  await deliverAll();
  const grew = { kind: 'grew', from: 3, to: 7, accounts: 0, providers: ['acme'] };
  expect(await replies()).toEqual([['1', expect.objectContaining(grew)]]);
  await recover(acme);
  await deliverAll();
  expect(await replies()).toEqual([
    ['1', expect.objectContaining(grew)],
    ['1', expect.objectContaining({ kind: 'resolved', recovered: 7, off: 0, providers: ['acme'] })],
  ]);
});

test('each step of accounts at risk is announced once, also if the accounts are added later', async () => {
  await fail(acme.slice(0, 4));
  await deliverAll();
  await assignAccounts(database, acme.slice(0, 4), { model: 'Amber', each: 3 });
  const watch = new AlertWatch({ db: database.db, log });
  for (let round = 0; round < 2; round++) {
    await watch.follow();
    await deliverAll();
  }
  expect(await replies()).toEqual([['1', expect.objectContaining({ kind: 'grew', from: 4, to: 4, accounts: 12 })]]);
});

test('an outage of another provider is an incident of its own, with a message of its own', async () => {
  await fail(acme.slice(0, 2), { at: new Date(Date.now() - 10 * 60_000) });
  await deliverAll();
  const bolt = await insertProxies(database, { provider: 'bolt', count: 3, network: 2 });
  await fail([...bolt, ...acme.slice(2, 3)]);
  await deliverAll();
  expect(await run('select count(*)::int as proxies from alert_proxies group by alert_id order by alert_id')).toEqual([
    { proxies: 3 },
    { proxies: 3 },
  ]);
  expect(channel.messages.map(({ kind }) => kind)).toEqual(['alert', 'alert']);
});

test('growth and recovery before the first message is sent need no reply', async () => {
  await fail(acme.slice(0, 1));
  await fail(acme);
  await deliverAll();
  expect([channel.messages.length, await replies()]).toEqual([1, []]);
  await run('delete from alerts');
  await recover(acme);
  await fail(acme);
  await recover(acme);
  await deliverAll();
  expect(await replies()).toEqual([]);
});

test('replies that could not be sent yet are one, with the latest number', async () => {
  await fail(acme.slice(0, 1));
  await deliverAll();
  await fail(acme.slice(1, 3));
  await fail(acme.slice(3, 9));
  await deliverAll();
  expect(await replies()).toEqual([['1', expect.objectContaining({ from: 1, to: 9 })]]);
});

test('growth within a minute after a message is announced once, when the minute is over', async () => {
  await fail(acme.slice(0, 1));
  await deliverDue();
  for (const end of [3, 6, 12]) {
    await fail(acme.slice(0, end));
    await deliverDue();
  }
  expect(await replies()).toEqual([]);
  const [waiting] = await run(
    `select extract(epoch from due_at - now()) as seconds from messages where reply_to is not null`,
  );
  expect(Number(waiting.seconds)).toBeGreaterThan(30);
  expect(Number(waiting.seconds)).toBeLessThanOrEqual(60);
  await deliverAll();
  expect(await replies()).toEqual([['1', expect.objectContaining({ from: 1, to: 12 })]]);
});

test('growth that goes on is one entry of the timeline', async () => {
  await fail(acme.slice(0, 1));
  await deliverDue();
  for (const end of [3, 6]) await fail(acme.slice(0, end));
  const id = await firstAlert();
  await new IncidentDesk({ db: database.db }).addNote(otto, id, 'asked the provider');
  await fail(acme);
  expect(await readEvents(database.db, id, 3)).toEqual([
    expect.objectContaining({ kind: 'grew', count: 6 }),
    expect.objectContaining({ kind: 'note' }),
    expect.objectContaining({ kind: 'grew', count: 12 }),
  ]);
  expect(await run(`select count(*)::int as all from incident_events where alert_id = ${id}`)).toEqual([{ all: 5 }]);
});

test('growth long after the last message is announced at once, even if that message is dated in the future', async () => {
  for (const shift of [`- interval '2 minutes'`, `+ interval '1 day'`]) {
    await run('delete from alerts; delete from proxy_health');
    await fail(acme.slice(0, 2));
    await deliverDue();
    await run(`update messages set posted_at = posted_at ${shift}`);
    await fail(acme);
    const [waiting] = await run(
      `select due_at <= now() + interval '1 minute' as "isSoon", due_at <= now() as "isDue" from messages where reply_to is not null`,
    );
    expect(waiting).toEqual({ isSoon: true, isDue: shift.startsWith('-') });
  }
});

test('growth that has not been announced when the incident is resolved is not announced', async () => {
  await fail(acme.slice(0, 1));
  await deliverDue();
  await fail(acme);
  await recover(acme);
  await deliverAll();
  expect(await replies()).toEqual([['1', expect.objectContaining({ kind: 'resolved', recovered: 12 })]]);
});

test('a message that is too old to be edited is replaced, so that growth needs no reply', async () => {
  await fail(acme.slice(0, 2));
  await deliverAll();
  await run(`update messages set posted_at = posted_at - interval '61 minutes'`);
  await fail(acme);
  await deliverAll();
  expect(channel.messages.map(({ kind, replyTo }) => [kind, replyTo])).toEqual([
    ['alert', undefined],
    ['alert', '1'],
  ]);
});

test('a mute of an incident covers its size when it was muted: growth is announced, recovery is not', async () => {
  await fail(acme.slice(0, 3));
  await deliverAll();
  await mute({ alertId: await firstAlert() });
  await fail(acme.slice(3, 5));
  await deliverAll();
  expect(await replies()).toEqual([]);
  await fail(acme.slice(5));
  await deliverAll();
  await recover(acme);
  await deliverAll();
  expect(await replies()).toEqual([['1', expect.objectContaining({ kind: 'grew', from: 3, to: 12 })]]);
});

test.each([
  ['its provider', { provider: 'acme' }],
  ['everything', {}],
])('a mute of %s silences growth and recovery, and no reply follows later', async (_what, target) => {
  await fail(acme.slice(0, 3));
  await deliverAll();
  await mute(target);
  await fail(acme);
  await deliverAll();
  await services.alerts.mute(otto, target, 0);
  await deliverAll();
  expect(await replies()).toEqual([]);
  await recover(acme);
  await deliverAll();
  expect(await replies()).toEqual([['1', expect.objectContaining({ kind: 'resolved' })]]);
});

test('an incident whose last proxies are deactivated needs no reply', async () => {
  await fail(acme.slice(0, 2));
  await deliverAll();
  await run(`update proxies set status = 'inactive' where id in (${acme.slice(0, 2)})`);
  await new AlertWatch({ db: database.db, log }).follow();
  await deliverAll();
  await run(`update proxies set status = 'active'`);
  expect(await replies()).toEqual([]);
});

test('a reply whose answer was lost is sent once', async () => {
  await fail(acme.slice(0, 2));
  await deliverAll();
  await fail(acme);
  const faults = [undefined, { kind: 'unavailable' as const, isLate: true }];
  channel.fault = () => faults.shift();
  await deliverAll();
  await run('update messages set due_at = now(), leased_until = null');
  await deliverAll();
  expect(await replies()).toEqual([['1', expect.objectContaining({ from: 2, to: 12 })]]);
});
