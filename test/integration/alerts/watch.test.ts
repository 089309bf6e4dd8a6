import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { writeSettings } from '../../../src/db/queries/settings.ts';
import type { Alert, DigestFigures } from '../../../src/domain/incidents/incident.ts';
import type { WeeklyFigures } from '../../../src/domain/incidents/weekly.ts';
import { alertMessages } from '../../../src/services/alerts/alert-message.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../src/services/alerts/alert-watch.ts';
import { IncidentDesk } from '../../../src/services/alerts/incident-desk.ts';
import type { BulkRunner } from '../../../src/services/bulk/bulk-runner.ts';
import { alertCard } from '../../../src/views/alerts/alert-card.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

let database: TestDatabase;
let services: { alerts: AlertService };
let now: Date;
let watch: AlertWatch;
const log = createLogger('silent');
const admin = { id: 'test', name: 'test' };
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const fail = (ids: readonly number[], about = {}) => changeHealth({ database, services }, 'failing', ids, about);
const assignedTo = async (ids: readonly number[]) =>
  (
    await run(`select count(*)::int as count from account_proxy_assignments where proxy_id = any ('{${ids.join()}}')`)
  )[0].count as number;
let network = 0;
const proxies = (provider: string, count: number) => insertProxies(database, { provider, count, network: ++network });

