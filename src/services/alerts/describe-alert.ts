import { z } from 'zod';
import type { Db } from '../../db/client.ts';
import { readAlertSettings } from '../../db/queries/alerts/alert-settings.ts';
import {
  type AlertRow,
  countAlert,
  findAlert,
  listAlertProxies,
  tallyAlert,
} from '../../db/queries/alerts/alert-views.ts';
import { readEvents } from '../../db/queries/alerts/incident-events.ts';
import type { Alert, DigestFigures, IncidentAlert, IncidentThread, Notice } from '../../domain/incidents/incident.ts';
import type { WeeklyFigures } from '../../domain/incidents/weekly.ts';
import { DEFAULT_CURRENCY } from '../../domain/parse/fields/currency.ts';

const SAMPLE = 5;
const EVENTS_SHOWN = 5;

const reason = z.object({ reason: z.string() });
const count = z.int();
const figures: z.ZodType<DigestFigures> = z.object({
  health: z.object({ healthy: count, degraded: count, failing: count, unknown: count }),
  accounts: z.object({ assigned: count, waiting: count, held: count }),
  freeSlots: count,
  incidents: z.object({ opened: count, open: count }),
  expiring: count,
  expiryDays: count,
});
const spread = z.object({ count, medianMs: z.number(), worstMs: z.number() });
const week: z.ZodType<WeeklyFigures> = z.object({
  incidents: z.object({ opened: count, open: count, escalated: count }),
  acknowledged: spread.nullable(),
  resolved: spread.nullable(),
  providers: z.array(z.object({ name: z.string(), checks: count, succeeded: count, failingMinutes: count })),
  moved: count,
  waited: z.object({ served: count, waiting: count }),
  freeSlots: count,
  missingSlots: count,
  monthlyCost: z.number(),
  // Absent from reports of earlier versions.
  currency: z.string().default(DEFAULT_CURRENCY),
  days: z.array(z.object({ day: z.string(), opened: count })).default([]),
});
const notice: z.ZodType<Notice> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('served'), models: z.array(z.object({ name: z.string(), count })) }),
  z.object({
    kind: z.literal('channel_lost'),
    channelId: z.string(),
    problem: z.enum(['channel_gone', 'no_access']),
  }),
  z.object({ kind: z.literal('source_failing'), source: z.string(), message: z.string() }),
]);

/** The current content of an alert's message; undefined if the alert does not exist. */
export async function describeAlert(db: Db, id: number): Promise<Alert | undefined> {
  const row = await findAlert(db, id);
  if (!row) return undefined;
  const { data, kind, movable, openings, lastAt, ownerId, ownedSince: since, ...rest } = row;
  const { messageId, threadId, isThreadGone, ...shown } = rest;
  const ownership = ownerId === null || since === null ? null : { ownerId, since };
  const thread = threadToName({ messageId, threadId, isThreadGone });
  const base = { ...shown, ownership, thread, events: await readEvents(db, id, EVENTS_SHOWN) };
  switch (kind) {
    case 'monitor':
      return { ...base, kind, reason: reason.parse(data).reason };
    case 'digest':
      return { ...base, kind, figures: figures.parse(data) };
    case 'weekly':
      return { ...base, kind, figures: week.parse(data) };
    case 'notice':
      return { ...base, kind, notice: notice.parse(data) };
    default:
      return describeIncident(db, { ...base, kind, openings, lastAt }, movable);
  }
}

/** Discord shows a thread below the message from which it was started. */
function threadToName({
  messageId,
  threadId,
  isThreadGone,
}: Pick<AlertRow, 'messageId' | 'threadId' | 'isThreadGone'>): IncidentThread | null {
  if (isThreadGone) return { kind: 'deleted' };
  return threadId === null || threadId === messageId ? null : { kind: 'elsewhere', id: threadId };
}

async function describeIncident(
  db: Db,
  base: Pick<
    AlertRow,
    'id' | 'openedAt' | 'lastAt' | 'closedAt' | 'openings' | 'mutedUntil' | 'maintainedUntil' | 'mutedBy'
  > &
    Pick<IncidentAlert, 'kind' | 'ownership' | 'events' | 'thread'>,
  planned: number | null,
): Promise<IncidentAlert> {
  const { id, kind } = base;
  const { moved, ...counts } = await countAlert(db, id);
  const tallies = await tallyAlert(db, id);
  const sample = await listAlertProxies(db, id, SAMPLE);
  const { failover: mode } = await readAlertSettings(db);
  const canMove = kind === 'failing' && mode !== 'off' && counts.models.length > 0;
  const movable = canMove ? planned : 0;
  return { ...base, ...counts, ...tallies, sample, failover: kind === 'failing' ? { mode, moved, movable } : null };
}
