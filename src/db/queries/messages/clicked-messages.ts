import { eq } from 'drizzle-orm';
import type { Db } from '../../client.ts';
import { clickedMessages } from '../../schema/messages.ts';

export type ClickedMessageRow = typeof clickedMessages.$inferSelect;

export async function insertClickedMessage(db: Db, row: ClickedMessageRow): Promise<void> {
  await db.insert(clickedMessages).values(row).onConflictDoNothing();
}

export async function deleteClickedMessage(db: Db, messageId: string): Promise<void> {
  await db.delete(clickedMessages).where(eq(clickedMessages.messageId, messageId));
}

export function takeClickedMessages(db: Db): Promise<ClickedMessageRow[]> {
  return db.delete(clickedMessages).returning();
}
