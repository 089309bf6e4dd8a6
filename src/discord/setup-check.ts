import { type Client, type Guild, PermissionFlagsBits } from 'discord.js';
import type { SetupProblem } from '../domain/messages/setup.ts';
import type { Level, RoleIds } from '../kit/level.ts';
import { CHANNEL_PERMISSIONS, THREAD_PERMISSIONS } from './permissions.ts';

export interface Setup {
  guildId: string;
  roles: RoleIds;
  /** The role that escalations mention, if any. */
  escalateRole: string | undefined;
  /** Whether each incident has a thread. */
  threads: boolean;
  /** The channel for alerts, and what set it. */
  channel: { id: string; setting: string };
}

/**
 * Compares the configuration with the server, as the gateway keeps it up to date: nothing is requested. Permissions are left out as
 * long as the bot's own member is not known.
 */
export function findSetupProblems(
  client: Client<true>,
  { guildId, roles, channel, escalateRole, threads }: Setup,
): SetupProblem[] {
  const guild = client.guilds.cache.get(guildId);
  if (!guild) return [];
  return [
    ...channelProblems(guild, channel),
    ...(threads ? permissionProblems(guild, '/alerts settings threads', channel.id, THREAD_PERMISSIONS) : []),
    ...roleProblems(guild, roles),
    ...(escalateRole === undefined ? [] : escalationProblems(guild, escalateRole, channel.id)),
  ];
}

/** Whether the server has a role; true as long as the server is not known. */
export function hasGuildRole(client: Client<true>, guildId: string, id: string): boolean {
  return client.guilds.cache.get(guildId)?.roles.cache.has(id) ?? true;
}

/** Discord lets a bot mention a role if anyone may, or if the bot may mention every role. */
function escalationProblems(
  { roles, channels, members: { me } }: Guild,
  id: string,
  channelId: string,
): SetupProblem[] {
  const setting = '/alerts settings escalate_role';
  const role = roles.cache.get(id);
  if (!role) {
    return [{ setting, problem: `This server has no role ${id}.`, remedy: 'Choose the role to mention again.' }];
  }
  const channel = channels.cache.get(channelId);
  const held = me && channel?.permissionsFor(me);
  if (role.mentionable || !held || held.has(PermissionFlagsBits.MentionEveryone)) return [];
  return [
    {
      setting,
      problem: `The bot cannot mention @${role.name}.`,
      remedy: 'In the settings of the role, turn on "Allow anyone to @mention this role".',
    },
  ];
}

function channelProblems(guild: Guild, { id, setting }: Setup['channel']): SetupProblem[] {
  const channel = guild.channels.cache.get(id);
  if (!channel) {
    return [
      {
        setting,
        problem: `This server has no channel ${id} that the bot can see.`,
        remedy: 'Copy the ID of the ops channel again; if the channel is private, add the bot to it.',
      },
    ];
  }
  if (!channel.isTextBased()) {
    return [{ setting, problem: `#${channel.name} is not a text channel.`, remedy: 'Use the ID of a text channel.' }];
  }
  return permissionProblems(guild, setting, id, CHANNEL_PERMISSIONS);
}

/** Names the permissions that the bot does not have in a channel; none as long as the channel or the bot's own member is not known. */
function permissionProblems(
  { channels, members: { me } }: Guild,
  setting: string,
  channelId: string,
  needed: Readonly<Record<string, bigint>>,
): SetupProblem[] {
  const channel = channels.cache.get(channelId);
  const held = me && channel?.permissionsFor(me);
  if (!channel || !held) return [];
  const missing = Object.entries(needed).flatMap(([name, bit]) => (held.has(bit) ? [] : [name]));
  if (missing.length === 0) return [];
  return [
    {
      setting,
      problem: `In #${channel.name} the bot has no permission for: ${missing.join(', ')}.`,
      remedy: 'Edit the channel, and allow these for the role of the bot.',
    },
  ];
}

const VARIABLES: Record<Level, string> = {
  viewer: 'VIEWER_ROLE_IDS',
  operator: 'OPERATOR_ROLE_IDS',
  admin: 'ADMIN_ROLE_IDS',
};

function roleProblems({ roles: { cache } }: Guild, roles: RoleIds): SetupProblem[] {
  const all = Object.entries(roles) as [Level, readonly string[]][];
  if (all.every(([, ids]) => ids.length === 0)) {
    return [
      {
        setting: VARIABLES.operator,
        problem: 'No role is set, so only members with Manage Server can use the bot.',
        remedy: 'Copy the ID of a role into it.',
      },
    ];
  }
  return all.flatMap(([level, ids]) => {
    const unknown = ids.filter((id) => !cache.has(id));
    if (unknown.length === 0) return [];
    const problem = `This server has no role ${unknown.join(', ')}.`;
    return [{ setting: VARIABLES[level], problem, remedy: 'Copy the ID of the role again.' }];
  });
}
