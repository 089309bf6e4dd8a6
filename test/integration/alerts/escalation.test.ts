import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { type QuietHours, readQuietHours } from '../../../src/domain/incidents/quiet-hours.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../src/services/alerts/alert-watch.ts';
import { IncidentDesk } from '../../../src/services/alerts/incident-desk.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const MINUTE_MS = 60_000;
const ROLE = '100000000000000024';
const ada = { id: 'discord:1', name: 'Ada' };

let database: TestDatabase;
let alerts: AlertService;
let desk: IncidentDesk;
let channel: RecordingChannel;
let now: Date;
let proxies: number[];
const log = createLogger('silent');
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const set = (change: Parameters<AlertService['changeSettings']>[1]) => alerts.changeSettings(ada, change);
const clock = () => now;
const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * MINUTE_MS);
};
const quiet = (written: string) => readQuietHours(written) as QuietHours;

beforeAll(async () => {
  database = await createTestDatabase();
  alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' });
  desk = new IncidentDesk({ db: database.db });
  proxies = await insertProxies(database, { provider: 'acme', count: 4, network: 1 });
  await assignAccounts(database, proxies.slice(0, 2), { model: 'Amber', each: 2 });
});
beforeEach(async () => {
  await run('delete from alerts; delete from alert_mutes; delete from proxy_health; delete from settings');
  channel = new RecordingChannel();
  now = new Date('2026-05-05T10:00:00Z');
  await set({ escalateRole: ROLE });
});
afterAll(() => database.drop());

const fail = (ids = proxies) => changeHealth({ database, services: { alerts } }, 'failing', ids, { at: now });
const recover = (ids = proxies) => changeHealth({ database, services: { alerts } }, 'healthy', ids, { at: now });
const watch = () => new AlertWatch({ db: database.db, log, now: clock }).follow();
async function deliver(deps: Parameters<typeof delivererTo>[3] = { now: clock }): Promise<void> {
  const one = delivererTo(channel, database, '1', deps);
  for (let round = 0; round < 30; round++) {
    await run(
      'update messages set due_at = now(), leased_until = null where due_at > now() and message_id is not null',
    );
    if (!(await one.deliverOne())) return;
  }
}
/** The watch runs every few seconds. */
async function pass(minutes: number): Promise<void> {
  await watch();
  later(minutes);
  await watch();
  await deliver();
}
const mentions = () => channel.messages.filter(({ kind }) => kind === 'escalation');
const said = () => mentions().at(-1)?.said.at(-1);
const id = async () => (await run(`select max(id) as id from alerts where kind = 'failing'`))[0].id as number;

test('an incident that is not acknowledged mentions the role once, in a reply to its message', async () => {
  await fail();
  await pass(14);
  await deliver();
  expect(mentions()).toEqual([]);
  await pass(1);
  expect(mentions()).toMatchObject([{ alertId: await id(), replyTo: channel.of(await id())[0]?.id }]);
  expect(said()).toMatchObject({ roleId: ROLE, accounts: 4, providers: ['acme'], waitedMs: 15 * MINUTE_MS });
  await pass(60);
  expect(mentions()).toHaveLength(1);
  expect((await alerts.details(await id())).events.map(({ kind }) => kind)).toEqual(['opened', 'escalated']);
});

describe('the role is not mentioned', () => {
  test('without a role, or after 0 minutes', async () => {
    await set({ escalateAfter: 0 });
    await fail();
    await pass(60);
    await set({ escalateAfter: 15 });
    await run(`delete from settings where key = 'escalate_role'`);
    await pass(60);
    expect(mentions()).toEqual([]);
  });

  test('about an incident that affects too few accounts', async () => {
    await set({ escalateMinAccounts: 5 });
    await fail();
    await pass(60);
    expect(mentions()).toEqual([]);
    await set({ escalateMinAccounts: 4 });
    await pass(14);
    expect(mentions()).toEqual([]);
    await pass(1);
    expect(mentions()).toHaveLength(1);
  });

  test('about an incident that was acknowledged a second before', async () => {
    await fail();
    await pass(15 - 1 / 60);
    await desk.acknowledge(ada, await id());
    await pass(60);
    expect(mentions()).toEqual([]);
  });

  test('about one that was acknowledged between the moment at which it was due and the moment at which it is sent', async () => {
    await fail();
    await watch();
    later(15);
    await watch();
    await desk.acknowledge(ada, await id());
    await deliver();
    expect(mentions()).toEqual([]);
  });

  test('about one that was resolved in between, and not when it returns', async () => {
    await fail();
    await watch();
    later(15);
    await watch();
    await recover();
    await deliver();
    expect(mentions()).toEqual([]);
  });

  test('while the incident, its provider or everything is muted', async () => {
    await fail();
    await alerts.mute(ada, { provider: 'acme' }, 60);
    await pass(60);
    expect(mentions()).toEqual([]);
    await alerts.mute(ada, { provider: 'acme' }, 0);
    await pass(14);
    expect(mentions()).toEqual([]);
    await pass(1);
    expect(mentions()).toHaveLength(1);
  });
});

