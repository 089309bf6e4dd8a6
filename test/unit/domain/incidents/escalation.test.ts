import { expect, test } from 'vitest';
import { escalationRule, isQuietNow } from '../../../../src/domain/incidents/escalation.ts';
import { ALERT_KINDS, isIncident } from '../../../../src/domain/incidents/incident.ts';

const settings = { escalateRole: '7', escalateAfter: 15, escalateMinAccounts: 2, quietHours: null };

test('a role is mentioned after its minutes, if there is a role and a time', () => {
  expect(escalationRule(settings)).toEqual({ role: '7', afterMs: 900_000, minAccounts: 2 });
  expect(escalationRule({ ...settings, escalateRole: undefined })).toBeUndefined();
  expect(escalationRule({ ...settings, escalateAfter: 0 })).toBeUndefined();
});

test('it is quiet only in the quiet hours, if there are any', () => {
  const night = { ...settings, quietHours: { from: 22 * 60, to: 7 * 60, zone: 'UTC' } };
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 26, hour));
  expect([isQuietNow(night, at(23)), isQuietNow(night, at(12)), isQuietNow(settings, at(23))]).toEqual([
    true,
    false,
    false,
  ]);
});

test('failures, exit IP conflicts and monitoring problems are incidents, the others are announcements', () => {
  expect(ALERT_KINDS.filter(isIncident)).toEqual(['failing', 'exit_ip_conflict', 'monitor']);
});
