import { expect, test } from 'vitest';
import { AUDIT_ENTITIES } from '../../../src/domain/audit-view.ts';
import { EXPORT_FORMATS } from '../../../src/domain/export/exported-proxy.ts';
import { CHECK_SOURCES } from '../../../src/domain/health/check-record.ts';
import { CHECK_OUTCOMES } from '../../../src/domain/health/outcome.ts';
import { ALERT_KINDS, ENDINGS, FAILOVERS } from '../../../src/domain/incidents/incident.ts';
import { INCIDENT_EVENTS } from '../../../src/domain/incidents/incident-event.ts';
import { WEEKDAYS } from '../../../src/domain/incidents/weekly.ts';
import { DELIVERY_PROBLEMS } from '../../../src/domain/messages/delivery-problem.ts';
import { MESSAGE_KINDS } from '../../../src/domain/messages/message.ts';
import { THREAD_KINDS } from '../../../src/domain/messages/ops-channel.ts';
import { PAGE_SIDES } from '../../../src/domain/page.ts';
import { REBALANCE_GOALS } from '../../../src/domain/plan/moves/rebalance.ts';
import { PLAN_KINDS, PLAN_STATES } from '../../../src/domain/plan-state.ts';
import { ASSIGNING_JOB } from '../../../src/domain/pool-figures.ts';
import { LISTED_STATES, SOURCE_KINDS } from '../../../src/domain/sources/listed.ts';
import { MISSING_REASON, SOURCE_MODES, SYNC_CLASSES, SYNC_OUTCOMES } from '../../../src/domain/sources/source.ts';
import { BOT_AUTHOR, DRIFTS } from '../../../src/domain/vps/vps-map.ts';

/** Rows, buttons, jobs and programs hold these words: another one needs a migration, or is a change of the interface. */
const WORDS: [what: string, words: readonly string[], expected: string][] = [
  ['entities of the audit log', AUDIT_ENTITIES, 'proxy account model vps plan incident settings source export'],
  ['sources of a check', CHECK_SOURCES, 'monitor test report'],
  [
    'outcomes of a check',
    CHECK_OUTCOMES,
    'ok timeout refused unreachable dns reset auth billing proxy_error protocol tls target_blocked captive_portal inconclusive',
  ],
  ['kinds of alerts', ALERT_KINDS, 'failing exit_ip_conflict monitor expiry digest weekly notice'],
  ['modes of failover', FAILOVERS, 'off suggest auto'],
  ['endings of an alert', ENDINGS, 'recovered off'],
  [
    'entries of a timeline',
    INCIDENT_EVENTS,
    'opened grew acknowledged handed_over note moved deactivated muted unmuted escalated resolved',
  ],
  ['days of the weekly report', WEEKDAYS, 'sunday monday tuesday wednesday thursday friday saturday'],
  ['goals of a rebalance', REBALANCE_GOALS, 'spread compact'],
  ['formats of an export', EXPORT_FORMATS, 'csv json text'],
  ['problems of a delivery', DELIVERY_PROBLEMS, 'channel_gone no_access refused unavailable'],
  ['kinds of messages', MESSAGE_KINDS, 'alert incident_update escalation maintenance source thread_entry'],
  ['kinds of messages in a thread', THREAD_KINDS, 'thread_entry'],
  ['sides of a page', PAGE_SIDES, 'after before first last group'],
  [
    'kinds of plans',
    PLAN_KINDS,
    'proxy.import account.import vps.import assignment.fill pool.change account.model account.change source.sync',
  ],
  ['states of a plan', PLAN_STATES, 'open applied cancelled expired'],
  ['job that assigns waiting accounts', [ASSIGNING_JOB], 'assign-waiting'],
  ['kinds of sources', SOURCE_KINDS, 'webshare proxy-seller px6 proxy-cheap iproyal url'],
  ['states of a listed proxy', LISTED_STATES, 'active expired'],
  ['modes of a source', SOURCE_MODES, 'ask additions auto'],
  ['outcomes of a sync', SYNC_OUTCOMES, 'complete incomplete failed'],
  ['classes of a sync', SYNC_CLASSES, 'new adopted changed replaced renewed returned'],
  ['author of links', [BOT_AUTHOR], 'bot'],
  ['kinds of drift', DRIFTS, 'unused undocumented shared'],
];

test.each(WORDS)('the %s have their names', (_what, words, expected) => {
  expect(words.join(' ')).toBe(expected);
});

test('a proxy that its source lacks is deactivated with a reason by which a later sync finds it', () => {
  expect(MISSING_REASON).toBe('missing from its source');
});
