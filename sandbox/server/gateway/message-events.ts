import { CHANNEL_ID, GUILD_ID } from '../ids.ts';
import { Intent } from '../protocol.ts';
import type { SandboxEvent } from '../state/events.ts';
import { BOT_USER, memberOf } from '../state/people.ts';
import type { ApiMessage, Renderer } from '../state/render.ts';
import type { SandboxState } from '../state/state.ts';
import type { Gateway } from './gateway.ts';

/** Sends message events to the bot according to its intents; ephemeral messages have no events. */
export function announceMessages(state: SandboxState, render: Renderer, gateway: Gateway): () => void {
  return state.events.subscribe((event) => {
    if (!isMessageEvent(event) || event.message.visibleTo) return;
    if (event.kind === 'message-deleted') {
      const { id, threadId } = event.message;
      const deleted = { id, channel_id: threadId ?? CHANNEL_ID, guild_id: GUILD_ID };
      gateway.dispatch('MESSAGE_DELETE', deleted, Intent.guildMessages);
      return;
    }
    const message = { ...render.message(event.message), guild_id: GUILD_ID, member: memberOf(event.message.authorId) };
    gateway.dispatchEach(
      event.kind === 'message-created' ? 'MESSAGE_CREATE' : 'MESSAGE_UPDATE',
      (session) => (session.has(Intent.messageContent) ? message : withoutContent(message)),
      Intent.guildMessages,
    );
  });
}

type MessageEvent = Extract<SandboxEvent, { message: unknown }>;

function isMessageEvent(event: SandboxEvent): event is MessageEvent {
  return 'message' in event;
}

/** Without the privileged intent a bot reads only what it wrote itself or what mentions it. */
function withoutContent(message: ApiMessage): ApiMessage {
  const isOwn = message.author.id === BOT_USER.id;
  if (isOwn || message.mentions.some((someone) => someone.id === BOT_USER.id)) return message;
  return { ...message, content: '', embeds: [], components: [], attachments: [] };
}
