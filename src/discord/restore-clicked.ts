import { type Client, MessageFlags, Routes } from 'discord.js';
import type { Logger } from '../base/logger.ts';
import type { WorkJournal } from './dispatch/working.ts';

/** Brings back the buttons of messages whose work ended with the process that did it. A click then does it, or shows what was done. */
export async function restoreClicked(client: Client<true>, journal: WorkJournal, log: Logger): Promise<void> {
  for (const { channelId, messageId, components } of await journal.take()) {
    const body = { components, flags: MessageFlags.IsComponentsV2 };
    try {
      await client.rest.patch(Routes.channelMessage(channelId, messageId), { body });
    } catch (err) {
      log.warn({ err, message: messageId }, 'the buttons of a message could not be brought back');
    }
  }
}
