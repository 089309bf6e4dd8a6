import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../src/base/logger.ts';
import { type QuietHours, readQuietHours } from '../../../src/domain/incidents/quiet-hours.ts';
import { AlertService } from '../../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../../src/services/alerts/alert-watch.ts';
import { IncidentDesk } from '../../../src/services/alerts/incident-desk.ts';
import { MaintenanceService } from '../../../src/services/alerts/maintenance/maintenance-service.ts';
import { createTestDatabase, type TestDatabase } from '../../helpers/database/database.ts';
import { delivererTo } from '../../helpers/ops/deliverer.ts';
import { RecordingChannel } from '../../helpers/ops/recording-channel.ts';
import { changeHealth } from '../../helpers/pool/failing.ts';
import { assignAccounts, insertProxies } from '../../helpers/pool/pool-rows.ts';

/** Number of proxies. `WEEK_PROXIES=10000` is the long run, which has the same messages. */
const PROXIES = Number(process.env.WEEK_PROXIES ?? 150);
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** A week that begins on a Monday in Berlin, at midnight of the winter. */
const START = Date.parse('2026-01-04T23:00:00Z');
const ada = { id: 'discord:1', name: 'Ada' };
const log = createLogger('silent');

let database: TestDatabase;
let alerts: AlertService;
let channel: RecordingChannel;
let minute = 0;
const now = () => new Date(START + minute * MINUTE_MS);
const run = async (statement: string) => (await database.pool.query(statement)).rows;
const pool: Record<'acme' | 'bolt' | 'cove', number[]> = { acme: [], bolt: [], cove: [] };

beforeAll(async () => {
  database = await createTestDatabase();
  alerts = new AlertService({ db: database.db, opsChannelId: '1', guildId: '2' });
  channel = new RecordingChannel();
  for (const [at, provider] of (['acme', 'bolt', 'cove'] as const).entries()) {
    pool[provider] = await insertProxies(database, { provider, count: Math.floor(PROXIES / 3), network: at + 1 });
    await assignAccounts(database, pool[provider].slice(0, 50), { model: provider, each: 2 });
  }
});
afterAll(() => database.drop());

const change = (to: 'failing' | 'healthy', ids: readonly number[]) =>
  changeHealth({ database, services: { alerts } }, to, ids, { at: now() });
const fault = (isOver: boolean) =>
  database.db.transaction((tx) => alerts.monitorFaultIn(tx, { isOver, reason: 'no target answers', at: now() }));

type Event = () => Promise<unknown>;
const at = (day: number, time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return day * DAY_MINUTES + hours * 60 + minutes;
};

/** The events of the week, by minute. */
function events(): Map<number, Event[]> {
  const plan = new Map<number, Event[]>();
  const on = (when: number, event: Event) => plan.set(when, [...(plan.get(when) ?? []), event]);
  const desk = new IncidentDesk({ db: database.db });
  const maintenance = new MaintenanceService({ db: database.db, now });
  for (let day = 0; day < 7; day++) {
    // Every night acme is away for 20 minutes.
    on(at(day, '03:00'), () => change('failing', pool.acme));
    on(at(day, '03:20'), () => change('healthy', pool.acme));
    // Every day a proxy of bolt flaps: five cycles of ten minutes.
    for (let cycle = 0; cycle < 5; cycle++) {
      on(at(day, '11:00') + 10 * cycle, () => change('failing', pool.bolt.slice(day, day + 1)));
      on(at(day, '11:05') + 10 * cycle, () => change('healthy', pool.bolt.slice(day, day + 1)));
    }
  }
  // On Tuesday the target is away for half an hour.
  on(at(1, '15:00'), () => fault(false));
  on(at(1, '15:30'), () => fault(true));
  // On Wednesday cove fails for two hours, and Ada takes the incident after ten minutes.
  on(at(2, '14:00'), () => change('failing', pool.cove));
  on(at(2, '14:10'), async () => {
    const [{ id }] = await run('select max(id) as id from alerts where closed_at is null');
    await desk.acknowledge(ada, id);
  });
  on(at(2, '16:00'), () => change('healthy', pool.cove));
  // On Thursday cove fails for two hours, and no one looks.
  on(at(3, '14:00'), () => change('failing', pool.cove));
  on(at(3, '16:00'), () => change('healthy', pool.cove));
  // On Friday cove fails at night for eight hours.
  on(at(4, '23:30'), () => change('failing', pool.cove));
  on(at(5, '07:30'), () => change('healthy', pool.cove));
  // On Saturday cove is in maintenance for two hours, in which everything fails, and a tenth still fails afterwards.
  on(at(5, '10:00'), () =>
    maintenance.announce(ada, { provider: 'cove', hours: 2, reason: undefined, start: undefined }),
  );
  on(at(5, '10:05'), () => change('failing', pool.cove));
  on(at(5, '11:50'), () => change('healthy', pool.cove.slice(5)));
  on(at(5, '12:10'), () => change('healthy', pool.cove));
  return plan;
}

