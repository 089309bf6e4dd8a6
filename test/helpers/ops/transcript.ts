import { ComponentType, MessageFlag } from '../../../sandbox/server/protocol.ts';
import { textsOf, walkComponents } from '../../../sandbox/server/state/component-tree.ts';
import type { Component } from '../../../sandbox/server/state/model.ts';
import type { ApiMessage } from '../../../sandbox/server/state/render.ts';

const MESSAGES_SHOWN = 20;

/** All that a message says, without its controls. */
export function textOf(message: ApiMessage): string {
  return [message.content, ...textsOf(message.components)].filter(Boolean).join('\n');
}

export function buttonsOf(message: ApiMessage): Component[] {
  return walkComponents(message.components)
    .map(({ component }) => component)
    .filter((component) => component.type === ComponentType.button);
}

/** The label of a button. */
export function labelOf(button: Component): string {
  return button.label ?? button.emoji?.name ?? '';
}

/** The end of the channel as one would read it aloud. */
export function transcribe(messages: ApiMessage[]): string {
  const lines = messages.slice(-MESSAGES_SHOWN).map((message) => {
    const notes = [
      message.flags & MessageFlag.ephemeral ? 'only you see this' : '',
      message.flags & MessageFlag.loading ? 'is thinking' : '',
      message.edited_timestamp ? 'edited' : '',
    ].filter(Boolean);
    const buttons = buttonsOf(message).map((button) => `[${labelOf(button)}]`);
    const files = message.attachments.map((attachment) => `<${attachment.filename}>`);
    const who = notes.length > 0 ? `${message.author.username} (${notes.join(', ')})` : message.author.username;
    return `${who}: ${[textOf(message), ...buttons, ...files].filter(Boolean).join(' ')}`;
  });
  return `The channel:\n${lines.join('\n') || '(empty)'}`;
}
