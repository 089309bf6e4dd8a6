import type { Cdn } from '../cdn.ts';
import { APPLICATION_ID, CHANNEL_ID, GUILD_ID } from '../ids.ts';
import { ComponentType, InteractionType, MessageFlag } from '../protocol.ts';
import { mediaOf } from './component-tree.ts';
import type { Attachment, Component, Media, Message, MessageOrigin } from './model.ts';
import { type ApiUser, userOf } from './people.ts';
import type { SandboxState } from './state.ts';
import { type ApiThread, threadPayload } from './threads.ts';

export interface ApiAttachment {
  id: string;
  filename: string;
  size: number;
  url: string;
  proxy_url: string;
  content_type: string;
  description?: string;
  ephemeral?: boolean;
}

/** A message as sent by REST and the gateway and shown by the page. */
export interface ApiMessage {
  id: string;
  channel_id: string;
  type: number;
  author: ApiUser;
  content: string;
  timestamp: string;
  edited_timestamp: string | null;
  flags: number;
  components: Component[];
  embeds: Record<string, unknown>[];
  attachments: ApiAttachment[];
  mentions: ApiUser[];
  mention_roles: string[];
  mention_everyone: boolean;
  pinned: boolean;
  tts: boolean;
  webhook_id?: string;
  application_id?: string;
  interaction_metadata?: Record<string, unknown>;
  message_reference?: { type: number; message_id: string; channel_id: string; guild_id: string };
  referenced_message?: ApiMessage | null;
  nonce?: string | number;
  /** The thread that was started from it. */
  thread?: ApiThread;
}

/** Renders stored objects as API payloads; links are signed each time. */
export class Renderer {
  readonly #state: SandboxState;
  readonly #cdn: Cdn;

  constructor(state: SandboxState, cdn: Cdn) {
    this.#state = state;
    this.#cdn = cdn;
  }

  message(message: Message): ApiMessage {
    const attachments = this.#attachmentsOf(message);
    const thread = this.#state.threads.get(message.id);
    const isV2 = (message.flags & MessageFlag.componentsV2) !== 0;
    return {
      id: message.id,
      channel_id: message.threadId ?? CHANNEL_ID,
      type: message.type,
      author: userOf(message.authorId),
      content: message.content,
      timestamp: new Date(message.createdAt).toISOString(),
      edited_timestamp: message.editedAt ? new Date(message.editedAt).toISOString() : null,
      flags: message.flags | (thread ? MessageFlag.hasThread : 0),
      components: message.components.map((component) => this.#component(component, attachments)),
      embeds: message.embeds,
      // Files of a V2 message are only in its components.
      attachments: isV2 ? [] : attachments.map((attachment) => this.attachment(attachment)),
      mentions: message.mentions.userIds.map(userOf),
      mention_roles: message.mentions.roleIds,
      mention_everyone: message.mentions.everyone,
      pinned: false,
      tts: false,
      ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
      ...this.#origin(message),
      ...this.#reference(message),
      ...(thread && { thread: threadPayload(thread) }),
    };
  }

  attachment(attachment: Attachment): ApiAttachment {
    const url = this.#cdn.urlOf(attachment);
    return {
      id: attachment.id,
      filename: attachment.filename,
      size: attachment.size,
      url,
      proxy_url: url,
      content_type: attachment.contentType,
      ...(attachment.description ? { description: attachment.description } : {}),
      ...(attachment.isEphemeral ? { ephemeral: true } : {}),
    };
  }

  #attachmentsOf(message: Message): Attachment[] {
    return message.attachmentIds.flatMap((id) => this.#state.attachments.get(id) ?? []);
  }

  #component(component: Component, attachments: Attachment[]): Component {
    const shown: Component & { name?: string; size?: number } = structuredClone(component);
    for (const media of mediaOf(shown)) this.#resolve(media, attachments);
    if (shown.type === ComponentType.file) {
      const attachment = attachmentNamed(component.file, attachments);
      if (attachment) Object.assign(shown, { name: attachment.filename, size: attachment.size });
    }
    if (component.components) shown.components = component.components.map((part) => this.#component(part, attachments));
    if (component.accessory) shown.accessory = this.#component(component.accessory, attachments);
    return shown;
  }

  #resolve(media: Media, attachments: Attachment[]): void {
    const attachment = attachmentNamed(media, attachments);
    if (!attachment) return;
    const url = this.#cdn.urlOf(attachment);
    Object.assign(media, {
      url,
      proxy_url: url,
      content_type: attachment.contentType,
      attachment_id: attachment.id,
    });
  }

  #origin(message: Message): Partial<ApiMessage> {
    if (!message.origin) return {};
    return {
      webhook_id: APPLICATION_ID,
      application_id: APPLICATION_ID,
      interaction_metadata: interactionMetadata(message.origin, message.repliesTo),
    };
  }

  #reference(message: Message): Partial<ApiMessage> {
    if (!message.repliesTo) return {};
    const referenced = this.#state.messages.get(message.repliesTo);
    return {
      message_reference: { type: 0, message_id: message.repliesTo, channel_id: CHANNEL_ID, guild_id: GUILD_ID },
      // One level deep, as Discord does.
      referenced_message: referenced ? this.message({ ...referenced, repliesTo: '' }) : null,
    };
  }
}

function attachmentNamed(media: Media | undefined, attachments: Attachment[]): Attachment | undefined {
  return attachments.find((attachment) => media?.url === `attachment://${attachment.filename}`);
}

function interactionMetadata(origin: MessageOrigin, messageId: string | undefined): Record<string, unknown> {
  return {
    id: origin.interactionId,
    type: origin.interactionType,
    user: userOf(origin.userId),
    authorizing_integration_owners: { '0': GUILD_ID },
    ...(origin.interactionType === InteractionType.command && origin.commandName
      ? { name: origin.commandName, command_type: 1 }
      : {}),
    ...(origin.interactionType === InteractionType.component && messageId ? { interacted_message_id: messageId } : {}),
  };
}
