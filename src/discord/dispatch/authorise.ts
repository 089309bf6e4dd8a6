import { type BaseInteraction, PermissionFlagsBits } from 'discord.js';
import { UserError } from '../../base/errors.ts';
import { isAllowed, type Level, levelOf, type RoleIds } from '../../kit/level.ts';

/** The guild and the roles that may use the bot. */
export interface Access {
  guildId: string;
  roles: RoleIds;
}

/**
 * The caller's level, derived from the interaction alone: nothing is fetched or cached.
 *
 * @throws UserError if the caller's role does not suffice
 */
export function authorise(interaction: BaseInteraction, required: Level, { guildId, roles }: Access): Level {
  if (interaction.guildId !== guildId)
    throw new UserError('wrong_guild', 'This bot belongs to another Discord server.');
  const held = interaction.member?.roles ?? [];
  const ids = Array.isArray(held) ? held : [...held.cache.keys()];
  const canManage = interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false;
  const level = levelOf(ids, canManage, roles);
  if (!level) throw noRole(interaction, roles);
  assertRole(level, required);
  return level;
}

/** @throws UserError if the caller's role does not include the required one */
export function assertRole(level: Level, required: Level): void {
  if (isAllowed(level, required)) return;
  const role = `${level === 'viewer' ? 'a' : 'an'} ${level}`;
  throw new UserError('not_allowed', `This requires the ${required} role; you are ${role}.`);
}

function noRole({ guild }: BaseInteraction, { viewer, operator, admin }: RoleIds): UserError {
  const names = [...viewer, ...operator, ...admin].flatMap((id) => guild?.roles.cache.get(id)?.name ?? []);
  const needed = names.length > 0 ? `one of these roles: ${names.join(', ')}` : 'the viewer, operator or admin role';
  return new UserError('no_role', `To use this bot you need ${needed}.`, 'Ask a manager of this server for it.');
}
