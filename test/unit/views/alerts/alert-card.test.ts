import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Alert, FAILOVERS, type IncidentAlert } from '../../../../src/domain/incidents/incident.ts';
import { INCIDENT_EVENTS, NOTE_LIMIT } from '../../../../src/domain/incidents/incident-event.ts';
import type { Maintenance } from '../../../../src/domain/incidents/maintenance.ts';
import { DELIVERY_PROBLEMS } from '../../../../src/domain/messages/delivery-problem.ts';
import { findViewProblems } from '../../../../src/kit/limits/view-problems.ts';
import { alertCard } from '../../../../src/views/alerts/alert-card.ts';
import { alertDetails } from '../../../../src/views/alerts/alert-details.ts';
import { alertList } from '../../../../src/views/alerts/alert-list.ts';
import { duration } from '../../../../src/views/alerts/duration.ts';
import { maintenanceCard } from '../../../../src/views/alerts/maintenance-card.ts';

/** Text as people type it, as wild as the database accepts it. */
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 });
const id = fc.integer({ min: 1, max: 2 ** 31 - 10_000 });
const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true });
const tallies = fc.array(fc.record({ name: fc.oneof(name, fc.constant('')), count: fc.nat(100_000) }), {
  maxLength: 20,
});
const proxy = fc.record({
  id,
  host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()),
  port: fc.integer({ min: 1, max: 65_535 }),
  provider: fc.option(name),
  network: fc.option(name),
  model: fc.option(name),
  outcome: fc.constantFrom('timeout', 'proxy_error', 'exit_ip_conflict'),
  detail: name,
  isFlapping: fc.boolean(),
  since: moment,
  endedAt: fc.option(moment),
  load: fc.nat(3),
  expiresAt: fc.option(moment),
});
const actorId = fc.constant('discord:123456789012345678');
const event = fc.record({
  kind: fc.constantFrom(...INCIDENT_EVENTS),
  at: moment,
  actorId: fc.oneof(actorId, fc.constant('system')),
  count: fc.option(fc.nat(100_000)),
  to: fc.option(actorId),
  note: fc.option(fc.string({ unit: 'grapheme', maxLength: NOTE_LIMIT })),
});
const incident: fc.Arbitrary<IncidentAlert> = fc.record({
  id,
  kind: fc.constantFrom('failing' as const, 'exit_ip_conflict' as const, 'expiry' as const),
  openings: fc.integer({ min: 1, max: 1000 }),
  openedAt: moment,
  lastAt: moment,
  closedAt: fc.option(moment),
  mutedUntil: fc.option(moment),
  maintainedUntil: fc.option(moment),
  mutedBy: fc.option(actorId),
  ownership: fc.option(fc.record({ ownerId: actorId, since: moment })),
  thread: fc.constantFrom(null, { kind: 'deleted' as const }, { kind: 'elsewhere' as const, id: '9'.repeat(19) }),
  events: fc.array(event, { maxLength: 5 }),
  total: fc.nat(100_000),
  open: fc.nat(100_000),
  off: fc.nat(10),
  flapping: fc.nat(10),
  providers: tallies,
  networks: tallies,
  outcomes: tallies,
  models: tallies,
  sample: fc.array(proxy, { maxLength: 5 }),
  failover: fc.option(
    fc.record({ mode: fc.constantFrom(...FAILOVERS), moved: fc.nat(1000), movable: fc.option(fc.nat(1000)) }),
  ),
});

