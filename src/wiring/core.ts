import type { CheckConfig, Config } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import { goBeforeHelpers } from '../base/low-priority.ts';
import type { Shutdown } from '../base/shutdown.ts';
import type { Db } from '../db/client.ts';
import { type Keyring, openKeyring } from '../db/keyring.ts';
import { closeLanes, type Lanes, openLanes } from '../db/lanes/lanes.ts';
import { migrate } from '../db/migrate.ts';
import { Reads } from '../db/reads.ts';
import { grantWork, warnOfRights } from '../db/roles/working-role.ts';
import { migrateJobQueue } from '../jobs/job-queue.ts';
import type { SyncPace } from '../jobs/sync-jobs.ts';
import { AlertService } from '../services/alerts/alert-service.ts';
import { AssignmentService } from '../services/assignments/assignment-service.ts';
import type { BulkRunner } from '../services/bulk/bulk-runner.ts';
import { BulkThread } from '../services/bulk/bulk-thread.ts';
import { SourceReader, type SourceReaderDeps } from '../services/source-reader/source-reader.ts';
import { SourceSyncs } from '../services/sources/source-syncs.ts';
import { buildMonitoring, type Monitoring } from './monitoring.ts';

export interface CoreDeps {
  config: {
    discord: Pick<Config['discord'], 'guildId' | 'opsChannelId'>;
    checks: CheckConfig;
    allowPrivateProxies: boolean;
    sourceApiUrls?: Config['sourceApiUrls'];
    syncPace?: SyncPace;
    now?: () => Date;
  };
  databaseUrl: string;
  /** Connects as the role that owns the tables; undefined if that is the role of `databaseUrl`. */
  ownerUrl?: string | undefined;
  encryptionKey: Uint8Array;
  /** The server's processes for the lanes yield to this process, if they are on the same machine; for a program of its own. */
  yields?: boolean;
  log: Logger;
  /** Collects the steps that stop what was started. */
  shutdown: Shutdown;
}

/** The part of the program that the bot and every worker have in common. */
export interface Core extends Omit<CoreDeps, 'encryptionKey' | 'ownerUrl' | 'yields'> {
  lanes: Lanes;
  /** The lane of people. */
  db: Db;
  /** For the token and the lookup of each request to the API. It connects at the first read. */
  lookups: Reads;
  keyring: Keyring;
  alerts: AlertService;
  assignments: AssignmentService;
  /** Large tasks: a thread of this process. */
  bulk: BulkRunner;
  monitoring: Monitoring;
  syncs: SourceSyncs;
}

/** Opens the migrated database and its keyring, and builds the services that every process needs. */
export async function openCore(deps: CoreDeps): Promise<Core> {
  const { config, databaseUrl, encryptionKey, log, shutdown } = deps;
  if (deps.yields) goBeforeHelpers();
  await prepareDatabase(deps);
  const lanes = openLanes(databaseUrl, log, deps);
  shutdown.add('database', () => closeLanes(lanes));
  const { db } = lanes.people;
  const lookups = new Reads({ url: databaseUrl, log });
  shutdown.add('lookups', () => lookups.close());
  const keyring = await openKeyring(db, encryptionKey);
  const bulk = new BulkThread({ db, databaseUrl, yields: deps.yields, log });
  shutdown.add('large tasks', () => bulk.stop());
  const assignments = new AssignmentService({ db, bulk });
  const { guildId, opsChannelId } = config.discord;
  const alerts = new AlertService({ db, opsChannelId, guildId });
  const monitoring = buildMonitoring({ config, db: lanes.upkeep.db, keyring, alerts, log, shutdown });
  const reader = new SourceReader(readerDeps(config));
  const syncs = new SourceSyncs({ ...lanes.bulk, keyring, reader, alerts, assignments, log });
  const services = { keyring, alerts, assignments, bulk, monitoring, syncs };
  return { config, databaseUrl, log, shutdown, lanes, db, lookups, ...services };
}

const readerDeps = ({ checks, allowPrivateProxies, sourceApiUrls = {} }: CoreDeps['config']): SourceReaderDeps => ({
  apiUrls: sourceApiUrls,
  policy: { isPrivateAllowed: allowPrivateProxies, isLoopbackOnly: checks.reach === 'loopback', ca: checks.ca },
  isPrivateAllowed: allowPrivateProxies,
});

/** Brings the schema to this version as the owner, and gives the role that works on the data its rights. */
async function prepareDatabase({ databaseUrl, ownerUrl, log }: CoreDeps): Promise<void> {
  await migrate(ownerUrl ?? databaseUrl, log);
  if (ownerUrl !== undefined) {
    await migrateJobQueue({ databaseUrl: ownerUrl, log });
    await grantWork({ ownerUrl, workingUrl: databaseUrl, log });
  }
  await warnOfRights(databaseUrl, log);
}
