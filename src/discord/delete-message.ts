import { type REST, RESTJSONErrorCodes, Routes } from 'discord.js';
import { UserError } from '../base/errors.ts';
import { hasCode } from './dispatch/responder.ts';

/** Deletes a message; succeeds if it is already gone. @throws UserError if the bot lacks the permission */
export async function deleteMessage(rest: REST, channelId: string, messageId: string): Promise<void> {
  try {
    await rest.delete(Routes.channelMessage(channelId, messageId));
  } catch (error) {
    if (hasCode(error, [RESTJSONErrorCodes.UnknownMessage])) return;
    if (!hasCode(error, [RESTJSONErrorCodes.MissingPermissions, RESTJSONErrorCodes.MissingAccess])) throw error;
    throw new UserError(
      'may_not_delete',
      'The bot does not have permission to delete that message.',
      'Delete it yourself, or give the bot the Manage Messages permission in this channel.',
    );
  }
}
