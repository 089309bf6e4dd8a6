import { join } from 'node:path';
import type { Config } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import type { Shutdown } from '../base/shutdown.ts';
import { findEmbedded, openEmbedded } from '../db/embedded.ts';

/**
 * The folder of the database and its key. The sandbox has a separate one, so that nothing in it reaches the real
 * database.
 */
export function dataDirOf({ dataDir, sandboxPort }: Config): string {
  return sandboxPort === undefined ? dataDir : join(dataDir, 'sandbox');
}

/** Starts the embedded database for this process. @returns its URL */
export async function openDatabase(dataDir: string, log: Logger, shutdown: Shutdown): Promise<string> {
  const { url, stop } = await openEmbedded({ dataDir, log });
  shutdown.add('embedded database', stop);
  return url;
}

/** The embedded database that the bot runs, or one of this process if the bot is not running. @returns its URL */
export async function joinDatabase(dataDir: string, log: Logger, shutdown: Shutdown): Promise<string> {
  return findEmbedded({ dataDir }) ?? openDatabase(dataDir, log, shutdown);
}

/**
 * Runs work on the configured database; an embedded one that is not running is started for it, and stopped afterwards.
 */
export async function withDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  log: Logger,
  run: (url: string) => Promise<void>,
): Promise<void> {
  const running = config.databaseUrl ?? findEmbedded(config);
  if (running) return run(running);
  const server = await openEmbedded({ dataDir: config.dataDir, log });
  try {
    await run(server.url);
  } finally {
    await server.stop();
  }
}
