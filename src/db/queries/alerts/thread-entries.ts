import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '../../client.ts';
import { alerts, incidentEvents } from '../../schema/alerts.ts';
import { al } from '../../sql/aliases.ts';
import { as, list, shape, typeOf } from '../../sql/columns.ts';
import { firstRow } from '../../sql/rows.ts';
import { HAS_THREADS } from './alert-settings.ts';
import { MUTED_UNTIL, providersOf } from './alert-views.ts';
import { IS_OUTGROWN } from './incident-events.ts';

const ev = as(incidentEvents, 'incident_events');

const THREAD_ENTRY = z.strictObject({
  ...shape(incidentEvents, 'kind', 'at', 'actorId', 'count', 'to', 'note'),
  ...shape(alerts, 'openings'),
  alertId: typeOf(alerts.id),
  isOpen: z.boolean(),
  isOutgrown: z.boolean(),
  isOn: z.boolean(),
  mutedUntil: z.date().nullable(),
  providers: z.array(z.string()),
});

/** An entry of a timeline with the incident to which it belongs. */
export function readThreadEntry(db: Db, id: number): Promise<z.infer<typeof THREAD_ENTRY> | undefined> {
  const statement = sql`
    select ${list(ev, 'kind', 'at', 'actorId', 'count', 'to', 'note')}, ${al.id} as "alertId", ${al.openings}, ${al.closedAt} is null as "isOpen",
      ${IS_OUTGROWN} as "isOutgrown", ${HAS_THREADS} as "isOn", ${MUTED_UNTIL} as "mutedUntil", ${providersOf(sql``)} as providers
    from ${ev} join ${al} on ${al.id} = ${ev.alertId} where ${ev.id} = ${id}`;
  return firstRow(db, THREAD_ENTRY, statement);
}
