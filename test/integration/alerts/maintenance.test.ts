import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import type { Maintenance } from '../../../src/domain/incidents/maintenance.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../src/services/alerts/alert-watch.ts';
import { MaintenanceService } from '../../../src/services/alerts/maintenance/maintenance-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

const MINUTE_MS = 60_000;
const ada = { id: 'discord:1', name: 'Ada' };
const log = createLogger('silent');

let database: TestDatabase;
let alerts: AlertService;
let maintenance: MaintenanceService;
let channel: RecordingChannel;
let now: Date;
let acme: number[];
let bolt: number[];
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * MINUTE_MS);
};

beforeAll(async () => {
  database = await createTestDatabase();
  alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' });
  maintenance = new MaintenanceService({ db: database.db, now: () => now });
  acme = await insertProxies(database, { provider: 'acme', count: 10, network: 1 });
  bolt = await insertProxies(database, { provider: 'bolt', count: 10, network: 2 });
  await assignAccounts(database, acme, { model: 'Amber', each: 1 });
});
beforeEach(async () => {
  await run(
    'delete from alerts; delete from maintenances; delete from messages; delete from proxy_health; delete from settings',
  );
  channel = new RecordingChannel();
  now = new Date();
});
afterAll(() => database.drop());

const fail = (ids: readonly number[]) => changeHealth({ database, services: { alerts } }, 'failing', ids, { at: now });
const recover = (ids: readonly number[]) =>
  changeHealth({ database, services: { alerts } }, 'healthy', ids, { at: now });
async function settle(): Promise<void> {
  await new AlertWatch({ db: database.db, log, now: () => now }).follow();
  const one = delivererTo(channel, database, '1', { now: () => now });
  for (let round = 0; round < 60; round++) {
    await run(
      'update messages set leased_until = null; update messages set due_at = now() where message_id is not null and due_at > now()',
    );
    if (!(await one.deliverOne())) return;
  }
  throw new Error('the outbox does not get empty');
}
const announce = (plan: Partial<Parameters<MaintenanceService['announce']>[1]> = {}) =>
  maintenance.announce(ada, { provider: 'acme', hours: 2, reason: undefined, start: undefined, ...plan });
const posted = () =>
  channel.messages.map(({ kind, said }) => {
    const last = said.at(-1);
    return kind === 'alert' && last && 'open' in last ? `alert: ${last.open} open` : kind;
  });
const announced = () => channel.messages.find(({ kind }) => kind === 'maintenance')?.said.at(-1) as Maintenance;
const incidents = () =>
  run('select id, maintenance_id is not null as silent, closed_at is null as open from alerts order by id');

test('failures in maintenance are one silent incident, which is announced when it ends if proxies still fail', async () => {
  const { id } = await announce();
  for (const proxy of acme.slice(0, 4)) {
    await fail([proxy]);
    later(20);
    await settle();
  }
  await recover(acme.slice(0, 1));
  await settle();
  expect(posted()).toEqual(['maintenance']);
  expect(await incidents()).toEqual([{ id: expect.any(Number), silent: true, open: true }]);
  later(60);
  await settle();
  expect(posted()).toEqual(['maintenance', 'alert: 3 open']);
  expect(announced()).toMatchObject({ id, closedBy: 'system', leftFailing: 3, incidentId: (await incidents())[0]?.id });
  await recover(acme);
  await settle();
  expect(posted()).toEqual(['maintenance', 'alert: 0 open', 'incident_update']);
});

test('what recovers in it is never announced, also if it fails several times', async () => {
  await announce();
  for (let cycle = 0; cycle < 4; cycle++) {
    await fail(acme);
    await settle();
    later(10);
    await recover(acme);
    later(10);
    await settle();
  }
  later(60);
  await settle();
  expect(posted()).toEqual(['maintenance']);
  expect(announced()).toMatchObject({ leftFailing: 0 });
  await fail(acme.slice(0, 1));
  await settle();
  expect(posted()).toEqual(['maintenance', 'alert: 1 open']);
  expect(await incidents()).toMatchObject([{ open: false }, { silent: false, open: true }]);
});

