import { type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import { UserError } from '../base/errors.ts';
import { hasCode } from './dispatch/responder.ts';

/** Takes a message out of its channel. One that is gone already is fine. @throws UserError where the bot may not */
export async function deleteMessage(rest: REST, channelId: string, messageId: string): Promise<void> {
  try {
    await rest.delete(Routes.channelMessage(channelId, messageId));
  } catch (error) {
    if (hasCode(error, [RESTJSONErrorCodes.UnknownMessage])) return;
    if (!hasCode(error, [RESTJSONErrorCodes.MissingPermissions, RESTJSONErrorCodes.MissingAccess])) throw error;
    throw new UserError(
      'may_not_delete',
      'The bot may not delete that message.',
      'Delete it yourself, or give the bot Manage Messages in this channel.',
    );
  }
}
