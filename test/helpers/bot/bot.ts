import { randomBytes } from 'node:crypto';
import { botSettings } from '../../../sandbox/bot-settings.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/server/index.ts';
import type { CheckConfig } from '../../../src/base/config.ts';
import { createLogger } from '../../../src/base/logger.ts';
import type { SourceApiUrls } from '../../../src/base/setting-values.ts';
import { Shutdown } from '../../../src/base/shutdown.ts';
import { parseTarget } from '../../../src/domain/health/check-target.ts';
import type { SyncPace } from '../../../src/jobs/sync-jobs.ts';
import type { DeliveryPace } from '../../../src/services/messages/message-deliverer.ts';
import type { Services } from '../../../src/services/services.ts';
import { startApp } from '../../../src/wiring/app.ts';
import type { DatabaseUrls } from '../../../src/wiring/own-database.ts';
import { createTestDatabase, type TestDatabase } from '../database/database.ts';
import { connectOps, type Ops } from '../ops/ops.ts';

/** The bot as it runs in production, against the stand-in for Discord and a database of its own. */
export interface TestBot {
  ops: Ops;
  sandbox: Sandbox;
  database: TestDatabase;
  services: Services;
  /** Of the HTTP API. */
  apiUrl: string;
  encryptionKey: Buffer;
  /** Runs a recurring job now, instead of in its next period. */
  runJob(name: string): Promise<void>;
  /** Everything that was logged, as text. */
  log(): string;
  /** The same, one entry each. */
  logged: readonly string[];
  stop(): Promise<void>;
}

/** The operator's, for the HTTP API. */
export const API_TOKEN = 'the-operators-token-of-the-tests';
const STOP_DEADLINE_MS = 10_000;

/** So that no test waits for an edit or a retry. */
const DELIVERY_PACE: DeliveryPace = { pollMs: 500, editMs: 100, retryMs: 100 };

/** No server listens there, and no check runs unless a test says so. */
const NO_CHECKS: CheckConfig = {
  targets: [parseTarget('https://localhost:9/')],
  intervalMs: 0,
  timeoutMs: 2_000,
  concurrency: 20,
  ca: undefined,
  reach: 'loopback',
};

export interface TestBotOptions extends Partial<SandboxOptions> {
  checks?: Partial<CheckConfig>;
  allowPrivateProxies?: boolean;
  sourceApiUrls?: SourceApiUrls;
  /** Of the HTTP API; any free one by default. */
  httpPort?: number;
  syncPace?: SyncPace;
  /** 0 unless given: what a test writes by SQL is seen at once. */
  shareMs?: number;
  /** A minute unless given: on a busy machine a click would otherwise be answered by the notice that its work goes on. */
  quickMs?: number;
  /** The configuration of the server, where it differs from the sandbox. */
  server?: { opsChannelId?: string; roles?: Record<'viewer' | 'operator' | 'admin', string[]> };
  /** Tells when alerts are due; the clock of the database if left out. */
  now?: () => Date;
  /** The addresses by which the bot reaches its database; the database itself if left out. */
  through?: (own: DatabaseUrls) => Promise<DatabaseUrls>;
}

function withServer(
  { discord, roles }: ReturnType<typeof botSettings>,
  { opsChannelId = discord.opsChannelId, roles: named = roles }: NonNullable<TestBotOptions['server']> = {},
) {
  return { discord: { ...discord, opsChannelId }, roles: named };
}

export async function startTestBot(options: TestBotOptions = {}): Promise<TestBot> {
  const { checks, allowPrivateProxies = false, httpPort = 0, shareMs = 0, ...others } = options;
  const { quickMs = 60_000, sourceApiUrls = {}, syncPace, through, server, now, ...sandboxOptions } = others;
  const sandbox = await startSandbox({ port: 0, ...sandboxOptions });
  const database = await createTestDatabase();
  const own = { databaseUrl: database.workingUrl, ownerUrl: database.url };
  const lines: string[] = [];
  const log = createLogger('debug', { write: (line) => void lines.push(line) });
  const shutdown = new Shutdown(log, STOP_DEADLINE_MS);
  const encryptionKey = randomBytes(32);
  const {
    services,
    apiUrl = '',
    jobs,
  } = await startApp({
    config: {
      modelCooldownDays: 7,
      accountsPerProxy: 3,
      http: { host: '127.0.0.1', port: httpPort, apiToken: API_TOKEN },
      checks: { ...NO_CHECKS, ...checks },
      allowPrivateProxies,
      sourceApiUrls,
      shareMs,
      ...withServer(botSettings(sandbox), server),
      quickMs,
      deliveryPace: DELIVERY_PACE,
      ...(syncPace && { syncPace }),
      ...(now && { now }),
    },
    ...((await through?.(own)) ?? own),
    encryptionKey,
    log,
    shutdown,
  });
  return {
    ops: connectOps(sandbox),
    sandbox,
    database,
    services,
    apiUrl,
    encryptionKey,
    async runJob(name) {
      const job = jobs.find((each) => each.name === name);
      if (!job) throw new Error(`there is no job ${name}`);
      await job.run();
    },
    log: () => lines.join(''),
    logged: lines,
    async stop() {
      await shutdown.run();
      await sandbox.stop();
      await database.drop();
    },
  };
}
