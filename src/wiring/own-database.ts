import { join } from 'node:path';
import type { Config } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import type { Shutdown } from '../base/shutdown.ts';
import { type EmbeddedUrls, findEmbedded, openEmbedded } from '../db/embedded.ts';

/**
 * The folder of the database and its key. The sandbox has a separate one, so that nothing in it reaches the real
 * database.
 */
export function dataDirOf({ dataDir, sandboxPort }: Config): string {
  return sandboxPort === undefined ? dataDir : join(dataDir, 'sandbox');
}

/** The addresses of the database, by role. */
export interface DatabaseUrls {
  /** Of the role that works on the data. */
  databaseUrl: string;
  /** Of the role that owns the tables; undefined if it is the same. */
  ownerUrl: string | undefined;
}

const byRole = ({ url, workingUrl }: EmbeddedUrls): DatabaseUrls => ({ databaseUrl: workingUrl, ownerUrl: url });

function configured({ databaseUrl, databaseOwnerUrl }: Config): DatabaseUrls | undefined {
  return databaseUrl === undefined ? undefined : { databaseUrl, ownerUrl: databaseOwnerUrl };
}

/** The configured database, or the embedded one, which is started for this process. */
export async function openDatabase(config: Config, log: Logger, shutdown: Shutdown): Promise<DatabaseUrls> {
  return configured(config) ?? startEmbedded(dataDirOf(config), log, shutdown);
}

/** Like `openDatabase`, but uses the embedded database of the bot if that is running. */
export async function joinDatabase(config: Config, log: Logger, shutdown: Shutdown): Promise<DatabaseUrls> {
  const running = configured(config) ?? findEmbedded(config);
  if (running === undefined) return startEmbedded(config.dataDir, log, shutdown);
  return 'databaseUrl' in running ? running : byRole(running);
}

/** Time for a server to write everything to disk. */
const STOP_MS = 15_000;

async function startEmbedded(dataDir: string, log: Logger, shutdown: Shutdown): Promise<DatabaseUrls> {
  const server = await openEmbedded({ dataDir, log });
  shutdown.add('embedded database', () => server.stop(), STOP_MS);
  return byRole(server);
}

/**
 * Runs work as the owner of the configured database; an embedded one that is not running is started for it, and stopped afterwards.
 */
export async function withDatabase(
  config: Pick<Config, 'databaseUrl' | 'databaseOwnerUrl' | 'dataDir'>,
  log: Logger,
  run: (url: string) => Promise<void>,
): Promise<void> {
  const running = config.databaseOwnerUrl ?? config.databaseUrl ?? findEmbedded(config)?.url;
  if (running) return run(running);
  const server = await openEmbedded({ dataDir: config.dataDir, log });
  try {
    await run(server.url);
  } finally {
    await server.stop();
  }
}