test('the time counts from the last return of a flapping incident', async () => {
  await fail();
  await pass(14);
  await recover();
  later(5);
  await fail();
  await pass(14);
  expect(mentions()).toEqual([]);
  await pass(1);
  expect(mentions()).toHaveLength(1);
  await recover();
  later(5);
  await fail();
  await pass(60);
  expect(mentions()).toHaveLength(1);
});

test('incidents without accounts are escalated if no accounts are required, a monitoring problem too', async () => {
  await set({ escalateMinAccounts: 0 });
  const fault = { isOver: false, reason: 'no target answers', at: now };
  await database.db.transaction((tx) => alerts.monitorFaultIn(tx, fault));
  await pass(15);
  expect(said()).toMatchObject({ accounts: 0, providers: [] });
});

describe('in quiet hours', () => {
  test.each([
    ['in summer', '2026-06-10T20:30:00Z', '2026-06-11T05:00:00Z'],
    ['in winter', '2026-01-10T21:30:00Z', '2026-01-11T06:00:00Z'],
    ['when the clock goes forward', '2026-03-28T21:30:00Z', '2026-03-29T05:00:00Z'],
    ['when the clock goes back', '2026-10-24T20:30:00Z', '2026-10-25T06:00:00Z'],
  ])('a mention waits until they end, %s', async (_when, opened, ends) => {
    await set({ quietHours: quiet('22:00-07:00 Europe/Berlin') });
    now = new Date(opened);
    await fail();
    await pass(60);
    now = new Date(Date.parse(ends) - 1000);
    await pass(0);
    expect(mentions()).toEqual([]);
    now = new Date(ends);
    await pass(0);
    expect(mentions()).toHaveLength(1);
  });

  test('one that was acknowledged or resolved meanwhile is dropped', async () => {
    await set({ quietHours: quiet('22:00-07:00 Europe/Berlin') });
    now = new Date('2026-06-10T20:30:00Z');
    await fail();
    await pass(60);
    await recover();
    now = new Date('2026-06-11T05:00:00Z');
    await pass(30);
    expect(mentions()).toEqual([]);
  });

  test('one that became due before them and could not be sent waits too', async () => {
    await set({ quietHours: quiet('22:00-07:00 Europe/Berlin') });
    now = new Date('2026-06-10T19:44:00Z');
    await fail();
    await watch();
    await deliver();
    later(15);
    await watch();
    later(5);
    await deliver();
    expect(mentions()).toEqual([]);
    expect(
      await run(`select extract(epoch from due_at - now()) > 20 as waits from messages where kind = 'escalation'`),
    ).toEqual([{ waits: true }]);
    now = new Date('2026-06-11T05:00:00Z');
    await run(`update messages set due_at = now()`);
    await deliver();
    expect(mentions()).toHaveLength(1);
  });
});

describe('the mention is made once', () => {
  test('by several processes, and whatever the clock does', async () => {
    await fail();
    await pass(0);
    later(15);
    await Promise.all([watch(), watch(), watch()]);
    await Promise.all([deliver(), deliver()]);
    later(-24 * 60);
    await pass(1);
    later(48 * 60);
    await pass(60);
    expect(mentions()).toHaveLength(1);
  });

  test('of a clock that was ahead when the incident was opened, in time', async () => {
    later(24 * 60);
    await fail();
    await watch();
    later(-24 * 60);
    await pass(14);
    expect(mentions()).toEqual([]);
    await pass(1);
    expect(mentions()).toHaveLength(1);
  });

  test('over a restart between due and sent, a lost answer and an hour of errors', async () => {
    await fail();
    await pass(0);
    later(15);
    await watch();
    channel.fault = () => ({ kind: 'unavailable' });
    await deliver();
    channel.fault = () => ({ kind: 'unavailable', isLate: true });
    await run('update messages set due_at = now()');
    await deliver();
    await run(`update messages set due_at = now(), posting_since = posting_since - interval '1 minute'`);
    channel.fault = () => undefined;
    await deliver();
    await deliver();
    expect(mentions()).toHaveLength(1);
    expect(mentions()[0]?.said.length).toBeLessThanOrEqual(2);
  });

  test('if its message is deleted or becomes too old to be edited', async () => {
    await fail();
    await pass(0);
    await pass(15);
    const [mention] = mentions();
    await run(`update messages set posted_at = posted_at - interval '2 hours', checked_at = null`);
    channel.messages = channel.messages.filter((each) => each !== mention);
    const one = delivererTo(channel, database);
    while (await one.checkOne());
    await desk.acknowledge(ada, await id());
    await recover();
    await deliver();
    expect(mentions()).toEqual([]);
  });
});

test('the reply says who has the incident, and that it is resolved', async () => {
  await fail();
  await pass(0);
  await pass(15);
  await desk.acknowledge(ada, await id());
  await deliver();
  expect(said()).toMatchObject({ ownerId: 'discord:1', isResolved: false });
  await recover();
  await deliver();
  expect(said()).toMatchObject({ ownerId: 'discord:1', isResolved: true });
});

test('a role that no longer exists is not mentioned, and the reply says so', async () => {
  await fail();
  await watch();
  later(15);
  await watch();
  await deliver({ now: clock, hasRole: () => false });
  expect(said()).toMatchObject({ roleId: null });
});

test('everyone cannot be chosen', async () => {
  await expect(set({ escalateRole: '2' })).rejects.toThrow('Everyone cannot be mentioned.');
});
