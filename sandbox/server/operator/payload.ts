import type { Core } from '../core.ts';
import { APPLICATION_ID, CHANNEL_ID, GUILD_ID } from '../ids.ts';
import { OptionType } from '../protocol.ts';
import type { Attachment, Interaction } from '../state/model.ts';
import { channelPayload, findUser, memberOf, permissionsOf, userOf } from '../state/people.ts';
import type { ApiMessage } from '../state/render.ts';
import type { CalledCommand, FilledOption } from './options.ts';

const LOCALE = 'en-US';

/** The common payload of interactions: place and user. */
export function interactionPayload(
  interaction: Interaction,
  data: Record<string, unknown>,
  attachmentSizeLimit: number,
  message?: ApiMessage,
): Record<string, unknown> {
  return {
    id: interaction.id,
    application_id: APPLICATION_ID,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    guild_id: GUILD_ID,
    guild: { id: GUILD_ID, locale: LOCALE, features: [] },
    guild_locale: LOCALE,
    channel_id: CHANNEL_ID,
    channel: { ...channelPayload(), permissions: permissionsOf(interaction.userId) },
    member: memberPayload(interaction.userId),
    locale: LOCALE,
    app_permissions: permissionsOf(APPLICATION_ID),
    attachment_size_limit: attachmentSizeLimit,
    authorizing_integration_owners: { '0': GUILD_ID },
    context: 0,
    entitlements: [],
    entitlement_sku_ids: [],
    data,
    ...(message ? { message } : {}),
  };
}

function memberPayload(userId: string): Record<string, unknown> {
  return { ...memberOf(userId), user: userOf(userId), permissions: permissionsOf(userId) };
}

type Server = Pick<Core, 'render' | 'state'>;

/** Options as typed by a member; `focused` is the one that is being typed. */
export interface TypedOptions {
  filled: FilledOption[];
  files: Map<string, Attachment>;
  focused?: string;
}

/** The `data` of a slash command or of an autocomplete request. */
export function commandData(
  called: CalledCommand,
  { filled, files, focused }: TypedOptions,
  server: Server,
): Record<string, unknown> {
  const leaves = filled.map(({ definition, value }) => ({
    name: definition.name,
    type: definition.type,
    value: files.get(definition.name)?.id ?? value,
    ...(definition.name === focused ? { focused: true } : {}),
  }));
  const options = called.chain.reduceRight<Record<string, unknown>[]>(
    (inner, step) => [{ name: step.name, type: step.type, options: inner }],
    leaves,
  );
  const ids = filled.filter(({ definition }) => NAMES_SOMETHING.includes(definition.type)).map(({ value }) => value);
  const resolved = resolvedData(ids.map(String), [...files.values()], server);
  return {
    id: called.command.id,
    name: called.command.name,
    type: called.command.type,
    guild_id: GUILD_ID,
    options,
    ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
  };
}

const NAMES_SOMETHING: readonly number[] = [
  OptionType.user,
  OptionType.role,
  OptionType.channel,
  OptionType.mentionable,
];

/** The users, roles, channels and files behind the selected ids. */
export function resolvedData(
  ids: string[],
  attachments: Attachment[],
  { render, state }: Server,
): Record<string, unknown> {
  const users = ids.flatMap((id) => findUser(id) ?? []);
  const members = users.map((someone) => ({
    id: someone.id,
    ...memberOf(someone.id),
    permissions: permissionsOf(someone.id),
  }));
  const groups = {
    users,
    members,
    roles: state.roles.filter((role) => ids.includes(role.id)),
    channels: ids.includes(CHANNEL_ID) ? [{ ...channelPayload(), permissions: permissionsOf(APPLICATION_ID) }] : [],
    attachments: attachments.map((attachment) => render.attachment(attachment)),
  };
  return Object.fromEntries(
    Object.entries(groups)
      .filter(([, found]) => found.length > 0)
      .map(([name, found]) => [name, Object.fromEntries(found.map((one) => [one.id, one]))]),
  );
}
