import { InteractionType, MessageType } from '../protocol.ts';
import type { Interaction, MessageOrigin } from '../state/model.ts';
import type { Draft } from './write.ts';

/** Metadata of a message that answers an interaction. */
export function answerDraft(interaction: Interaction, isHidden: boolean): Omit<Draft, 'body' | 'files'> {
  const origin: MessageOrigin = {
    interactionId: interaction.id,
    interactionType: interaction.type,
    userId: interaction.userId,
    ...(interaction.commandName ? { commandName: interaction.commandName } : {}),
  };
  return {
    type: typeOfAnswer(interaction),
    origin,
    ...(isHidden ? { visibleTo: interaction.userId } : {}),
    ...(interaction.messageId ? { repliesTo: interaction.messageId } : {}),
  };
}

function typeOfAnswer(interaction: Interaction): number {
  if (interaction.type === InteractionType.command)
    return interaction.isMessageCommand ? MessageType.contextMenu : MessageType.slashCommand;
  return interaction.messageId ? MessageType.reply : MessageType.default;
}
