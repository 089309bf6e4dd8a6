import { issue } from '../checks/issue.ts';
import { refusals } from '../http/errors.ts';
import { type ApiReply, type ApiRequest, ok, route } from '../http/router.ts';
import { APPLICATION_ID, GUILD_ID, USER_IDS } from '../ids.ts';
import { BOT_USER, findUser, guildPayload, permissionsOf, userOf } from '../state/people.ts';

/** The bot user, its gateway, and refreshed links of old attachments. */
export const identityRoutes = [
  route('GET', '/gateway', ({ core }) => ok({ url: gatewayUrl(core.baseUrl) })),
  route('GET', '/gateway/bot', ({ core }) =>
    ok({
      url: gatewayUrl(core.baseUrl),
      shards: 1,
      session_start_limit: { total: 1000, remaining: 999, reset_after: 14_400_000, max_concurrency: 1 },
    }),
  ),
  route('GET', '/users/@me', () => ok({ ...BOT_USER, verified: true, mfa_enabled: true, email: null, flags: 0 })),
  route('GET', '/users/@me/guilds', ({ core }) => {
    const { id, name, icon, banner, features } = guildPayload(core.state.roles);
    return ok([{ id, name, icon, banner, features, owner: false, permissions: permissionsOf(APPLICATION_ID) }]);
  }),
  route('GET', '/users/:user', ({ params }) => {
    const found = findUser(params.get('user'));
    if (!found) throw refusals.unknownUser();
    return ok(found);
  }),
  route('GET', '/applications/@me', () => ok(applicationPayload())),
  route('GET', '/oauth2/applications/@me', () => ok(applicationPayload())),
  route('POST', '/attachments/refresh-urls', refreshUrls),
];

export function gatewayUrl(baseUrl: string): string {
  return `${baseUrl.replace(/^http/, 'ws')}/gateway`;
}

function applicationPayload() {
  return {
    id: APPLICATION_ID,
    name: 'Proxy Ops',
    icon: null,
    description: '',
    summary: '',
    type: null,
    bot: BOT_USER,
    bot_public: false,
    bot_require_code_grant: false,
    verify_key: '0'.repeat(64),
    flags: 0,
    guild_id: GUILD_ID,
    owner: userOf(USER_IDS.grace),
    team: null,
    hook: true,
    redirect_uris: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    event_webhooks_url: null,
    event_webhooks_status: 1,
    explicit_content_filter: 0,
    approximate_guild_count: 1,
    approximate_user_install_count: 0,
    integration_types_config: { '0': {} },
  };
}

/** Like Discord, returns links of unknown attachments unchanged. */
function refreshUrls({ core, body }: ApiRequest): ApiReply {
  const { attachment_urls: urls } = (body ?? {}) as { attachment_urls?: unknown };
  if (
    !Array.isArray(urls) ||
    urls.length === 0 ||
    urls.length > 50 ||
    !urls.every((url) => URL.canParse(String(url)))
  ) {
    throw refusals.invalidModal([issue(['attachment_urls'], 'BASE_TYPE_BAD_LENGTH', 'Must be 1 to 50 URLs.')]);
  }
  const refreshed = urls.map(String).map((original) => {
    const attachment = core.cdn.findUnsigned(new URL(original));
    return { original, refreshed: attachment ? core.cdn.urlOf(attachment) : original };
  });
  return ok({ refreshed_urls: refreshed });
}