beforeAll(async () => {
  database = await createTestDatabase();
  services = { alerts: new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' }) };
});
beforeEach(async () => {
  await run(`delete from alerts; delete from proxy_health; delete from account_proxy_assignments; delete from proxy_model_claims;
    delete from settings; delete from alert_expiries; update proxies set removed_at = now(); update accounts set removed_at = now()`);
  now = new Date();
  watch = new AlertWatch({ db: database.db, log, now: () => now });
});
afterAll(() => database.drop());

describe('failover', () => {
  const history = () =>
    run(`select distinct ended_by, end_reason from assignment_history where end_reason like 'failover%'`);

  test('moves no account unless it is set to auto', async () => {
    const acme = await proxies('acme', 4);
    await assignAccounts(database, acme, { model: 'Off', each: 1 });
    await proxies('bolt', 4);
    await fail(acme);
    await watch.follow();
    expect(await assignedTo(acme)).toBe(4);
  });

  test('takes a tenth of a provider’s accounts an hour off failing proxies, says so, and moves nothing back', async () => {
    const acme = await proxies('acme', 20);
    await assignAccounts(database, acme, { model: 'Pace', each: 2 });
    const bolt = await proxies('bolt', 20);
    await services.alerts.changeSettings(admin, { failover: 'auto' });
    const [alert] = await fail(acme.slice(0, 10)).then(() => run('select id from alerts'));
    for (let round = 0; round < 3; round++) await watch.follow();
    expect(await assignedTo(bolt)).toBe(4);
    expect((await services.alerts.details(alert.id)).alert).toMatchObject({
      failover: { mode: 'auto', moved: 4, movable: 16 },
    });
    expect(await history()).toEqual([{ ended_by: 'system', end_reason: `failover of incident #${alert.id}` }]);

    await run(`update alert_moves set at = at - interval '61 minutes'`);
    await watch.follow();
    expect(await assignedTo(bolt)).toBe(7);
    await changeHealth({ database, services }, 'healthy', acme);
    await watch.follow();
    expect(await assignedTo(bolt)).toBe(7);
  });

  test('leaves flapping proxies alone, and accounts that no other proxy can take', async () => {
    const acme = await proxies('acme', 2);
    await assignAccounts(database, acme, { model: 'Flap', each: 1 });
    await proxies('bolt', 2);
    await services.alerts.changeSettings(admin, { failover: 'auto' });
    await fail(acme, { isFlapping: true });
    await watch.follow();
    expect(await assignedTo(acme)).toBe(2);

    const cove = await proxies('cove', 1);
    await assignAccounts(database, cove, { model: 'Alone', each: 3 });
    await run(`update proxies set status = 'inactive' where provider = 'bolt'`);
    await fail(cove);
    await watch.follow();
    expect(await assignedTo(cove)).toBe(3);
  });

  test('of two processes at once, the pace is kept by both together', async () => {
    const acme = await proxies('acme', 20);
    await assignAccounts(database, acme, { model: 'Twice', each: 1 });
    const bolt = await proxies('bolt', 20);
    await services.alerts.changeSettings(admin, { failover: 'auto' });
    await fail(acme);
    await Promise.all([watch.follow(), watch.follow(), watch.follow()]);
    expect(await assignedTo(bolt)).toBe(2);
  });
});

describe('the accounts that another proxy can take', () => {
  const movable = async (id: number) => {
    const { alert } = await services.alerts.details(id);
    return 'failover' in alert ? alert.failover?.movable : undefined;
  };
  const plannedFor = async () =>
    (await run('select a.movable_version = m.version as is from alerts a join messages m on m.alert_id = a.id'))[0].is;

  test('are planned once per version of the message, and a card shows the stored number without planning', async () => {
    const acme = await proxies('acme', 4);
    await assignAccounts(database, acme, { model: 'Stored', each: 1 });
    await proxies('bolt', 4);
    await fail(acme.slice(0, 2));
    const [{ id }] = await run('select id from alerts');
    expect(await movable(id)).toBeNull();
    await watch.follow();
    expect([await movable(id), await plannedFor()]).toEqual([2, true]);

    // A number that no plan gives.
    await run('update alerts set movable = 77');
    const row = { id: 1, alertId: id, data: {}, messageId: null, threadId: null };
    expect(await alertMessages(database.db).alert(row)).toMatchObject({
      message: { content: { failover: { movable: 77 } } },
    });
    await watch.follow();
    expect(await movable(id)).toBe(77);

    await fail(acme.slice(2));
    expect([await movable(id), await plannedFor()]).toEqual([null, false]);
    await watch.follow();
    expect([await movable(id), await plannedFor()]).toEqual([4, true]);
  });

  test('are planned in the thread of bulk tasks if the pool is large', async () => {
    const tasks: string[] = [];
    const bulk: BulkRunner = {
      run: ({ task }, here) => {
        tasks.push(task);
        return here();
      },
    };
    const acme = await proxies('acme', 2);
    await assignAccounts(database, acme, { model: 'Thread', each: 1 });
    await services.alerts.changeSettings(admin, { failover: 'auto' });
    await fail(acme);
    const watching = new AlertWatch({ db: database.db, bulk, log, now: () => now });
    await watching.follow();
    expect(tasks).toEqual(['runFailover', 'countMovable']);
  });
});

describe('two models on one exit IP', () => {
  const see = (ids: readonly number[], address: string, age = '1 hour') =>
    run(`insert into proxy_health (proxy_id, exit_ip, exit_ip_at) select unnest('{${ids.join()}}'::int[]), '${address}', now() - interval '${age}'
      on conflict (proxy_id) do update set exit_ip = excluded.exit_ip, exit_ip_at = excluded.exit_ip_at`);
  const open = () =>
    run(`select x.proxy_id, x.network from alerts a join alert_proxies x on x.alert_id = a.id
      where a.kind = 'exit_ip_conflict' and a.closed_at is null and x.ended_at is null order by 1`);

  test('are one alert that grows, and is over when they have parted', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await proxies('acme', 4);
    await assignAccounts(database, [a, c], { model: 'Amber', each: 1 });
    await assignAccounts(database, [b, d], { model: 'Bella', each: 1 });
    await see([a, b], '198.51.100.7');
    await watch.survey();
    expect(await open()).toEqual([a, b].map((proxy_id) => ({ proxy_id, network: '198.51.100.7' })));
    await see([c, d], '2001:db8::9');
    await watch.survey();
    expect(await open()).toHaveLength(4);
    const [{ id, alerts }] = await run(
      `select max(id) as id, count(*)::int as alerts from alerts where kind = 'exit_ip_conflict'`,
    );
    expect(alerts).toBe(1);
    expect((await services.alerts.details(id)).alert).toMatchObject({ open: 4, models: [{ count: 2 }, { count: 2 }] });
    await see([b, d], '198.51.100.99');
    await watch.survey();
    expect(await open()).toEqual([]);
    expect(await run(`select closed_at is not null as over from alerts where id = ${id}`)).toEqual([{ over: true }]);
  });

  test('are none where the address is old, the proxy rotates, or the model is the same', async () => {
    const [a = 0, b = 0, c = 0] = await proxies('acme', 3);
    await assignAccounts(database, [a, c], { model: 'Amber', each: 1 });
    await assignAccounts(database, [b], { model: 'Bella', each: 1 });
    await see([a, c], '198.51.100.7');
    await see([b], '198.51.100.7', '25 hours');
    await watch.survey();
    await see([b], '198.51.100.7');
    await run(`update proxies set tags = '{rotating}' where id = ${b}`);
    await watch.survey();
    expect(await open()).toEqual([]);
  });
});

