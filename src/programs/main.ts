import { join } from 'node:path';
import { loadConfig } from '../base/config.ts';
import { createLogger, type Logger } from '../base/logger.ts';
import { exitOnSignals, Shutdown } from '../base/shutdown.ts';
import { openEmbedded } from '../db/embedded.ts';
import { loadKeyFile } from '../secrets/key-file.ts';
import { startApp } from '../wiring/app.ts';
import { enterSandbox } from '../wiring/sandbox-mode.ts';

const SHUTDOWN_DEADLINE_MS = 30_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const log = createLogger(config.logLevel);
  const shutdown = new Shutdown(log, SHUTDOWN_DEADLINE_MS);
  exitOnSignals(shutdown);
  logWarnings(log);
  try {
    const isSandbox = config.sandboxPort !== undefined;
    // The sandbox has a database of its own, so that nothing tried there reaches the real one.
    const dataDir = isSandbox ? join(config.dataDir, 'sandbox') : config.dataDir;
    const databaseUrl = config.databaseUrl ?? (await openDatabase(dataDir, log, shutdown));
    const encryptionKey = config.encryptionKey ?? loadKeyFile(dataDir);
    const sandbox = isSandbox
      ? await enterSandbox({ port: config.sandboxPort ?? 0, dataDir }, log, shutdown)
      : undefined;
    const { discord, roles, checks, allowPrivateProxies } = sandbox ?? config;
    const { token } = discord;
    if (!token) throw new Error('there is no token');
    const { services } = await startApp({
      config: { ...config, roles, checks, allowPrivateProxies, discord: { ...discord, token } },
      databaseUrl,
      encryptionKey,
      log,
      shutdown,
    });
    sandbox?.offerSample(services);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function openDatabase(dataDir: string, log: Logger, shutdown: Shutdown): Promise<string> {
  const { url, stop } = await openEmbedded({ dataDir, log });
  shutdown.add('embedded database', stop);
  return url;
}

/** Node's own warnings go where everything else goes; that something of Node is experimental is no news to an operator. */
function logWarnings(log: Logger): void {
  process.removeAllListeners('warning');
  process.on('warning', (err) =>
    err.name === 'ExperimentalWarning' ? log.debug({ err }, 'warning') : log.warn({ err }, 'warning'),
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
