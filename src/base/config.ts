import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import type { CheckTarget } from '../domain/health/check-target.ts';
import { DEFAULT_CURRENCY } from '../domain/parse/fields/currency.ts';
import { DEFAULT_ACCOUNTS_PER_PROXY, MAX_ACCOUNTS_PER_PROXY } from '../domain/proxies/proxy.ts';
import { OperatorError } from './errors.ts';
import {
  certificates,
  currency,
  databaseUrl,
  discordToken,
  duration,
  encryptionKey,
  flag,
  httpUrl,
  idList,
  integer,
  type SourceApiUrls,
  snowflake,
  sourceApiUrls,
  targets,
  UNIT_MS,
} from './setting-values.ts';

const schema = z.object({
  DISCORD_TOKEN: discordToken.optional(),
  DISCORD_GUILD_ID: snowflake.optional(),
  OPS_CHANNEL_ID: snowflake.optional(),
  DISCORD_API_URL: httpUrl.default('https://discord.com/api'),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_OWNER_URL: databaseUrl.optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  ENCRYPTION_KEY: encryptionKey.optional(),
  ENCRYPTION_KEY_PREVIOUS: encryptionKey.optional(),
  HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  HTTP_PORT: integer(0, 65_535).default(8080),
  API_TOKEN: z
    .string()
    .regex(
      /^[\w\-.~+/]+=*$/,
      'contains characters that are not allowed in a bearer token (create one with: openssl rand -hex 32)',
    )
    .min(32, 'must be at least 32 characters (create one with: openssl rand -hex 32)')
    .optional(),
  SANDBOX: flag.optional(),
  SANDBOX_PORT: integer(0, 65_535).default(8081),
  CHECK_URLS: targets.prefault('https://api.ipify.org/?format=json https://icanhazip.com/'),
  CHECK_INTERVAL: duration(0, 24 * UNIT_MS.h).prefault('10m'),
  CHECK_TIMEOUT: duration(500, 2 * UNIT_MS.m).prefault('15s'),
  CHECK_CONCURRENCY: integer(1, 5_000).default(200),
  CHECK_CA_FILE: certificates.optional(),
  MODEL_COOLDOWN_DAYS: integer(0, 365).default(7),
  ACCOUNTS_PER_PROXY: integer(1, MAX_ACCOUNTS_PER_PROXY).default(DEFAULT_ACCOUNTS_PER_PROXY),
  CURRENCY: currency.prefault(DEFAULT_CURRENCY),
  ALLOW_PRIVATE_PROXIES: flag.default(false),
  SOURCE_API_URLS: sourceApiUrls.prefault(''),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
  VIEWER_ROLE_IDS: idList.default([]),
  OPERATOR_ROLE_IDS: idList.default([]),
  ADMIN_ROLE_IDS: idList.default([]),
});

export type SettingName = keyof typeof schema.shape;

/** The settings with their defaults as they are written in `.env`; undefined if a setting has none. */
export function settingDefaults(): Map<SettingName, string | undefined> {
  return new Map(
    Object.entries(schema.shape).map(([name, { def }]) => {
      const value: unknown = 'defaultValue' in def ? def.defaultValue : undefined;
      return [
        name as SettingName,
        value === undefined ? undefined : String(typeof value === 'boolean' ? Number(value) : value),
      ];
    }),
  );
}

/** All problems of a configuration, each with its variable. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';

  constructor(problems: readonly string[]) {
    super(`The configuration is invalid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Settings of the checks. */
export interface CheckConfig {
  targets: readonly CheckTarget[];
  /** Interval between two checks of a healthy proxy; 0 turns the monitor of this process off. */
  intervalMs: number;
  timeoutMs: number;
  concurrency: number;
  /** PEM certificates that are trusted in addition to the system's. */
  ca: string | undefined;
  /** Where proxies may be; the sandbox connects to this machine only. */
  reach: 'anywhere' | 'loopback';
}

/** Settings of the HTTP API. */
export interface HttpConfig {
  host: string;
  /** 0 chooses a free port. */
  port: number;
  /** The operator token; if undefined, only VPS tokens are accepted. */
  apiToken: string | undefined;
}

/** The configuration. Absent optional values are `undefined`; durations are in milliseconds. */
export interface Config {
  discord: { token: string | undefined; guildId: string; opsChannelId: string; apiUrl: string };
  /** Undefined for the embedded PostgreSQL under `dataDir`. */
  databaseUrl: string | undefined;
  /** Connects as the role that owns the tables and migrates them; undefined if that is the role of `databaseUrl`. */
  databaseOwnerUrl: string | undefined;
  dataDir: string;
  encryptionKey: Buffer | undefined;
  previousEncryptionKey: Buffer | undefined;
  http: HttpConfig;
  /** Undefined unless the bot runs in the sandbox. */
  sandboxPort: number | undefined;
  checks: CheckConfig;
  modelCooldownDays: number;
  accountsPerProxy: number;
  /** The unit of costs, as an ISO 4217 code. */
  currency: string;
  allowPrivateProxies: boolean;
  sourceApiUrls: SourceApiUrls;
  logLevel: string;
  roles: { viewer: string[]; operator: string[]; admin: string[] };
}

