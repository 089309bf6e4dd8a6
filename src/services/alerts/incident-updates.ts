import { z } from 'zod';
import type { Db, Tx } from '../../db/client.ts';
import { recountAccounts } from '../../db/queries/alerts/alert-upkeep.ts';
import { type EndedProxy, endAlertProxies } from '../../db/queries/alerts/alerts.ts';
import { insertEvents } from '../../db/queries/alerts/incident-events.ts';
import {
  findWaitingGrowth,
  insertIncidentUpdate,
  readIncidentSizes,
  readResolved,
  readUpdateMute,
  removeWaitingGrowth,
  type SizedIncident,
  writeAnnouncedSizes,
  writeWaitingGrowth,
} from '../../db/queries/alerts/incident-updates.ts';
import { hasGrown, type IncidentUpdate } from '../../domain/incidents/incident-growth.ts';
import { type MessageSource, postingUnlessMuted } from '../messages/message-source.ts';

/**
 * Counts the accounts of open incidents again, and writes a reply for each incident that has grown so much that an edit
 * of its message, which marks nothing as unread, is not enough. It is written in the transaction of the cause.
 */
export async function recountIncidents(tx: Tx): Promise<void> {
  await recountAccounts(tx);
  const sizes = await readIncidentSizes(tx);
  // The first message of an incident tells its size, whatever happened before it was sent.
  const told = sizes.filter((each) => !each.isEditedSilently || each.isReturning || hasGrown(each.announced, each.now));
  const grown = sizes.filter(
    ({ announced, now, isReturning }) => !isReturning && announced.proxies > 0 && hasGrown(announced, now),
  );
  await insertEvents(
    tx,
    grown.map(({ id, now }) => ({ alertId: id, kind: 'grew', count: now.proxies })),
  );
  for (const incident of told) {
    if (incident.isEditedSilently) await (incident.isReturning ? announceReturn : announceGrowth)(tx, incident);
  }
  await writeAnnouncedSizes(
    tx,
    told.map(({ id, now, isReturning }) => ({ id, isReturning, ...now })),
  );
}

async function announceReturn(tx: Tx, { id, now, providers, messageId }: SizedIncident): Promise<void> {
  const { proxies, accounts } = now;
  await insertIncidentUpdate(tx, messageId, { kind: 'returned', alertId: id, proxies, accounts, providers });
}

async function announceGrowth(tx: Tx, { id, announced, now, providers, messageId }: SizedIncident): Promise<void> {
  const update: IncidentUpdate = {
    kind: 'grew',
    alertId: id,
    from: announced.proxies,
    to: now.proxies,
    accounts: now.accounts,
    providers,
  };
  const waiting = await findWaitingGrowth(tx, id);
  if (!waiting) return insertIncidentUpdate(tx, messageId, update);
  const earlier = UPDATE.parse(waiting.data);
  await writeWaitingGrowth(tx, waiting.id, earlier.kind === 'grew' ? { ...update, from: earlier.from } : update);
}

/**
 * Ends failing proxies in their incidents, and writes a reply for each incident that is resolved by it. The end of an incident that
 * flaps is announced when its proxies have been calm for a while.
 */
export async function endFailures(tx: Tx, ended: readonly EndedProxy[]): Promise<void> {
  const ids = await endAlertProxies(tx, 'failing', ended);
  if (ids.length === 0) return;
  const resolved = await readResolved(tx, ids);
  await removeWaitingGrowth(
    tx,
    resolved.map(({ id }) => id),
  );
  await announceResolved(
    tx,
    resolved.filter(({ openings }) => openings === 1),
  );
}

/** Announces the end of incidents that have flapped and are settled. */
export async function announceSettled(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await announceResolved(tx, await readResolved(tx, ids));
}

async function announceResolved(tx: Tx, incidents: Awaited<ReturnType<typeof readResolved>>): Promise<void> {
  for (const { id, messageId, isEditedSilently, ...resolved } of incidents) {
    // If people switched off the last proxies, they know it.
    if (!isEditedSilently || resolved.recovered === 0) continue;
    await insertIncidentUpdate(tx, messageId, { kind: 'resolved', alertId: id, ...resolved });
  }
}

const count = z.int();
const common = { alertId: count, providers: z.array(z.string()) };
const UPDATE: z.ZodType<IncidentUpdate> = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('grew'), from: count, to: count, accounts: count }),
  z.object({ ...common, kind: z.literal('returned'), proxies: count, accounts: count }),
  z.object({
    ...common,
    kind: z.literal('resolved'),
    lastedMs: z.number(),
    recovered: count,
    off: count,
    // Absent from rows of an earlier version.
    openings: count.default(1),
  }),
]);

/** A reply to the message of an incident. A muted one is not sent later: the message itself shows the state then. */
export function incidentUpdateMessage(db: Db): MessageSource {
  return async ({ id, data }) => {
    const content = UPDATE.parse(data);
    const mutedUntil = await readUpdateMute(db, content.alertId, content.kind);
    const posting = postingUnlessMuted(mutedUntil, { isFinal: true, isShown: false });
    return { message: { id, kind: 'incident_update', content }, posting, isFinal: true };
  };
}
