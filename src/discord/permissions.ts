import { PermissionFlagsBits } from 'discord.js';

type Permissions = Readonly<Record<string, bigint>>;

/** The permissions without which no message reaches the ops channel, or none is found again, by their names in Discord. */
export const CHANNEL_PERMISSIONS = {
  'View Channel': PermissionFlagsBits.ViewChannel,
  'Send Messages': PermissionFlagsBits.SendMessages,
  'Attach Files': PermissionFlagsBits.AttachFiles,
  'Read Message History': PermissionFlagsBits.ReadMessageHistory,
} as const satisfies Permissions;

/** Those that threads of incidents need as well. A thread that a moderator has locked would need Manage Threads, which the bot does not ask for. */
export const THREAD_PERMISSIONS = {
  'Create Public Threads': PermissionFlagsBits.CreatePublicThreads,
  'Send Messages in Threads': PermissionFlagsBits.SendMessagesInThreads,
} as const satisfies Permissions;

/** All that the bot asks for when it is invited: these, and Manage Messages for `Delete message`. */
export const INVITED_WITH: bigint = [
  ...Object.values(CHANNEL_PERMISSIONS),
  ...Object.values(THREAD_PERMISSIONS),
  PermissionFlagsBits.ManageMessages,
].reduce((all, bit) => all | bit, 0n);
