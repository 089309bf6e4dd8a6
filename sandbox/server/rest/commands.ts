import { type CommandRequest, checkCommand, checkCommandList, typeOf } from '../checks/commands.ts';
import { issue } from '../checks/issue.ts';
import { checkAgainstSpec } from '../checks/spec.ts';
import { refusals } from '../http/errors.ts';
import { type ApiReply, type ApiRequest, NO_CONTENT, ok, type Route, route } from '../http/router.ts';
import { APPLICATION_ID, GUILD_ID } from '../ids.ts';
import type { Choice, Command, CommandOption } from '../state/model.ts';

/** Registered commands: those of the server, and those of the application everywhere. */
export const commandRoutes = [
  ...routesUnder('/applications/:application/guilds/:guild/commands', requireGuild),
  ...routesUnder('/applications/:application/commands', () => undefined),
];

/** Returns the guild whose commands are meant; undefined stands for the global ones. */
type Scope = (request: ApiRequest) => string | undefined;

function routesUnder(path: string, scope: Scope): Route[] {
  const handled = (handle: (request: ApiRequest, guildId: string | undefined) => ApiReply) => (request: ApiRequest) => {
    if (request.params.get('application') !== APPLICATION_ID) throw refusals.missingAccess();
    return handle(request, scope(request));
  };
  return [
    route('GET', path, handled(list)),
    route('PUT', path, handled(replaceAll)),
    route('POST', path, handled(create)),
    route(
      'GET',
      `${path}/:command`,
      handled((request, guildId) => ok(find(request, guildId))),
    ),
    route('PATCH', `${path}/:command`, handled(change)),
    route('DELETE', `${path}/:command`, handled(remove)),
  ];
}

function requireGuild({ params }: ApiRequest): string {
  if (params.get('guild') !== GUILD_ID) throw refusals.missingAccess();
  return GUILD_ID;
}

function list({ core, query }: ApiRequest, guildId: string | undefined): ApiReply {
  const commands = [...core.state.commands.values()].filter((command) => command.guild_id === guildId);
  return ok(query.get('with_localizations') === 'true' ? commands : commands.map(withoutLocalizations));
}

function replaceAll({ core, body }: ApiRequest, guildId: string | undefined): ApiReply {
  if (!Array.isArray(body))
    throw refusals.invalidModal([issue([], 'LIST_TYPE_CONVERT', 'Only iterables may be used.')]);
  const issues = checkCommandList(body as CommandRequest[]);
  if (issues.length > 0) throw refusals.invalidModal(issues);
  const before = [...core.state.commands.values()];
  const commands = (body as CommandRequest[]).map((sent) => registered(core.state.ids.next(), sent, guildId, before));
  core.state.replaceCommands([...before.filter((command) => command.guild_id !== guildId), ...commands]);
  return ok(commands);
}

function create({ core, body }: ApiRequest, guildId: string | undefined): ApiReply {
  const sent = body as CommandRequest;
  const issues = checkCommand(sent);
  if (issues.length > 0) throw refusals.invalidModal(issues);
  const before = [...core.state.commands.values()];
  const command = registered(core.state.ids.next(), sent, guildId, before);
  core.state.replaceCommands([...before.filter(({ id }) => id !== command.id), command]);
  return { status: before.some(({ id }) => id === command.id) ? 200 : 201, body: command };
}

function change(request: ApiRequest, guildId: string | undefined): ApiReply {
  const { core, body } = request;
  const before = find(request, guildId);
  const shape = checkAgainstSpec('commandEdit', body);
  if (shape.length > 0) throw refusals.invalidModal(shape);
  const sent = { ...asRequest(before), ...(body as Partial<CommandRequest>) };
  const issues = checkCommand(sent);
  if (issues.length > 0) throw refusals.invalidModal(issues);
  const command = { ...registered(core.state.ids.next(), sent, guildId, []), id: before.id };
  const all = [...core.state.commands.values()].map((one) => (one.id === before.id ? command : one));
  core.state.replaceCommands(all);
  return ok(command);
}

function remove(request: ApiRequest, guildId: string | undefined): ApiReply {
  const gone = find(request, guildId);
  const { state } = request.core;
  state.replaceCommands([...state.commands.values()].filter(({ id }) => id !== gone.id));
  return NO_CONTENT;
}

function find({ core, params }: ApiRequest, guildId: string | undefined): Command {
  const command = core.state.commands.get(params.get('command'));
  if (!command || command.guild_id !== guildId) throw refusals.unknownCommand();
  return command;
}

/** A command keeps its id for as long as its name and type stay; its version is new with each change. */
function registered(freshId: string, sent: CommandRequest, guildId: string | undefined, before: Command[]): Command {
  const type = typeOf(sent);
  const known = before.find((one) => one.guild_id === guildId && one.name === sent.name && one.type === type);
  const options = (sent.options ?? []).map(withoutDefaults);
  const command: Command = {
    id: known?.id ?? freshId,
    application_id: APPLICATION_ID,
    ...(guildId ? { guild_id: guildId } : {}),
    version: freshId,
    type,
    name: sent.name,
    name_localizations: sent.name_localizations ?? null,
    description: sent.description ?? '',
    description_localizations: sent.description_localizations ?? null,
    default_member_permissions:
      sent.default_member_permissions == null ? null : String(sent.default_member_permissions),
    nsfw: sent.nsfw ?? false,
    contexts: sent.contexts ?? null,
    integration_types: sent.integration_types ?? [0],
    ...(options.length > 0 ? { options } : {}),
  };
  const isSame = known && JSON.stringify({ ...command, version: known.version }) === JSON.stringify(known);
  return isSame ? known : command;
}

/** Discord leaves out what was sent as null, as false or as an empty list. */
function withoutDefaults(option: CommandOption): CommandOption {
  const isGiven = ([, value]: [string, unknown]) =>
    value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
  const kept = Object.fromEntries(Object.entries(option).filter(isGiven)) as unknown as CommandOption;
  if (kept.options) kept.options = kept.options.map(withoutDefaults);
  if (kept.choices) kept.choices = kept.choices.map(({ name, value }): Choice => ({ name, value }));
  return kept;
}

function withoutLocalizations({ name_localizations: _n, description_localizations: _d, ...command }: Command) {
  return command;
}

function asRequest({ id: _i, application_id: _a, guild_id: _g, version: _v, ...sent }: Command): CommandRequest {
  return sent;
}
