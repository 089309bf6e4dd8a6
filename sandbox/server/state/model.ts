/** The state of the stand-in, as plain JSON, so that it can be stored. */

/** A picture or file of a component: as sent, `attachment://name` or a URL. */
export interface Media {
  url: string;
}

interface SelectOption {
  label: string;
  value: string;
  description?: string;
  emoji?: { id?: string; name?: string; animated?: boolean };
  default?: boolean;
}

/** A component of a message or modal, of any kind; `checks/` has validated it for its kind. */
export interface Component {
  type: number;
  id?: number;
  custom_id?: string;
  components?: Component[];
  component?: Component;
  accessory?: Component;
  content?: string;
  label?: string;
  description?: string;
  style?: number;
  url?: string;
  sku_id?: string;
  emoji?: { id?: string; name?: string; animated?: boolean };
  disabled?: boolean;
  options?: SelectOption[];
  placeholder?: string;
  min_values?: number;
  max_values?: number;
  min_length?: number;
  max_length?: number;
  required?: boolean;
  value?: string;
  default?: boolean;
  default_values?: { id: string; type: string }[];
  channel_types?: number[];
  file_types?: string[];
  accent_color?: number;
  spoiler?: boolean;
  divider?: boolean;
  spacing?: number;
  media?: Media;
  file?: Media;
  items?: { media: Media; description?: string; spoiler?: boolean }[];
}

export interface Attachment {
  id: string;
  filename: string;
  contentType: string;
  /** Bytes. */
  size: number;
  description?: string;
  isEphemeral: boolean;
}

/** Which of the ids in a text ping, after `allowed_mentions`. */
export interface Mentions {
  userIds: string[];
  roleIds: string[];
  everyone: boolean;
}

/** The interaction that a message answers, as included in the message. */
export interface MessageOrigin {
  interactionId: string;
  interactionType: number;
  userId: string;
  /** Of the command, in words: `proxy import`. */
  commandName?: string;
}

export interface Message {
  id: string;
  /** The thread in which it is; absent for a message of the channel. */
  threadId?: string;
  type: number;
  authorId: string;
  content: string;
  flags: number;
  components: Component[];
  embeds: Record<string, unknown>[];
  attachmentIds: string[];
  mentions: Mentions;
  createdAt: number;
  editedAt?: number;
  /** The only user who sees an ephemeral message. */
  visibleTo?: string;
  origin?: MessageOrigin;
  /** The message that this one replies to. */
  repliesTo?: string;
  nonce?: string | number;
  /** Times of edits by the bot since the message is an hour old: Discord limits them. */
  lateEdits: number[];
}

/** A public thread. It has the id of the message of the channel from which it was started. */
export interface Thread {
  id: string;
  name: string;
  ownerId: string;
  createdAt: number;
  autoArchiveMinutes: number;
  isArchived: boolean;
  /** Only members with Manage Threads can post in it. */
  isLocked: boolean;
}

export interface Choice {
  name: string;
  value: string | number;
}

export interface CommandOption {
  type: number;
  name: string;
  description: string;
  required?: boolean;
  autocomplete?: boolean;
  choices?: Choice[];
  options?: CommandOption[];
  min_value?: number;
  max_value?: number;
  min_length?: number;
  max_length?: number;
  channel_types?: number[];
}

/** A command as Discord returns it, with the defaults that it fills in. */
export interface Command {
  id: string;
  application_id: string;
  guild_id?: string;
  version: string;
  type: number;
  name: string;
  name_localizations: Record<string, string> | null;
  description: string;
  description_localizations: Record<string, string> | null;
  default_member_permissions: string | null;
  nsfw: boolean;
  contexts: number[] | null;
  integration_types: number[];
  options?: CommandOption[];
}

/** A modal that the bot opened for a person. */
export interface Modal {
  customId: string;
  title: string;
  components: Component[];
}

export type Answer = 'message' | 'deferred' | 'deferred-update' | 'update' | 'choices' | 'modal';

/** An action of the bot on a message with the token of an interaction. */
export interface Effect {
  kind: 'created' | 'updated' | 'deleted';
  messageId: string;
}

export interface Interaction {
  id: string;
  token: string;
  type: number;
  userId: string;
  createdAt: number;
  commandName?: string;
  /** Whether it is a message command. */
  isMessageCommand?: boolean;
  /** The type of the option that autocomplete is requested for. */
  focusedType?: number;
  /** The message whose button or select menu was used, or from whose button the modal came. */
  messageId?: string;
  /** The acknowledgement of the bot; absent until then. */
  answer?: Answer;
  /** The message that `@original` names. */
  originalId?: string;
  effects: Effect[];
  /** Files that came with it: in an option or in a modal. */
  attachmentIds: string[];
  modal?: Modal;
  choices?: Choice[];
  /** Why it failed, in one sentence. */
  failure?: string;
}

export interface Snapshot {
  version: 1;
  cdnKey: string;
  messages: Message[];
  /** Absent from states of earlier versions. */
  threads?: Thread[];
  attachments: Attachment[];
  commands: Command[];
  interactions: Interaction[];
}
