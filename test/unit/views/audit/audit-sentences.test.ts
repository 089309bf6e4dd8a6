import { expect, test } from 'vitest';
import { AUDIT_ACTIONS, type AuditRow } from '../../../../src/domain/audit-view.ts';
import { auditSentence } from '../../../../src/views/audit/audit-sentences.ts';

const entry = (about: Partial<AuditRow>): AuditRow => ({
  id: 1,
  at: new Date('2026-05-04T12:00:00Z'),
  actorId: 'discord:1',
  actorName: 'ada',
  reason: null,
  action: 'pool.activate',
  entity: 'plan',
  entityId: '9',
  entityName: null,
  before: null,
  after: null,
  ...about,
});

test.each([
  [
    {
      action: 'pool.activate',
      after: { count: 1500, moved: 0, stranded: 0, served: 4493, filter: { provider: 'Globex' } },
    },
    'activated 1,500 proxies (provider `Globex`) · 4,493 waiting accounts assigned',
  ],
  [
    { action: 'pool.deactivate', after: { count: 1, moved: 2, stranded: 1, proxy: 12, isBlocked: true } },
    'blocked #12 · 2 accounts moved · 1 without another proxy',
  ],
  [
    {
      action: 'account.assign',
      entity: 'account',
      entityId: '4',
      entityName: 'ann.one',
      before: { proxy: 1 },
      after: { proxy: 2 },
    },
    'moved `ann.one` from #1 to #2',
  ],
  [
    { action: 'proxy.import', entityId: '11', after: { count: 23, file: 'week.txt' } },
    'imported 23 proxies from `week.txt` (import #11)',
  ],
  [
    {
      action: 'vps.assign',
      entity: 'vps',
      entityId: '3',
      entityName: 'nova-1',
      after: { modelId: 2, moved: 4, added: 2 },
    },
    'assigned 6 accounts to `nova-1`',
  ],
  [{ action: 'alert.mute', entity: 'settings', after: { provider: 'acme' } }, 'muted acme'],
  [{ action: 'alert.mute', entity: 'settings', after: {} }, 'muted all alerts'],
] as const)('an entry is a sentence: %j', (about, sentence) => {
  expect(auditSentence(entry(about as Partial<AuditRow>))).toBe(sentence);
});

test('every action has a sentence, also if an earlier release wrote nothing but the action', () => {
  for (const action of AUDIT_ACTIONS) expect(auditSentence(entry({ action }))).toMatch(/^([a-z]+ed|put|set|undid) /);
});

test('an action of another release has none', () => {
  expect(auditSentence(entry({ action: 'account.handout' }))).toBeUndefined();
});
