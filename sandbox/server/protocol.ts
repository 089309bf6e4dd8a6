/** The numbers of Discord's protocol that the stand-in speaks (https://discord.com/developers/docs/reference). */

export const ComponentType = {
  actionRow: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  userSelect: 5,
  roleSelect: 6,
  mentionableSelect: 7,
  channelSelect: 8,
  section: 9,
  textDisplay: 10,
  thumbnail: 11,
  mediaGallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
  fileUpload: 19,
  radioGroup: 21,
  checkboxGroup: 22,
  checkbox: 23,
} as const;

export const ButtonStyle = { link: 5, premium: 6 } as const;

export const InteractionType = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const;

export const CallbackType = {
  message: 4,
  deferredMessage: 5,
  deferredUpdate: 6,
  update: 7,
  choices: 8,
  modal: 9,
} as const;

export const CommandType = { slash: 1, user: 2, message: 3 } as const;

export const OptionType = {
  subcommand: 1,
  subcommandGroup: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const;

export const MessageFlag = {
  suppressEmbeds: 1 << 2,
  hasThread: 1 << 5,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  suppressNotifications: 1 << 12,
  componentsV2: 1 << 15,
} as const;

export const MessageType = { default: 0, reply: 19, slashCommand: 20, contextMenu: 23 } as const;

export const ChannelType = { text: 0, publicThread: 11 } as const;

export const Intent = { guilds: 1 << 0, guildMessages: 1 << 9, messageContent: 1 << 15 } as const;

export const Opcode = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  resume: 6,
  reconnect: 7,
  requestMembers: 8,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

/** Time limits of interactions. */
export const ACKNOWLEDGE_WITHIN_MS = 3_000;
export const TOKEN_LIFETIME_MS = 15 * 60_000;
