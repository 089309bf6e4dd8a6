import { z } from 'zod';
import type { Db, Tx } from '../../db/client.ts';
import { readAlertSettings } from '../../db/queries/alerts/alert-settings.ts';
import { readEscalation } from '../../db/queries/alerts/escalation.ts';
import { readNow } from '../../db/queries/clock.ts';
import { type Escalation, isQuietNow } from '../../domain/incidents/escalation.ts';
import type { MessageSource, MessageState } from '../messages/message-source.ts';

export interface EscalationSourceDeps {
  /** Whether the server has a role. */
  hasRole?: (id: string) => boolean;
  now?: ((db: Db | Tx) => Date | Promise<Date>) | undefined;
}

const STORED = z.strictObject({ roleId: z.string(), waitedMs: z.number() });
/** A message that cannot be sent in quiet hours is looked at again after this time. */
const LOOK_AGAIN_MS = 30_000;

interface FoundEscalation {
  content: Escalation;
  mutedUntil: Date | null;
}

/** The reply about an incident that was escalated. */
export async function describeEscalation(
  db: Db,
  alertId: number,
  hasRole: (id: string) => boolean = () => true,
): Promise<FoundEscalation | undefined> {
  const found = await readEscalation(db, alertId);
  if (!found) return undefined;
  const { mutedUntil, data, ...incident } = found;
  const { roleId, waitedMs } = STORED.parse(data);
  return { content: { ...incident, waitedMs, roleId: hasRole(roleId) ? roleId : null }, mutedUntil };
}

/**
 * The reply that mentions a role. It is read when it is sent, so an incident that was acknowledged or resolved since it was due mentions no
 * role, and quiet hours that have begun since then are kept.
 */
export function escalationMessage(db: Db, { hasRole, now = readNow }: EscalationSourceDeps): MessageSource {
  return async ({ id, alertId }) => {
    const found = alertId === null ? undefined : await describeEscalation(db, alertId, hasRole);
    if (!found) return undefined;
    const posting = await postingOf(db, found, now);
    const { content } = found;
    return { message: { id, kind: 'escalation', content }, posting, isFinal: content.isResolved, isOnce: true };
  };
}

async function postingOf(
  db: Db,
  { content, mutedUntil }: FoundEscalation,
  now: (db: Db) => Date | Promise<Date>,
): Promise<MessageState['posting']> {
  if (content.ownerId !== null || content.isResolved) return 'never';
  if (mutedUntil !== null) return mutedUntil;
  if (!isQuietNow(await readAlertSettings(db), await now(db))) return 'now';
  return new Date((await readNow(db)).getTime() + LOOK_AGAIN_MS);
}
