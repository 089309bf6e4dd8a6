import { join } from 'node:path';
import type { Config } from '../base/config.ts';
import type { Logger } from '../base/logger.ts';
import { findEmbedded, openEmbedded } from '../db/embedded.ts';

/** The sandbox has a database of its own. */
export function dataDirOf({ dataDir, sandboxPort }: Config): string {
  return sandboxPort === undefined ? dataDir : join(dataDir, 'sandbox');
}

/** Runs something on the database of a configuration: an embedded one that does not run is started for it, and stopped again. */
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
