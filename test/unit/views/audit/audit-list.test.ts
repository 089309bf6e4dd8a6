import { expect, test } from 'vitest';
import { auditList } from '../../../../src/views/audit/audit-list.ts';

const entry = {
  id: 1,
  at: new Date('2026-05-04T12:00:00Z'),
  actorId: 'system',
  actorName: 'system',
  reason: null,
  action: 'settings.edit',
  entity: 'settings' as const,
  entityId: 'alerts',
  entityName: null,
  before: { failover: 'suggest', digestHour: 8 },
  after: { failover: 'auto', digestHour: 8 },
};

test('an entry shows what has changed, and leaves out what stayed as it was', () => {
  const shown = JSON.stringify(
    auditList({ queryId: 1, rows: [entry], before: 0, total: 1, size: 10, isLast: true, filter: { days: 1 } }),
  );
  expect(shown).toContain('`failover: suggest → auto`');
  expect(shown).not.toContain('digestHour');
  expect(shown).toContain('last day"');
});

test('lists and their changes are shown as words', () => {
  const edited = {
    ...entry,
    before: {},
    after: {
      tags: { add: ['phone', 'eu'], drop: ['old'] },
      models: ['Amber', 'Bella'],
      waiting: { Gwen: 6 },
      none: [],
    },
  };
  const shown = JSON.stringify(
    auditList({ queryId: 1, rows: [edited], before: 0, total: 1, size: 10, isLast: true, filter: {} }),
  );
  expect(shown).toContain('`tags: +phone, +eu, -old, models: Amber, Bella, waiting: Gwen 6, none: –`');
});
