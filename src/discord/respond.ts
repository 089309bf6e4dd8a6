import {
  type APIModalInteractionResponseCallbackData,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type InteractionEditReplyOptions,
  type MessageComponentInteraction,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  type REST,
  RESTJSONErrorCodes,
  Routes,
} from 'discord.js';
import { UserError } from '../errors.ts';
import type { View } from '../views/kit/view.ts';
import type { Ack } from './command.ts';
import { findFormProblems, findViewProblems } from './limits.ts';

/** The interactions that are answered with messages. */
export type Repliable =
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction
  | MessageComponentInteraction
  | ModalSubmitInteraction;

/** A view as the library wants it. A view that Discord would refuse is our mistake and is stopped here, with its reason. */
function payload(view: View): Pick<InteractionEditReplyOptions, 'components' | 'files'> {
  const problems = findViewProblems(view);
  if (problems.length > 0) throw new Error(`Discord would refuse this message: ${problems.join('; ')}`);
  const files = (view.files ?? []).map((file) => ({ name: file.name, attachment: Buffer.from(file.data as string) }));
  return { components: view.components, files };
}

/** The first response. The deferral fixes who sees the answer; Components V2 is declared with the answer itself. */
export async function acknowledge(interaction: Repliable, ack: Ack): Promise<void> {
  if (ack === 'public') await interaction.deferReply();
  else if (ack === 'ephemeral') await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  else if (ack === 'update' && 'deferUpdate' in interaction) await interaction.deferUpdate();
}

export async function openForm(interaction: Repliable, form: APIModalInteractionResponseCallbackData): Promise<void> {
  const problems = findFormProblems(form);
  if (problems.length > 0) throw new Error(`Discord would refuse this form: ${problems.join('; ')}`);
  if (!('showModal' in interaction)) throw new Error('a form cannot answer a form');
  await interaction.showModal(form);
}

/** Fills in the acknowledged answer, or the clicked message. Files of the message before are replaced. */
export async function sendAnswer(interaction: Repliable, view: View): Promise<void> {
  await interaction.editReply({ ...payload(view), flags: MessageFlags.IsComponentsV2, attachments: [] });
}

export async function sendFollowUp(interaction: Repliable, view: View, isEphemeral: boolean): Promise<void> {
  const flags = isEphemeral ? MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral : MessageFlags.IsComponentsV2;
  await interaction.followUp({ ...payload(view), flags });
}

/**
 * Tells the caller alone what went wrong. A public answer cannot become ephemeral, so it is taken away first; a clicked message
 * stays as it is.
 */
export async function sendFailure(interaction: Repliable, ack: Ack, view: View): Promise<void> {
  if (!interaction.deferred && !interaction.replied) {
    await interaction.reply({ ...payload(view), flags: MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral });
  } else if (ack === 'ephemeral') {
    await sendAnswer(interaction, view);
  } else {
    if (ack === 'public') await interaction.deleteReply();
    await sendFollowUp(interaction, view, true);
  }
}

export async function deleteMessage(rest: REST, channelId: string, messageId: string): Promise<void> {
  try {
    await rest.delete(Routes.channelMessage(channelId, messageId));
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error;
    if (error.code === RESTJSONErrorCodes.UnknownMessage) return;
    const isForbidden =
      error.code === RESTJSONErrorCodes.MissingPermissions || error.code === RESTJSONErrorCodes.MissingAccess;
    if (!isForbidden) throw error;
    throw new UserError(
      'may_not_delete',
      'The bot may not delete that message.',
      'Delete it yourself, or give the bot Manage Messages in this channel.',
    );
  }
}