describe('Discord takes', () => {
  test('the message of any incident', () => {
    fc.assert(
      fc.property(incident, (alert) => {
        expect(findViewProblems(alertCard(alert))).toEqual([]);
      }),
    );
  });

  test('the details of any incident', () => {
    fc.assert(
      fc.property(
        incident,
        fc.array(proxy, { maxLength: 60 }),
        fc.array(event, { maxLength: 10 }),
        (alert, proxies, events) => {
          expect(findViewProblems(alertDetails(alert, { proxies, events, now: new Date(), commands: [] }))).toEqual([]);
        },
      ),
    );
  });

  const maintenance = fc.record<Maintenance>({
    id: fc.nat(),
    provider: fc.option(name),
    reason: fc.option(fc.string({ unit: 'grapheme', maxLength: 200 })),
    startsAt: moment,
    endsAt: moment,
    beganAt: fc.option(moment),
    closedAt: fc.option(moment),
    closedBy: fc.option(fc.constantFrom('system', 'discord:100000000000000031')),
    createdBy: fc.constant('discord:100000000000000031'),
    leftFailing: fc.nat(),
    incidentId: fc.option(fc.nat()),
    message: fc.option(fc.constant({ channelId: '100000000000000002', id: '100000000000000099' })),
  });

  test('the announcement of any maintenance', () => {
    fc.assert(fc.property(maintenance, (each) => void expect(findViewProblems(maintenanceCard(each))).toEqual([])));
  });

  test('the list of any alerts and mutes', () => {
    const summary = fc.record({
      id,
      kind: fc.constantFrom('failing' as const, 'monitor' as const, 'notice' as const),
      openedAt: moment,
      open: fc.nat(100_000),
      total: fc.nat(100_000),
      accounts: fc.nat(100_000),
      providers: fc.array(name, { maxLength: 30 }),
      outcomes: fc.array(fc.constantFrom('timeout', 'target_blocked', 'inconclusive'), { maxLength: 14 }),
      mutedUntil: fc.option(moment),
      ownerId: fc.option(actorId),
      ownedSince: fc.option(moment),
      message: fc.option(fc.record({ channelId: fc.constant('1'.repeat(20)), id: fc.constant('2'.repeat(20)) })),
      wasDeleted: fc.boolean(),
      problem: fc.option(fc.constantFrom(...DELIVERY_PROBLEMS)),
    });
    const mute = fc.record({
      alertId: fc.option(id),
      proxyId: fc.option(id),
      provider: fc.option(name),
      until: moment,
      by: fc.constant('discord:100000000000000032'),
    });
    const lists = fc.record({
      rows: fc.uniqueArray(summary, { maxLength: 8, selector: (each) => each.id }),
      total: fc.nat(1000),
      before: fc.nat(1000),
      size: fc.constant(8),
      isLast: fc.boolean(),
      queryId: fc.constant(2 ** 40),
      filter: fc.constant({}),
      undelivered: fc.option(fc.record({ problem: fc.constantFrom(...DELIVERY_PROBLEMS), count: fc.nat(1000) })),
      mutes: fc.array(mute, { maxLength: 25 }),
      maintenances: fc.array(maintenance, { maxLength: 8 }),
      channelId: fc.constant('1'.repeat(20)),
      guildId: fc.constant('3'.repeat(20)),
    });
    fc.assert(
      fc.property(lists, (list) => {
        expect(findViewProblems(alertList(list))).toEqual([]);
      }),
    );
  });

  test('a monitor’s fault, a digest, a weekly report and notices', () => {
    const base = {
      id: 7,
      openedAt: new Date(),
      closedAt: null,
      mutedUntil: null,
      maintainedUntil: null,
      mutedBy: null,
      ownership: null,
      thread: null,
      events: [],
    };
    const alerts: Alert[] = [
      { ...base, kind: 'monitor', reason: 'x'.repeat(5000) },
      { ...base, kind: 'notice', notice: { kind: 'channel_lost', channelId: '1'.repeat(20), problem: 'no_access' } },
      {
        ...base,
        kind: 'weekly',
        figures: {
          incidents: { opened: 9_999, open: 9_999, escalated: 9_999 },
          acknowledged: { count: 9_999, medianMs: 1e9, worstMs: 1e9 },
          resolved: null,
          providers: Array(8).fill({ name: '*'.repeat(100), checks: 1e9, succeeded: 1e8, failingMinutes: 1e8 }),
          moved: 1e6,
          waited: { served: 1e6, waiting: 1e6 },
          freeSlots: 1e6,
          missingSlots: 1e6,
          monthlyCost: 1e9,
          currency: 'EUR',
          days: Array(8).fill({ day: '2026-11-26', opened: 9_999 }),
        },
      },
      {
        ...base,
        kind: 'notice',
        notice: { kind: 'served', models: Array(100).fill({ name: 'm'.repeat(100), count: 3 }) },
      },
      {
        ...base,
        kind: 'digest',
        figures: {
          health: { healthy: 1e6, degraded: 1, failing: 1, unknown: 1 },
          accounts: { assigned: 1e6, waiting: 1, held: 1 },
          freeSlots: 1,
          incidents: { opened: 1, open: 1 },
          expiring: 1,
          expiryDays: 7,
        },
      },
    ];
    for (const alert of alerts) expect(findViewProblems(alertCard(alert))).toEqual([]);
    const digest = alerts.find(({ kind }) => kind === 'digest') as Alert;
    expect(JSON.stringify(alertCard(digest, null))).toContain('The chart could not be drawn.');
    expect(JSON.stringify(alertCard(digest))).not.toContain('could not be drawn');
  });
});

test.each([
  [0, '0 s'],
  [59_000, '59 s'],
  [14 * 60_000, '14 min'],
  [60 * 60_000, '1 h'],
  [125 * 60_000, '2 h 5 min'],
  [76 * 3_600_000, '3 d 4 h'],
])('%i ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
