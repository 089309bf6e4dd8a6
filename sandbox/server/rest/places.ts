import { refusals } from '../http/errors.ts';
import { type ApiReply, type ApiRequest, NO_CONTENT, ok, route } from '../http/router.ts';
import { GUILD_ID } from '../ids.ts';
import { channelPayload, guildPayload, membersPayload } from '../state/people.ts';
import { threadPayload } from '../state/threads.ts';
import { requireChannel } from './messages.ts';

/** Read-only routes of the server, its channel, members and roles. */
export const placeRoutes = [
  route('GET', '/channels/:channel', (request) => {
    const thread = request.core.state.threads.get(request.params.get('channel'));
    if (thread) return ok(threadPayload(thread));
    requireChannel(request);
    return ok(channelPayload());
  }),
  route('POST', '/channels/:channel/typing', (request) => {
    requireChannel(request);
    return NO_CONTENT;
  }),
  inGuild('/guilds/:guild', ({ core, query }) => {
    const counts = { approximate_member_count: membersPayload().length, approximate_presence_count: 0 };
    return ok({ ...guildPayload(core.state.roles), ...(query.get('with_counts') === 'true' ? counts : {}) });
  }),
  inGuild('/guilds/:guild/channels', () => ok([channelPayload()])),
  inGuild('/guilds/:guild/members', () => ok(membersPayload())),
  inGuild('/guilds/:guild/members/:user', ({ params }) => {
    const member = membersPayload().find(({ user }) => user.id === params.get('user'));
    if (!member) throw refusals.unknownMember();
    return ok(member);
  }),
  inGuild('/guilds/:guild/roles', ({ core }) => ok(core.state.roles)),
  inGuild('/guilds/:guild/roles/:role', ({ core, params }) => {
    const role = core.state.roles.find(({ id }) => id === params.get('role'));
    if (!role) throw refusals.unknownRole();
    return ok(role);
  }),
];

function inGuild(path: string, handle: (request: ApiRequest) => ApiReply) {
  return route('GET', path, (request) => {
    if (request.params.get('guild') !== GUILD_ID) throw refusals.missingAccess();
    return handle(request);
  });
}
