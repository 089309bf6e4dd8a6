import { type BaseInteraction, PermissionFlagsBits } from 'discord.js';
import { UserError } from '../../base/errors.ts';
import { isAllowed, type Level, levelOf, type RoleIds } from '../../kit/level.ts';

/** Whom the bot serves. */
export interface Access {
  guildId: string;
  roles: RoleIds;
}

/**
 * The caller's level, by what the interaction itself says of them: nothing is fetched, and nothing is remembered.
 *
 * @throws UserError where they may not
 */
export function authorise(interaction: BaseInteraction, required: Level, { guildId, roles }: Access): Level {
  if (interaction.guildId !== guildId) throw new UserError('wrong_guild', 'This bot serves another Discord server.');
  const held = interaction.member?.roles ?? [];
  const ids = Array.isArray(held) ? held : [...held.cache.keys()];
  const canManage = interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false;
  const level = levelOf(ids, canManage, roles);
  if (!level) throw noRole(interaction, roles);
  if (isAllowed(level, required)) return level;
  throw new UserError(
    'not_allowed',
    `This needs the level ${required}; you are ${level === 'viewer' ? 'a' : 'an'} ${level}.`,
  );
}

function noRole({ guild }: BaseInteraction, { viewer, operator, admin }: RoleIds): UserError {
  const names = [...viewer, ...operator, ...admin].flatMap((id) => guild?.roles.cache.get(id)?.name ?? []);
  const list = names.length > 0 ? ` (${names.join(', ')})` : '';
  return new UserError(
    'no_role',
    `You have none of the roles that may use this bot${list}.`,
    'Ask whoever manages this server for one.',
  );
}