async function deliver(): Promise<void> {
  const one = delivererTo(channel, database, '1', { now });
  // A message that is postponed, since its incident is silent, is looked at once in each round.
  for (let round = 0; round < 3; round++) {
    // The outbox lives by the clock of the database, so its waits for a pace are over.
    const { rowCount } = await database.pool.query('update messages set due_at = now() where version > sent_version');
    if (rowCount === 0) return;
    while (await one.deliverOne());
  }
}

/** Lets messages grow older with the clock of the week. */
const age = (minutes: number) =>
  run(
    `update messages set posted_at = posted_at - make_interval(mins => ${minutes}) where posted_at > now() - interval '2 hours'`,
  );

/** Between events nothing changes but what time makes due: growth after a minute, a mention after 15, calm after 60, the end of quiet hours. */
function minutesToLookAt(events: readonly number[]): number[] {
  const after = events.flatMap((event) => [0, 1, 15, 60, 61].map((wait) => event + wait));
  const mornings = Array.from({ length: 7 }, (_, day) => [at(day, '06:59'), at(day, '07:00')]);
  return [...new Set([...after, ...mornings.flat(), 7 * DAY_MINUTES])].toSorted((a, b) => a - b);
}

test('a week has as many messages and mentions as its events explain', async () => {
  await alerts.changeSettings(ada, {
    escalateRole: '100000000000000024',
    quietHours: readQuietHours('22:00-07:00 Europe/Berlin') as QuietHours,
    failover: 'off',
    threads: true,
  });
  const plan = events();
  const watch = new AlertWatch({ db: database.db, log, now });
  let before = 0;
  for (minute of minutesToLookAt([...plan.keys()])) {
    await age(minute - before);
    before = minute;
    for (const event of plan.get(minute) ?? []) await event();
    await watch.follow();
    await deliver();
  }
  const count = (kind: string, sub?: string) =>
    channel.messages.filter(
      ({ kind: each, said: [first] }) =>
        each === kind && (sub === undefined || (first && 'kind' in first && first.kind === sub)),
    ).length;
  expect({
    failing: count('alert', 'failing'),
    monitoring: count('alert', 'monitor'),
    grew: count('incident_update', 'grew'),
    returned: count('incident_update', 'returned'),
    resolved: count('incident_update', 'resolved'),
    maintenance: count('maintenance'),
    mentions: count('escalation'),
    all: channel.messages.length - count('thread_entry'),
    inThreads: count('thread_entry'),
    threads: channel.threads.length,
  }).toEqual({
    // 7 nights of acme, 7 flapping proxies, 4 incidents of cove. Of three of these the message was too old to be edited at the end.
    failing: 7 + 7 + 4 + 3,
    monitoring: 1,
    grew: 0,
    // The first return of each flapping proxy.
    returned: 7,
    // A flapping proxy is resolved after its first failure, and when it has been calm. A message that is replaced needs no reply.
    resolved: 7 + 7 * 2 + 1,
    // Its announcement, and its end two hours later.
    maintenance: 2,
    // On Thursday afternoon, and on Saturday morning when the quiet hours end.
    mentions: 2,
    all: 55,
    // Each incident has a thread, with its beginning and its end, one acknowledgement and two escalations.
    inThreads: 19 * 2 + 1 + 2,
    threads: 7 + 7 + 4 + 1,
  });
  const escalated = await run(`select to_char(escalated_at at time zone 'Europe/Berlin', 'Dy HH24:MI') as at from alerts
    where escalated_at is not null order by id`);
  expect(escalated).toEqual([{ at: 'Thu 14:15' }, { at: 'Sat 07:00' }]);
}, 3_600_000);