/**
 * Reads the environment and `.env`; the environment takes precedence.
 *
 * @throws ConfigError with all problems
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, envFile = '.env'): Config {
  return load(env, envFile, 'bot');
}

/** The configuration of a worker, which needs no Discord token. */
export function loadWorkerConfig(env: NodeJS.ProcessEnv = process.env, envFile = '.env'): Config {
  return load(env, envFile, 'worker');
}

/** The configuration of a maintenance program; it uses the sandbox's database if neither a token nor DATABASE_URL is set. */
export function loadToolConfig(env: NodeJS.ProcessEnv = process.env, envFile = '.env'): Config {
  return load(env, envFile, 'tool');
}

type Program = 'bot' | 'worker' | 'tool';

function load(env: NodeJS.ProcessEnv, envFile: string, program: Program): Config {
  const fromFile = existsSync(envFile) ? parseEnv(readFileSync(envFile, 'utf8')) : {};
  const given = Object.fromEntries(Object.entries({ ...fromFile, ...env }).filter(([, value]) => value?.trim()));
  const parsed = schema.safeParse(given);
  const problems = parsed.success
    ? findContradictions(parsed.data, program)
    : // A list has an issue for each of its values.
      [...new Set(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`))];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const values = parsed.data;
  const isSandbox = isForSandbox(values, program);
  return {
    discord: {
      token: values.DISCORD_TOKEN,
      guildId: values.DISCORD_GUILD_ID ?? '',
      opsChannelId: values.OPS_CHANNEL_ID ?? '',
      apiUrl: values.DISCORD_API_URL,
    },
    databaseUrl: isSandbox ? undefined : values.DATABASE_URL,
    databaseOwnerUrl: isSandbox ? undefined : values.DATABASE_OWNER_URL,
    dataDir: values.DATA_DIR,
    encryptionKey: isSandbox ? undefined : values.ENCRYPTION_KEY,
    previousEncryptionKey: values.ENCRYPTION_KEY_PREVIOUS,
    // The sandbox must not be reachable from other machines.
    http: {
      host: isSandbox ? '127.0.0.1' : values.HTTP_HOST,
      port: values.HTTP_PORT,
      apiToken: values.API_TOKEN,
    },
    sandboxPort: isSandbox ? values.SANDBOX_PORT : undefined,
    checks: {
      targets: values.CHECK_URLS,
      intervalMs: values.CHECK_INTERVAL,
      timeoutMs: values.CHECK_TIMEOUT,
      concurrency: values.CHECK_CONCURRENCY,
      ca: values.CHECK_CA_FILE,
      reach: 'anywhere',
    },
    modelCooldownDays: values.MODEL_COOLDOWN_DAYS,
    accountsPerProxy: values.ACCOUNTS_PER_PROXY,
    currency: values.CURRENCY,
    allowPrivateProxies: values.ALLOW_PRIVATE_PROXIES,
    sourceApiUrls: values.SOURCE_API_URLS,
    logLevel: values.LOG_LEVEL,
    roles: { viewer: values.VIEWER_ROLE_IDS, operator: values.OPERATOR_ROLE_IDS, admin: values.ADMIN_ROLE_IDS },
  };
}

/** Without a token, the bot runs in the sandbox. */
function isForSandbox(values: z.output<typeof schema>, program: Program): boolean {
  if (program === 'worker' || values.DISCORD_TOKEN) return false;
  return program === 'bot' || !values.DATABASE_URL || values.SANDBOX === true;
}

function findContradictions(values: z.output<typeof schema>, program: Program): string[] {
  const problems: string[] = [];
  if (values.DATABASE_OWNER_URL && !values.DATABASE_URL) {
    problems.push('DATABASE_URL is missing while DATABASE_OWNER_URL is set: set it to the role that the bot works as');
  }
  if (program === 'tool') return problems;
  if (program === 'worker') {
    if (values.DATABASE_URL && !values.ENCRYPTION_KEY)
      problems.push('ENCRYPTION_KEY is missing: set the key of the bot');
    if (values.CHECK_INTERVAL === 0) problems.push('CHECK_INTERVAL is 0, which leaves a worker nothing to do');
  } else if (values.DISCORD_TOKEN) {
    if (!values.DISCORD_GUILD_ID) problems.push('DISCORD_GUILD_ID is missing: set the id of the Discord server');
    if (!values.OPS_CHANNEL_ID) problems.push('OPS_CHANNEL_ID is missing: set the id of the channel for alerts');
    if (values.DATABASE_URL && !values.ENCRYPTION_KEY) {
      problems.push(
        'ENCRYPTION_KEY is missing: it is required with DATABASE_URL (create one with: openssl rand -base64 32)',
      );
    }
  } else if (values.DATABASE_URL && !values.SANDBOX) {
    problems.push(
      'DISCORD_TOKEN is missing while DATABASE_URL is set. Set the token, or SANDBOX=1 for a sandbox with its own database',
    );
  }
  return problems;
}