test('other providers are not concerned, and without a provider all are', async () => {
  const { id } = await announce();
  await fail([...acme, ...bolt]);
  await settle();
  expect(posted()).toEqual(['maintenance', 'alert: 10 open']);
  await recover([...acme, ...bolt]);
  await maintenance.end(ada, id);
  await announce({ provider: undefined });
  await fail(bolt);
  await database.db.transaction((tx) => alerts.monitorFaultIn(tx, { isOver: false, reason: 'no target', at: now }));
  await settle();
  expect(posted().filter((kind) => kind.startsWith('alert'))).toHaveLength(1);
  // The digest and other announcements are no incidents.
  await database.db.transaction((tx) => alerts.noticeIn(tx, { kind: 'served', models: [] }));
  await settle();
  expect(channel.messages.map(({ said }) => said.at(-1))).toContainEqual(expect.objectContaining({ kind: 'notice' }));
});

test('nothing is moved and no role is mentioned in it, but afterwards', async () => {
  await alerts.changeSettings(ada, { failover: 'auto', escalateRole: '100000000000000024' });
  await announce();
  await fail(acme);
  const onAcme = async () =>
    (
      await run(
        `select count(*)::int as count from account_proxy_assignments where proxy_id = any ('{${acme.join()}}')`,
      )
    )[0].count;
  await settle();
  later(60);
  await settle();
  expect([await onAcme(), posted()]).toEqual([10, ['maintenance']]);
  later(60);
  await settle();
  expect(await onAcme()).toBe(9);
  expect(posted()).not.toContain('escalation');
  later(14);
  await settle();
  expect(posted()).not.toContain('escalation');
  later(1);
  await settle();
  expect(posted()).toContain('escalation');
});

test('an incident that was announced before stays as it is, and is silent in it', async () => {
  await fail(acme.slice(0, 2));
  await settle();
  const { id } = await announce();
  await fail(acme.slice(2));
  await settle();
  expect(posted()).toEqual(['alert: 2 open', 'maintenance']);
  expect(channel.messages[0]?.said.at(-1)).toMatchObject({ maintainedUntil: expect.any(Date) });
  await recover(acme);
  await settle();
  expect(posted()).toEqual(['alert: 0 open', 'maintenance']);
  await maintenance.end(ada, id);
  await settle();
  expect(posted()).toEqual(['alert: 0 open', 'maintenance']);
});

describe('planned maintenance', () => {
  test('begins and ends in time, in any number of processes', async () => {
    const start = new Date(now.getTime() + 60 * MINUTE_MS).toISOString().slice(0, 16).replace('T', ' ');
    const { beganAt } = await announce({ start });
    expect(beganAt).toBeNull();
    await settle();
    expect(announced()).toMatchObject({ beganAt: null, closedAt: null });
    later(61);
    await Promise.all([settle(), settle()]);
    expect(announced()).toMatchObject({ beganAt: expect.any(Date), closedAt: null });
    await fail(acme);
    await settle();
    later(121);
    await Promise.all([settle(), settle()]);
    expect(announced()).toMatchObject({ leftFailing: 10, closedBy: 'system' });
    expect(posted()).toEqual(['maintenance', 'alert: 10 open']);
  });

  test('that is cancelled does not begin', async () => {
    const { id } = await announce({ start: new Date(now.getTime() + 60 * MINUTE_MS).toISOString() });
    await maintenance.end(ada, id);
    later(90);
    await settle();
    expect(announced()).toMatchObject({ beganAt: null, closedBy: ada.id });
    await expect(maintenance.end(ada, id)).rejects.toThrow('This maintenance has ended.');
  });

  test.each([
    ['2020-01-01 10:00', 'in the future'],
    ['2099-01-01 10:00', 'within 90 days'],
    ['2099-01-01', 'must have a time'],
    ['25:00', 'a time of day'],
    ['soon', 'must have a time'],
  ])('cannot start at %s', async (start, reason) => {
    await expect(announce({ start })).rejects.toThrow(reason);
  });
});

test('a proxy in two of them is silent until both have ended', async () => {
  const first = await announce();
  const second = await announce({ provider: undefined });
  await fail(acme);
  await maintenance.end(ada, first.id);
  await settle();
  expect(posted()).toEqual(['maintenance', 'maintenance']);
  await maintenance.end(ada, second.id);
  await settle();
  expect(posted()).toEqual(['maintenance', 'maintenance', 'alert: 10 open']);
});
