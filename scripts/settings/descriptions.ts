import type { SettingName } from '../../src/base/config.ts';

/** Each setting in one sentence or two, for docs/operations.md and .env.example, in their order. */
export const DESCRIPTIONS: Record<SettingName, string> = {
  DISCORD_TOKEN: 'The token of the bot. Without it the bot runs in the sandbox; workers need none.',
  DISCORD_GUILD_ID: 'The one server that is served. Required with a token.',
  OPS_CHANNEL_ID: 'The channel for alerts, unless `/alerts settings` names another. Required with a token.',
  VIEWER_ROLE_IDS: 'Roles that may read. Separate several ids by a space, a comma or a semicolon.',
  OPERATOR_ROLE_IDS: 'Roles that may change proxies and accounts, and see credentials.',
  ADMIN_ROLE_IDS: 'Roles without limits. Members with *Manage Server* are always admins.',
  DISCORD_API_URL: 'A REST proxy or a test server instead of Discord. Attachments are then read from its host too.',
  DATABASE_URL:
    'PostgreSQL 16 or later with `pg_trgm`. Without it an embedded PostgreSQL runs under `DATA_DIR`. The user owns the database, unless `DATABASE_OWNER_URL` is set.',
  DATABASE_OWNER_URL:
    'The same database as the user that owns it, which upgrades it. Then the user of `DATABASE_URL` cannot change the schema, the history or the audit log. Requires PostgreSQL 17.',
  DATA_DIR: 'The folder of the embedded database, its key and the sandbox.',
  ENCRYPTION_KEY:
    '32 bytes in base64. Required with `DATABASE_URL`; otherwise made once in `DATA_DIR`. Make one with: openssl rand -base64 32',
  ENCRYPTION_KEY_PREVIOUS: 'The old key, only for `npm run rotate-key`.',
  HTTP_HOST: 'The address that the HTTP API listens on.',
  HTTP_PORT: 'The port of the HTTP API.',
  API_TOKEN: 'The token of the operator for the HTTP API, at least 32 characters. Make one with: openssl rand -hex 32',
  CHECK_URLS:
    'https targets of checks, separated by spaces. `#json=field` or `#match=pattern` at the end of one says what a correct answer is; put such a value in double quotes, since `#` starts a comment in `.env`.',
  CHECK_INTERVAL:
    'Time between two checks of a healthy proxy, such as `90s`, `10m` or `1h`. With `0` this process does not check.',
  CHECK_TIMEOUT: 'Time for a whole check.',
  CHECK_CONCURRENCY: 'Checks at the same time in one process.',
  CHECK_CA_FILE:
    'A file with certificates in PEM format that are trusted for targets, in addition to those of the system.',
  MODEL_COOLDOWN_DAYS:
    'Days for which a proxy stays reserved for the model that left it; `0` turns cooldowns off. Stored in the database when the bot starts.',
  ACCOUNTS_PER_PROXY: 'Accounts per proxy for new assignments, 1 to 3. Stored in the database when the bot starts.',
  CURRENCY:
    'The unit of costs, as an ISO 4217 code such as `EUR`. Costs are not converted. Stored in the database when the bot starts.',
  ALLOW_PRIVATE_PROXIES: '`1` accepts proxies in private networks and connects to them.',
  SOURCE_API_URLS:
    'Addresses of provider APIs instead of their own, for tests and the sandbox: `kind=url` pairs separated by commas. They may be in private networks.',
  SANDBOX: '`1` allows the sandbox although `DATABASE_URL` is set.',
  SANDBOX_PORT: 'The port of the page of the sandbox.',
  LOG_LEVEL: 'trace, debug, info, warn, error, fatal or silent.',
};