test('deactivated and recovered proxies leave their incident without a report', async () => {
  const [a = 0, b = 0, c = 0] = await proxies('acme', 3);
  await fail([a, b, c]);
  await run(
    `update proxies set status = 'inactive' where id = ${a}; update proxy_health set health = 'healthy' where proxy_id = ${b}`,
  );
  await watch.follow();
  expect(await run('select proxy_id, ending from alert_proxies order by 1')).toEqual([
    { proxy_id: a, ending: 'off' },
    { proxy_id: b, ending: 'recovered' },
    { proxy_id: c, ending: null },
  ]);
  await run(`update proxies set removed_at = now() where id = ${c}`);
  await watch.follow();
  expect(await run('select closed_at is not null as over from alerts')).toEqual([{ over: true }]);
});

describe('expiries', () => {
  const notices = () =>
    run(
      `select key, (select count(*)::int from alert_proxies x where x.alert_id = a.id) as proxies from alerts a where kind = 'expiry' order by key`,
    );

  test('are announced once a proxy, and once a day for all providers', async () => {
    const acme = await proxies('acme', 3);
    const bolt = await proxies('bolt', 1);
    await run(
      `update proxies set expires_at = now() + interval '3 days' where id = any ('{${[...acme.slice(0, 2), ...bolt].join()}}')`,
    );
    await Promise.all([watch.survey(), watch.survey()]);
    const today = now.toISOString().slice(0, 10);
    const first = [{ key: today, proxies: 3 }];
    expect(await notices()).toEqual(first);
    await run(`update proxies set expires_at = now() + interval '4 days' where id = ${acme[2]}`);
    await watch.survey();
    expect(await notices()).toEqual(first);
    now = new Date(now.getTime() + 24 * 3_600_000);
    await watch.survey();
    expect(await notices()).toEqual(
      [...first, { key: now.toISOString().slice(0, 10), proxies: 1 }].toSorted((x, y) => (x.key < y.key ? -1 : 1)),
    );
  });

  test('that would come before the next announcement have one of their own on the same day', async () => {
    const [first, second] = await proxies('acme', 2);
    await run(`update proxies set expires_at = now() + interval '3 days' where id = ${first}`);
    await watch.survey();
    await run(`update proxies set expires_at = now() + interval '5 hours' where id = ${second}`);
    await watch.survey();
    await watch.survey();
    const keys = [now.toISOString().slice(0, 10), now.toISOString()];
    expect(await notices()).toEqual(keys.map((key) => ({ key, proxies: 1 })));
  });

  test('further away than the days that are set are not, and 0 days announce none', async () => {
    const [a] = await proxies('acme', 1);
    await run(`update proxies set expires_at = now() + interval '3 days' where id = ${a}`);
    await services.alerts.changeSettings(admin, { expiryDays: 2 });
    await watch.survey();
    await services.alerts.changeSettings(admin, { expiryDays: 0 });
    await watch.survey();
    expect(await notices()).toEqual([]);
  });
});

test('the digest comes once a day in its hour, with the day in figures', async () => {
  const acme = await proxies('acme', 3);
  await assignAccounts(database, acme.slice(0, 1), { model: 'Digest', each: 2 });
  await run('update accounts set removed_at = null where id in (select account_id from account_proxy_assignments)');
  await fail(acme.slice(1, 2));
  const digests = () => run(`select data from alerts where kind = 'digest'`);
  await watch.survey();
  now = new Date('2026-11-23T05:59:00Z');
  await services.alerts.changeSettings(admin, { digestHour: 6 });
  await watch.survey();
  expect(await digests()).toEqual([]);
  now = new Date('2026-11-23T06:01:00Z');
  await Promise.all([watch.survey(), watch.survey()]);
  const [{ data }, ...more] = await digests();
  expect(more).toEqual([]);
  expect(data as DigestFigures).toMatchObject({
    health: { healthy: 0, failing: 1, unknown: 2 },
    accounts: { assigned: 2, waiting: 0, held: 0 },
    freeSlots: 4,
    incidents: { opened: 1, open: 1 },
  });
  now = new Date('2026-11-24T06:30:00Z');
  await watch.survey();
  expect(await digests()).toHaveLength(2);
});

