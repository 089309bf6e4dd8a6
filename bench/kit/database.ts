import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../src/base/logger.ts';
import { openEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';

/** An embedded PostgreSQL as the product runs it, with further settings if there are any; removed when the work is done. */
export async function withDatabase<T>(
  work: (url: string, others: { superuserUrl: string; workingUrl: string }) => Promise<T>,
  settings: Record<string, string> = {},
): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'proxy-ops-bench-'));
  chmodSync(dataDir, 0o755);
  const log = createLogger('warn');
  const server = await openEmbedded({ dataDir, log, settings });
  try {
    await migrate(server.url, log);
    return await work(server.url, server);
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
