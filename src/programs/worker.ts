import { loadWorkerConfig } from '../base/config.ts';
import { createLogger } from '../base/logger.ts';
import { exitOnSignals, Shutdown } from '../base/shutdown.ts';
import { connect } from '../db/client.ts';
import { findEmbedded, openEmbedded } from '../db/embedded.ts';
import { openKeyring } from '../db/keyring.ts';
import { migrate } from '../db/migrate.ts';
import { loadKeyFile } from '../secrets/key-file.ts';
import { AlertService } from '../services/alerts/alert-service.ts';
import { AlertWatch } from '../services/alerts/alert-watch.ts';
import { AssignmentService } from '../services/assignments/assignment-service.ts';
import { WaitingServer } from '../services/assignments/waiting-server.ts';
import { Housekeeping } from '../services/housekeeping.ts';
import { buildMonitoring } from '../wiring/monitoring.ts';

const SHUTDOWN_DEADLINE_MS = 30_000;

/** A process beside the bot that runs its jobs: it checks proxies, looks after alerts and waiting accounts, and talks to nobody. */
async function main(): Promise<void> {
  const config = loadWorkerConfig();
  const log = createLogger(config.logLevel);
  const shutdown = new Shutdown(log, SHUTDOWN_DEADLINE_MS);
  exitOnSignals(shutdown);
  try {
    const databaseUrl = config.databaseUrl ?? (await embedded(config, log, shutdown));
    await migrate(databaseUrl, log);
    const { db, close } = connect(databaseUrl, { log });
    shutdown.add('database', close);
    const keyring = await openKeyring(db, config.encryptionKey ?? loadKeyFile(config.dataDir));
    const assignments = new AssignmentService({ db });
    const alerts = new AlertService({ db, opsChannelId: config.discord.opsChannelId, guildId: config.discord.guildId });
    for (const service of [
      new Housekeeping({ db, log }),
      new WaitingServer({ assignments, alerts, log }),
      new AlertWatch({ db, log }),
    ]) {
      service.start();
      shutdown.add(service.constructor.name, () => service.stop());
    }
    await buildMonitoring({ config, db, databaseUrl, keyring, alerts, log, shutdown }).start();
    log.info('the worker is ready');
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

/** The server that the bot runs, or one of our own where the bot is away. */
async function embedded(
  { dataDir }: { dataDir: string },
  log: ReturnType<typeof createLogger>,
  shutdown: Shutdown,
): Promise<string> {
  const running = findEmbedded({ dataDir });
  if (running) return running;
  const { url, stop } = await openEmbedded({ dataDir, log });
  shutdown.add('embedded database', stop);
  return url;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
