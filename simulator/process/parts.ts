import type { Shutdown } from '../../src/base/shutdown.ts';
import type { Keyring } from '../../src/db/keyring.ts';
import type { Lanes } from '../../src/db/lanes/lanes.ts';
import type { Reads } from '../../src/db/reads.ts';
import { parseTarget } from '../../src/domain/health/check-target.ts';
import { alertMessages } from '../../src/services/alerts/alert-message.ts';
import { AlertService } from '../../src/services/alerts/alert-service.ts';
import { AlertWatch } from '../../src/services/alerts/alert-watch.ts';
import { AssignmentService } from '../../src/services/assignments/assignment-service.ts';
import { WaitingAssigner } from '../../src/services/assignments/waiting-assigner.ts';
import { runHere } from '../../src/services/bulk/bulk-runner.ts';
import { CredentialsService } from '../../src/services/credentials/credentials-service.ts';
import { UseLog } from '../../src/services/credentials/use-log.ts';
import { Checker } from '../../src/services/health/checker.ts';
import { HealthService } from '../../src/services/health/health-service.ts';
import { Monitor } from '../../src/services/health/monitor.ts';
import { OwnNetworkCheck } from '../../src/services/health/own-network.ts';
import { Sweep } from '../../src/services/health/sweep.ts';
import { Housekeeping } from '../../src/services/housekeeping.ts';
import { MessageDeliverer } from '../../src/services/messages/message-deliverer.ts';
import type { Services } from '../../src/services/services.ts';
import { sourceMessage } from '../../src/services/sources/announce-sync.ts';
import { SourceSyncs } from '../../src/services/sources/source-syncs.ts';
import { buildServices } from '../../src/wiring/build-services.ts';
import type { Core } from '../../src/wiring/core.ts';
import type { Gate } from './gate.ts';
import type { Surroundings } from './surroundings.ts';

/** The services of a process, and its work that recurs. */
export interface Parts {
  services: Services;
  credentials: CredentialsService;
  useLog: UseLog;
  monitor: Monitor;
  sweep: Sweep;
  /** What a sweep has handed out and nobody has checked yet. */
  handed: (readonly number[])[];
  watch: AlertWatch;
  waiting: WaitingAssigner;
  housekeeping: Housekeeping;
  deliverer: MessageDeliverer;
  syncs: SourceSyncs;
}

export const CHECK_INTERVAL_MS = 30 * 60_000;
const CONCURRENCY = 50;
const OPS_CHANNEL = '1';
const GUILD = '2';

interface PartsDeps {
  around: Surroundings;
  gate: Gate;
  lanes: Lanes;
  keyring: Keyring;
  lookups: Reads;
  shutdown: Shutdown;
  databaseUrl: string;
}

/** Builds what `openCore`, `startJobs` and `startApi` build, without timers, threads and sockets. */
export function buildParts(deps: PartsDeps): Parts {
  const { around, gate, lanes, keyring, lookups } = deps;
  const { log, now } = around;
  const { db } = lanes.upkeep;
  const alerts = new AlertService({ db: lanes.people.db, opsChannelId: OPS_CHANNEL, guildId: GUILD });
  const assignments = new AssignmentService({ db: lanes.people.db });
  const monitoring = buildMonitoring(deps, alerts);
  const reader = around.provider.reader(gate);
  const syncs = new SourceSyncs({ ...lanes.bulk, keyring, reader, alerts, assignments, log });
  const services = buildServices(coreOf(deps, { alerts, assignments, monitoring, syncs }), { ...CONFIG, shareMs: 0 });
  const useLog = new UseLog({ db, log, now });
  const handed: (readonly number[])[] = [];
  const sources = { ...alertMessages(db), source: sourceMessage(db) };
  return {
    services,
    useLog,
    credentials: new CredentialsService({
      db: lanes.people.db,
      reads: lookups,
      keyring,
      useLog,
      health: monitoring.health,
    }),
    monitor: monitoring.monitor,
    handed,
    sweep: new Sweep({ db, intervalMs: CHECK_INTERVAL_MS, hand: async (_tx, batches) => void handed.push(...batches) }),
    watch: new AlertWatch({ db, log }),
    waiting: new WaitingAssigner({ assignments: new AssignmentService({ db }), alerts, log }),
    housekeeping: new Housekeeping({ db, log }),
    deliverer: new MessageDeliverer({
      db,
      sources,
      log,
      opsChannelId: OPS_CHANNEL,
      channel: around.discord.channel(gate),
      onChannelLost: (channelId, problem) => alerts.loseChannel(channelId, problem),
    }),
    syncs,
  };
}

const CONFIG = {
  discord: { apiUrl: 'https://discord.example/api', guildId: GUILD, opsChannelId: OPS_CHANNEL },
  allowPrivateProxies: false,
  checks: {
    targets: [parseTarget('https://check.example/')],
    intervalMs: CHECK_INTERVAL_MS,
    timeoutMs: 10_000,
    concurrency: CONCURRENCY,
    ca: undefined,
    reach: 'anywhere' as const,
  },
};

function coreOf(
  { around, lanes, keyring, lookups, shutdown, databaseUrl }: PartsDeps,
  parts: Pick<Core, 'alerts' | 'assignments' | 'monitoring' | 'syncs'>,
): Core {
  const { db } = lanes.people;
  return {
    config: CONFIG,
    databaseUrl,
    log: around.log,
    shutdown,
    lanes,
    db,
    lookups,
    keyring,
    bulk: runHere,
    ...parts,
  };
}

function buildMonitoring({ around, gate, lanes, keyring }: PartsDeps, alerts: AlertService): Core['monitoring'] {
  const { db } = lanes.upkeep;
  const { log, now: elapsed, random } = around;
  const probe = around.network.probe(gate, CONFIG.checks.targets);
  const timing = { intervalMs: CHECK_INTERVAL_MS, elapsed };
  const health = new HealthService({ db, alerts, intervalMs: CHECK_INTERVAL_MS, random: () => random.next() });
  const checker = new Checker({ db, keyring, probe, concurrency: CONCURRENCY, elapsed });
  const ownNetwork = new OwnNetworkCheck({ probe, elapsed });
  return {
    health,
    concurrency: CONCURRENCY,
    monitor: new Monitor({ db, checker, ownNetwork, health, log, ...timing }),
  };
}
