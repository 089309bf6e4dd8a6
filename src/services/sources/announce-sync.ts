import { z } from 'zod';
import type { Db, Tx } from '../../db/client.ts';
import { changeMessageData, insertMessage } from '../../db/queries/messages/messages.ts';
import { findPlan } from '../../db/queries/plans.ts';
import { type SourceRow, updateSource } from '../../db/queries/sources/sources.ts';
import type { MessageSource } from '../messages/message-source.ts';
import { describeSync } from './describe-sync.ts';
import { syncPlans } from './sync-plan.ts';

/** Adds the message of a plan to the channel, unless the source has one that is open. */
export async function announce(tx: Tx, source: SourceRow, planId: number): Promise<void> {
  if (source.messageId !== null) return;
  const messageId = await insertMessage(tx, { kind: 'source', key: `plan-${planId}`, data: { planId } });
  if (messageId !== undefined) await updateSource(tx, source.id, { messageId });
}

/** Tells in one line what a sync has applied at once. */
export async function noticeOf(tx: Tx, planId: number): Promise<void> {
  await insertMessage(tx, { kind: 'source', key: `plan-${planId}`, data: { planId } });
}

/** The message of a source shows its plan as it is now, or another plan. */
export async function changeMessage(tx: Tx, messageId: number, planId?: number): Promise<void> {
  await changeMessageData(tx, messageId, planId === undefined ? undefined : { planId });
}

const STORED = z.strictObject({ planId: z.int() });

/** The message of a plan: a preview while it is open, then what became of it. */
export function sourceMessage(db: Db): MessageSource {
  return async ({ id, data }) => {
    const { planId } = STORED.parse(data);
    if (!(await findPlan(db, syncPlans.kind, planId))) return undefined;
    const content = await db.transaction(async (tx) => describeSync(tx, await syncPlans.find(tx, planId)));
    return { message: { id, kind: 'source', content }, posting: 'now', isFinal: content.state !== 'open' };
  };
}
