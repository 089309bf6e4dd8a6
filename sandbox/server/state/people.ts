import {
  APPLICATION_ID,
  BOT_ROLE_ID,
  CHANNEL_ID,
  GUILD_ID,
  ON_CALL_ROLE_ID,
  ROLE_IDS,
  USER_IDS,
  type UserName,
} from '../ids.ts';
import type { ApiThread } from './threads.ts';

export interface ApiUser {
  id: string;
  username: string;
  global_name: string | null;
  discriminator: string;
  avatar: null;
  bot: boolean;
  public_flags: number;
}

export interface ApiMember {
  roles: string[];
  joined_at: string;
  nick: null;
  avatar: null;
  premium_since: null;
  communication_disabled_until: null;
  deaf: boolean;
  mute: boolean;
  pending: boolean;
  flags: number;
}

/** Bits of https://discord.com/developers/docs/topics/permissions that anything here depends on. */
export const Permission = {
  manageGuild: 1n << 5n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readHistory: 1n << 16n,
  useCommands: 1n << 31n,
  manageThreads: 1n << 34n,
  createPublicThreads: 1n << 35n,
  sendMessagesInThreads: 1n << 38n,
} as const;

const EVERYONE_PERMISSIONS =
  Permission.viewChannel |
  Permission.sendMessages |
  Permission.embedLinks |
  Permission.attachFiles |
  Permission.readHistory |
  Permission.useCommands;
const BOT_PERMISSIONS =
  EVERYONE_PERMISSIONS | Permission.manageMessages | Permission.createPublicThreads | Permission.sendMessagesInThreads;
const OWNER_PERMISSIONS = (1n << 53n) - 1n;

const FOUNDED = '2024-01-01T00:00:00.000000+00:00';

interface Person {
  displayName: string;
  roles: string[];
}

const PEOPLE: Record<UserName, Person> = {
  ada: { displayName: 'Ada', roles: [ROLE_IDS.admin] },
  otto: { displayName: 'Otto', roles: [ROLE_IDS.operator] },
  olga: { displayName: 'Olga', roles: [ROLE_IDS.operator, ON_CALL_ROLE_ID] },
  vera: { displayName: 'Vera', roles: [ROLE_IDS.viewer] },
  sam: { displayName: 'Sam', roles: [] },
  grace: { displayName: 'Grace', roles: [] },
};

const USER_NAMES = Object.keys(PEOPLE) as UserName[];

export const BOT_USER: ApiUser = user(APPLICATION_ID, 'proxy-ops', null, true);

const USERS = new Map<string, ApiUser>([
  [APPLICATION_ID, BOT_USER],
  ...USER_NAMES.map((name): [string, ApiUser] => [
    USER_IDS[name],
    user(USER_IDS[name], name, PEOPLE[name].displayName, false),
  ]),
]);

function user(id: string, username: string, globalName: string | null, isBot: boolean): ApiUser {
  return {
    id,
    username,
    global_name: globalName,
    discriminator: '0',
    avatar: null,
    bot: isBot,
    public_flags: 0,
  };
}

export function findUser(id: string): ApiUser | undefined {
  return USERS.get(id);
}

/** A user who is known to be a member, as authors of messages are. */
export function userOf(id: string): ApiUser {
  const found = USERS.get(id);
  if (!found) throw new Error(`the sandbox has no user with the id ${id}`);
  return found;
}

export function memberOf(userId: string): ApiMember {
  const name = USER_NAMES.find((candidate) => USER_IDS[candidate] === userId);
  return {
    roles: name ? [...PEOPLE[name].roles] : [BOT_ROLE_ID],
    joined_at: FOUNDED,
    nick: null,
    avatar: null,
    premium_since: null,
    communication_disabled_until: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
  };
}

/** Permissions in the channel, as Discord's decimal string. */
export function permissionsOf(userId: string): string {
  if (userId === APPLICATION_ID) return BOT_PERMISSIONS.toString();
  return (userId === USER_IDS.grace ? OWNER_PERMISSIONS : EVERYONE_PERMISSIONS).toString();
}

/** Whether the bot has a permission in the server, by its role or that of everyone. */
export function botHas(roles: readonly ApiRole[], permission: bigint): boolean {
  return roles.some(({ id, permissions }) => {
    const isHeld = id === BOT_ROLE_ID || id === GUILD_ID;
    return isHeld && (BigInt(permissions) & permission) === permission;
  });
}

interface Role {
  id: string;
  name: string;
  position: number;
  color?: number;
  permissions?: bigint;
}

function role({ id, name, position, color = 0, permissions = 0n }: Role) {
  return {
    id,
    name,
    color,
    colors: { primary_color: color, secondary_color: null, tertiary_color: null },
    hoist: position > 0,
    icon: null,
    unicode_emoji: null,
    position,
    permissions: permissions.toString(),
    managed: id === BOT_ROLE_ID,
    mentionable: id === ON_CALL_ROLE_ID,
    flags: 0,
    ...(id === BOT_ROLE_ID ? { tags: { bot_id: APPLICATION_ID } } : {}),
  };
}

export type ApiRole = ReturnType<typeof role>;

/** A role without permissions that anyone may mention. */
export const mentionableRole = (id: string, name: string): ApiRole => ({
  ...role({ id, name, position: 1 }),
  mentionable: true,
});

/** The roles that the server has at first. */
export const ROLES: readonly ApiRole[] = [
  // The id of the role that everyone has is the server's.
  role({ id: GUILD_ID, name: '@everyone', position: 0, permissions: EVERYONE_PERMISSIONS }),
  role({ id: ROLE_IDS.viewer, name: 'viewer', position: 1, color: 0x99aab5 }),
  role({ id: ROLE_IDS.operator, name: 'operator', position: 2, color: 0x3498db }),
  role({ id: ROLE_IDS.admin, name: 'admin', position: 3, color: 0xe67e22 }),
  role({ id: ON_CALL_ROLE_ID, name: 'on-call', position: 4, color: 0x2f9e5b }),
  role({ id: BOT_ROLE_ID, name: 'proxy-ops', position: 5, permissions: BOT_PERMISSIONS }),
];

export function channelPayload() {
  return {
    id: CHANNEL_ID,
    type: 0,
    guild_id: GUILD_ID,
    name: 'proxy-ops',
    topic: null,
    nsfw: false,
    position: 0,
    parent_id: null,
    rate_limit_per_user: 0,
    last_message_id: null,
    permission_overwrites: [],
    flags: 0,
  };
}

/** The server as returned by `GET /guilds/:id`. */
export function guildPayload(roles: readonly ApiRole[]) {
  return {
    id: GUILD_ID,
    name: 'Sandbox',
    icon: null,
    icon_hash: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    owner_id: USER_IDS.grace,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    roles,
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    vanity_url_code: null,
    description: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: 'en-US',
    public_updates_channel_id: null,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
    incidents_data: null,
  };
}

export function membersPayload() {
  return [...USERS.values()].map((someone) => ({ user: someone, ...memberOf(someone.id) }));
}

/** The server as sent in GUILD_CREATE. */
export function guildCreatePayload(roles: readonly ApiRole[], threads: readonly ApiThread[]) {
  return {
    ...guildPayload(roles),
    joined_at: FOUNDED,
    large: false,
    unavailable: false,
    member_count: USERS.size,
    members: membersPayload(),
    channels: [channelPayload()],
    threads,
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