test('the weekly report comes once on its day, with the week in figures', async () => {
  await run('delete from check_hours; delete from incident_events');
  await writeSettings(database.db, { limit: 3, cooldownDays: 7, currency: 'EUR' });
  const acme = await proxies('acme', 3);
  await assignAccounts(database, acme, { model: 'Weekly', each: 1 });
  await run(`update proxies set monthly_cost = 2.5 where id = ${acme[0]}`);
  const monday = new Date('2026-11-23T07:30:00Z');
  const at = (hours: number) => new Date(monday.getTime() - hours * 3_600_000);
  const desk = new IncidentDesk({ db: database.db });
  await fail(acme, { at: at(30) });
  const [{ id }] = await run('select max(id) as id from alerts');
  await desk.acknowledge(admin, id);
  await run(`update incident_events set at = '${at(29).toISOString()}' where kind = 'acknowledged'`);
  await changeHealth({ database, services }, 'healthy', acme, { at: at(28) });
  await run(`insert into check_hours (hour, model_id, provider, checks, succeeded, latency_ms, timed)
    values ('${at(30).toISOString()}', 0, 'acme', 100, 90, 0, 0), ('${at(300).toISOString()}', 0, 'acme', 900, 0, 0, 0)`);
  const reports = () => run(`select data from alerts where kind = 'weekly'`);
  now = monday;
  await watch.survey();
  expect(await reports()).toEqual([]);
  await services.alerts.changeSettings(admin, { weeklyDay: 'tuesday' });
  await watch.survey();
  expect(await reports()).toEqual([]);
  await services.alerts.changeSettings(admin, { weeklyDay: 'monday' });
  await Promise.all([watch.survey(), watch.survey()]);
  const [{ data }, ...more] = await reports();
  expect(more).toEqual([]);
  expect(data as WeeklyFigures).toMatchObject({
    incidents: { opened: 1, open: 0, escalated: 0 },
    acknowledged: { count: 1, medianMs: 3_600_000, worstMs: 3_600_000 },
    resolved: { count: 1, medianMs: 2 * 3_600_000 },
    providers: [{ name: 'acme', checks: 100, succeeded: 90, failingMinutes: 3 * 120 }],
    moved: 0,
    freeSlots: 6,
    monthlyCost: 2.5,
    currency: 'EUR',
  });
  const { days } = data as WeeklyFigures;
  expect([days.length, days.filter(({ opened }) => opened > 0)]).toEqual([8, [{ day: '2026-11-22', opened: 1 }]]);
  const [report] = await run(`select id from alerts where kind = 'weekly'`);
  const message = { id: 1, alertId: report.id, data: {}, messageId: null, threadId: null };
  const shown = await alertMessages(database.db).alert(message);
  const card = JSON.stringify(alertCard(shown?.message.content as Alert));
  expect(card).toContain('acme 90.0 % of 100 checks');
  expect(card).toContain('**Cost** 2.50 EUR per month');
  now = new Date('2026-11-30T07:30:00Z');
  await watch.survey();
  expect(await reports()).toHaveLength(2);
});

test('a fault of the monitor is one alert, until it is over', async () => {
  const fault = (isOver: boolean, at: string) =>
    database.db.transaction((tx) =>
      services.alerts.monitorFaultIn(tx, { isOver, reason: 'no target answers', at: new Date(at) }),
    );
  await fault(true, '2026-11-23T05:00:00Z');
  await fault(false, '2026-11-23T06:00:00Z');
  await fault(false, '2026-11-23T06:10:00Z');
  await fault(true, '2026-11-23T06:14:00Z');
  const [{ id }, ...more] = await run('select id from alerts');
  expect(more).toEqual([]);
  const { alert } = await services.alerts.details(id);
  expect([alert.kind, (alert.closedAt?.getTime() ?? 0) - alert.openedAt.getTime()]).toEqual(['monitor', 14 * 60_000]);
});
